//! A web server for tests, on the loopback interface only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a path answers with.
#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Bytes that the header announces beyond the body.
    missing: usize,
    delay: Duration,
    /// Value of `Authorization` without which it is 401 with this challenge.
    wants: Option<(String, String)>,
    /// How often it answers with another status first.
    first: Option<(u16, usize)>,
}

pub(crate) fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: body.into(),
        missing: 0,
        delay: Duration::ZERO,
        wants: None,
        first: None,
    }
}

impl Reply {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn truncated(mut self) -> Self {
        self.missing = 10;
        self
    }

    pub(crate) fn slow(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) fn only_for(mut self, authorization: &str, challenge: &str) -> Self {
        self.wants = Some((authorization.to_owned(), challenge.to_owned()));
        self
    }

    pub(crate) fn after(mut self, status: u16, times: usize) -> Self {
        self.first = Some((status, times));
        self
    }
}

/// A server that ends with the test.
pub(crate) struct Server {
    pub(crate) address: String,
    replies: Arc<Mutex<HashMap<String, Reply>>>,
    seen: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let replies: Arc<Mutex<HashMap<String, Reply>>> = Arc::default();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let (inner_replies, inner_seen) = (replies.clone(), seen.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (replies, seen) = (inner_replies.clone(), inner_seen.clone());
                tokio::spawn(async move { answer(stream, &replies, &seen).await });
            }
        });
        Self {
            address,
            replies,
            seen,
            task,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn on(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// The requests so far: path, then the credentials if there were any.
    pub(crate) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    mut stream: TcpStream,
    replies: &Mutex<HashMap<String, Reply>>,
    seen: &Mutex<Vec<String>>,
) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < 1 << 16 {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let authorization = text
        .lines()
        .find_map(|line| line.strip_prefix("authorization: "))
        .unwrap_or_default()
        .to_owned();
    let shown = format!("{path} {authorization}");
    seen.lock().unwrap().push(shown.trim_end().to_owned());
    let found = replies.lock().unwrap().get(&path).cloned();
    let mut found = found.unwrap_or_else(|| reply(404, ""));
    if let Some((wanted, challenge)) = &found.wants
        && *wanted != authorization
    {
        found = reply(401, "").header("www-authenticate", challenge);
    } else if let Some((status, times)) = found.first.filter(|(_, times)| *times > 0) {
        let mut replies = replies.lock().unwrap();
        replies.get_mut(&path).unwrap().first = Some((status, times - 1));
        found = reply(status, "").header("retry-after", "0");
    }
    tokio::time::sleep(found.delay).await;
    let mut head = format!(
        "HTTP/1.1 {} X\r\nconnection: close\r\ncontent-length: {}\r\n",
        found.status,
        found.body.len() + found.missing
    );
    for (name, value) in &found.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&found.body).await;
    let _ = stream.shutdown().await;
}
