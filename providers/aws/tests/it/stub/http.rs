//! As much of HTTP as it takes: requests with forms, on connections that are
//! kept.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use super::State;

pub(super) fn serve(listener: &TcpListener, state: &Arc<Mutex<State>>) {
    for stream in listener.incoming().flatten() {
        let state = Arc::clone(state);
        std::thread::spawn(move || converse(&stream, &state));
    }
}

fn converse(stream: &TcpStream, state: &Arc<Mutex<State>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    loop {
        let form = read_form(&mut reader)?;
        let answer = state.lock().ok()?.answer(&form);
        let (status, body) = answer?;
        let head = format!(
            "HTTP/1.1 {status} .\r\ncontent-type: text/xml\r\nx-amzn-requestid: stub-1\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        // In one piece: in two, the second waits until the first is confirmed.
        writer.write_all(format!("{head}{body}").as_bytes()).ok()?;
    }
}

fn read_form(reader: &mut BufReader<&TcpStream>) -> Option<BTreeMap<String, String>> {
    let mut length = 0;
    let mut first = true;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() && !first {
            break;
        }
        first = false;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(form(&String::from_utf8(body).ok()?))
}

/// The parameters in the body of a request.
pub(super) fn form(body: &str) -> BTreeMap<String, String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
