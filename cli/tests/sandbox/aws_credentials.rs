//! Whose credentials calls are made with where the block of the provider has none: the
//! profile's program, its single sign-on, the container, the machine.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use snapbox::str;
use trueup_sandbox::{Sandbox, shared};

use crate::{environment::check, stack::Stack};

const ME: &str = r#"
data "aws_caller_identity" "me" {}

output "me" {
  value = data.aws_caller_identity.me.arn
}
"#;

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/dev/me</Arn><UserId>AROA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// Keys as a container's or a machine's service gives them.
const KEYS: &str = r#"{"Code":"Success","Type":"AWS-HMAC","LastUpdated":"2020-01-01T00:00:00Z","AccessKeyId":"ASIASERVICE","SecretAccessKey":"s3cr3t-key","Token":"s3cr3t-token","Expiration":"2099-01-01T00:00:00Z"}"#;

const SSO_KEYS: &str = r#"{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s3cr3t-key","sessionToken":"s3cr3t-token","expiration":4070908800000}}"#;

/// STS, and what else is asked for on this machine.
struct Service {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Answers the paths of requests with texts; others are not found.
    fn start(answers: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let notes = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, answers, &notes);
            }
        });
        Service { url, heard }
    }

    /// The requests in their order, and the key each was signed with.
    fn heard(&self) -> String {
        self.heard.lock().unwrap().join("\n")
    }
}

fn answer(mut stream: TcpStream, answers: &[(&str, &str)], notes: &Mutex<Vec<String>>) {
    let head = head(&stream);
    let request = head.first().map(String::as_str).unwrap_or_default();
    let request = request.trim_end_matches(" HTTP/1.1").to_owned();
    let key = head
        .iter()
        .find_map(|line| line.split_once("Credential=")?.1.split('/').next());
    let given = answers.iter().find(|(asked, _)| *asked == request);
    let (status, body) = match (given, request.as_str()) {
        (Some((_, body)), _) => ("200 OK", *body),
        (None, "POST /") => ("200 OK", IDENTITY),
        (None, _) => ("404 Not Found", ""),
    };
    let key = key.map(|key| format!(" by {key}")).unwrap_or_default();
    notes.lock().unwrap().push(format!("{request}{key}"));
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 21600\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // Who asked may be gone.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

/// The lines of a request before its body, which is read, too.
fn head(stream: &TcpStream) -> Vec<String> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim_end().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let length = lines
        .iter()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        })
        .unwrap_or(0);
    reader.read_exact(&mut vec![0; length]).unwrap();
    lines
}

/// A stack that only asks who it is, without any key in its environment.
fn stack(sandbox: &Sandbox, service: &Service) -> Stack {
    let url = &service.url;
    let main = format!("provider \"aws\" {{\n  endpoints {{\n    sts = \"{url}\"\n  }}\n}}\n{ME}");
    Stack::new(sandbox, &main)
        .nowhere()
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
}

/// Finds out who it is; what was asked for, and that no secret is shown.
fn asked(stack: &Stack, service: &Service) -> String {
    let printed = stack.apply();
    assert!(printed.contains("assumed-role/dev/me"), "{printed}");
    assert!(!printed.contains("s3cr3t"), "{printed}");
    service.heard()
}

#[test]
fn a_program_of_the_profile() {
    let Some(sandbox) = shared() else { return };
    let service = Service::start(&[]);
    let stack = stack(&sandbox, &service);
    let keys = r#"{"Version":1,"AccessKeyId":"ASIAPROGRAM","SecretAccessKey":"s3cr3t-key","SessionToken":"s3cr3t-token","Expiration":"2099-01-01T00:00:00Z"}"#;
    stack.write("keys.json", keys);
    stack.write(
        "../home/.aws/config",
        "[default]\ncredential_process = cat keys.json\n",
    );
    check(
        asked(&stack, &service),
        str![[r#"
POST / by ASIAPROGRAM
"#]],
    );
}

#[test]
fn a_profile_that_is_not_there_is_no_reason_to_ask_the_machine() {
    let Some(sandbox) = shared() else { return };
    let service = Service::start(&[
        ("PUT /latest/api/token", "metadata-token"),
        ("GET /latest/meta-data/iam/security-credentials/", "node"),
        ("GET /latest/meta-data/iam/security-credentials/node", KEYS),
    ]);
    let stack = stack(&sandbox, &service)
        .without("AWS_EC2_METADATA_DISABLED")
        .with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &service.url)
        .with("AWS_PROFILE", "prod");
    stack.write("../home/.aws/config", "[profile dev]\nregion = eu-west-1\n");
    let printed = stack.run(&["apply", "-auto-approve"]);
    let expected = "the profile \"prod\" is in none of the files with profiles";
    let unfolded = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unfolded.contains(expected), "{printed}");
    assert_eq!(service.heard(), "");
}

#[test]
fn single_sign_on_of_the_profile() {
    let Some(sandbox) = shared() else { return };
    let service = Service::start(&[(
        "GET /federation/credentials?role_name=Admin&account_id=123456789012",
        SSO_KEYS,
    )]);
    let stack = stack(&sandbox, &service)
        .with("AWS_PROFILE", "dev")
        .with("AWS_ENDPOINT_URL", &service.url);
    let profile = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n\n[sso-session corp]\nsso_region = eu-central-1\nsso_start_url = https://corp.awsapps.com/start\n";
    stack.write("../home/.aws/config", profile);
    // As `aws sso login` leaves it; the name is the SHA-1 of the session's.
    let token = r#"{"accessToken":"s3cr3t-access","expiresAt":"2099-01-01T00:00:00Z","region":"eu-central-1","startUrl":"https://corp.awsapps.com/start"}"#;
    let cache = "../home/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    stack.write(cache, token);
    check(
        asked(&stack, &service),
        str![[r#"
GET /federation/credentials?role_name=Admin&account_id=123456789012
POST / by ASIASSO
"#]],
    );
}

#[test]
fn the_container_it_runs_in() {
    let Some(sandbox) = shared() else { return };
    let service = Service::start(&[("GET /credentials", KEYS)]);
    let container = format!("{}/credentials", service.url);
    let stack = stack(&sandbox, &service).with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container);
    check(
        asked(&stack, &service),
        str![[r#"
GET /credentials
POST / by ASIASERVICE
"#]],
    );
}

#[test]
fn the_machine_it_runs_on() {
    let Some(sandbox) = shared() else { return };
    let service = Service::start(&[
        ("PUT /latest/api/token", "metadata-token"),
        ("GET /latest/meta-data/iam/security-credentials/", "node"),
        ("GET /latest/meta-data/iam/security-credentials/node", KEYS),
    ]);
    let stack = stack(&sandbox, &service)
        .without("AWS_EC2_METADATA_DISABLED")
        .with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &service.url);
    check(
        asked(&stack, &service),
        str![[r#"
PUT /latest/api/token
GET /latest/meta-data/iam/security-credentials/
GET /latest/meta-data/iam/security-credentials/node
POST / by ASIASERVICE
"#]],
    );
}
