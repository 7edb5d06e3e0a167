//! STS as one test sees it: it gives credentials that can be told from all
//! others, and writes down what it was asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What is in each of the credentials.
const SESSION: &str = "canary-of-the-session";

/// A server on this machine, which ends with the process.
pub(crate) struct Sts {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Sts {
    pub(crate) fn start() -> Self {
        Sts::refusing("", "")
    }

    /// One that gives nothing, and says this; nothing else if that is empty.
    pub(crate) fn refusing(code: &'static str, message: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &heard, (code, message));
            }
        });
        Sts { url, asked }
    }

    /// The forms it was sent since it was last asked.
    pub(crate) fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn answer(mut stream: TcpStream, heard: &Mutex<Vec<String>>, refusal: (&str, &str)) {
    let form = form(&stream);
    let action = form
        .split('&')
        .find_map(|pair| pair.strip_prefix("Action="));
    let action = action.unwrap_or_default().to_owned();
    heard.lock().unwrap().push(form);
    let (status, body) = match refusal {
        ("", _) => ("200 OK", given(&action)),
        (code, message) => ("400 Bad Request", refused(code, message)),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // Who asked may be gone.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

fn given(action: &str) -> String {
    let result = match action {
        "GetCallerIdentity" => {
            "<Arn>arn:aws:sts::123456789012:assumed-role/ci/trueup</Arn><UserId>AROA</UserId><Account>123456789012</Account>".to_owned()
        }
        _ => format!(
            "<Credentials><AccessKeyId>ASIA{SESSION}</AccessKeyId><SecretAccessKey>key-{SESSION}</SecretAccessKey><SessionToken>token-{SESSION}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        ),
    };
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>sts-1</RequestId></ResponseMetadata></{action}Response>"
    )
}

fn refused(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>sts-1</RequestId></ErrorResponse>"
    )
}

fn form(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}
