//! The page of `trueup watch`, as a picture.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::terminal::{Terminal, relative};
use crate::browser;

/// How large a window the page is shown in.
const WINDOW: (u32, u32) = (1440, 900);

/// The stack on the page.
const STACK: &str = "stack?name=loki";

/// Starts the service, takes a picture of its page and ends it. Without Chromium the
/// page itself is kept.
pub(super) fn show(terminal: &mut Terminal) -> anyhow::Result<()> {
    terminal.show("$ trueup watch");
    let (mut service, address) = start(terminal)?;
    let kept = match browser::find() {
        Some(browser) => {
            let file = terminal.stack.join("status.png");
            let url = format!("http://{address}/{STACK}");
            browser::picture(browser, &url, WINDOW, &file).map(|()| file)
        }
        None => keep(terminal, &address),
    };
    kill(Pid::from_raw(i32::try_from(service.id())?), Signal::SIGTERM)?;
    let ended = service.wait()?;
    let kept = kept?;
    ensure!(ended.success(), "trueup watch ended with {ended}");
    terminal.show(&format!(
        "http://{address}/{STACK}: {}",
        relative(&kept).display()
    ));
    Ok(())
}

/// The service, and the address of its page.
fn start(terminal: &Terminal) -> anyhow::Result<(Child, String)> {
    let mut service = Command::new(&terminal.trueup)
        .arg("watch")
        .current_dir(&terminal.stack)
        .envs(&terminal.environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start trueup")?;
    let output = service.stdout.take().context("it has no output")?;
    let mut lines = BufReader::new(output).lines();
    let address = lines.find_map(|line| {
        let line = line.ok()?;
        let (_, address) = line.split_once("http://")?;
        Some(address.trim_end_matches('/').to_owned())
    });
    match address {
        Some(address) => Ok((service, address)),
        None => {
            service.wait()?;
            anyhow::bail!("trueup watch did not say where its page is")
        }
    }
}

/// Keeps the page and its style sheet.
fn keep(terminal: &Terminal, address: &str) -> anyhow::Result<std::path::PathBuf> {
    let page = get(address, STACK)?;
    let style = page.split_once("<link rel=\"stylesheet\" href=\"/");
    let style = style.and_then(|(_, rest)| rest.split_once('"'));
    let (style, _) = style.context("the page has no style sheet")?;
    fs::write(terminal.stack.join("status.css"), get(address, style)?)?;
    let page = page.replace(&format!("href=\"/{style}\""), "href=\"status.css\"");
    let file = terminal.stack.join("status.html");
    fs::write(&file, page)?;
    Ok(file)
}

fn get(address: &str, path: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /{path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    ensure!(head.contains(" 200 "), "{path}: {head}");
    Ok(body.to_owned())
}
