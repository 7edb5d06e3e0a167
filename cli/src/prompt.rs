//! Questions to whoever sits at the terminal.

use std::{
    io,
    sync::mpsc::{self, Receiver},
    thread,
};

use crate::{error::CommandError, interrupt, ui::Ui};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unanswered {
    /// There is nobody to ask.
    #[error("EOF")]
    NobodyThere,
    /// The answer was an interrupt.
    #[error("interrupted")]
    Interrupted,
}

impl Ui {
    /// Asks and waits for a line; what is typed is not shown if it is
    /// `secret`.
    ///
    /// # Errors
    /// [`CommandError::Output`] if the question cannot be put.
    pub(crate) fn ask(
        &self,
        query: &str,
        description: &str,
        secret: bool,
    ) -> Result<Result<String, Unanswered>, CommandError> {
        let mut text = format!("{}\n", self.styled("1", query));
        for line in description.lines() {
            text.push_str(&format!("  {line}\n"));
        }
        if !description.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("  {} ", self.styled("1", "Enter a value:")));
        self.print(&text)?;
        let answer = wait(read_line(secret));
        if answer != Err(Unanswered::NobodyThere) {
            self.print("\n")?;
        }
        Ok(answer)
    }
}

/// What a waiting question hears of.
pub(crate) enum Heard {
    /// A line, or the end of all lines.
    Line(Option<String>),
    /// An interrupt.
    Interrupt,
}

fn wait(heard: Receiver<Heard>) -> Result<String, Unanswered> {
    match heard.recv() {
        Ok(Heard::Line(Some(line))) => Ok(line.trim_end().to_owned()),
        Ok(Heard::Interrupt) => Err(Unanswered::Interrupted),
        Ok(Heard::Line(None)) | Err(_) => Err(Unanswered::NobodyThere),
    }
}

/// Reads a line on a thread of its own, so that an interrupt can end the
/// waiting.
fn read_line(secret: bool) -> Receiver<Heard> {
    let (sender, receiver) = mpsc::channel();
    interrupt::tell(Some(sender.clone()));
    thread::spawn(move || {
        let echo = secret.then(Silence::begin);
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        drop(echo);
        interrupt::tell(None);
        let line = matches!(read, Ok(length) if length > 0).then_some(line);
        // Whoever asked may have been interrupted.
        drop(sender.send(Heard::Line(line)));
    });
    receiver
}

/// A terminal that does not show what is typed, for as long as it lives.
struct Silence {
    #[cfg(unix)]
    before: Option<nix::sys::termios::Termios>,
}

impl Silence {
    #[cfg(unix)]
    fn begin() -> Self {
        use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
        let Ok(before) = tcgetattr(io::stdin()) else {
            return Silence { before: None };
        };
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO);
        let done = tcsetattr(io::stdin(), SetArg::TCSANOW, &silent);
        Silence {
            before: done.ok().map(|()| before),
        }
    }

    #[cfg(not(unix))]
    fn begin() -> Self {
        Silence {}
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            use nix::sys::termios::{SetArg, tcsetattr};
            // There is nowhere to report that this failed.
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, before);
        }
    }
}
