//! The page, served beside the service.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    thread::{self, JoinHandle},
};

use tokio::sync::oneshot;
use trueup_drift::{
    config::Secret,
    page::{self, Access},
    service::Board,
};

use crate::{error::CommandError, runtime};

/// The page while it is served.
pub(super) struct Site {
    end: oneshot::Sender<()>,
    thread: JoinHandle<io::Result<()>>,
}

/// Takes the address of the page.
///
/// # Errors
/// If somebody else has it, or it is none of this machine's.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => CommandError::usage(
            "Address in use",
            format!(
                "Another program listens on {address} already. End it, or set listen in the configuration to another port."
            ),
        ),
        _ => CommandError::usage(
            "Failed to listen",
            format!("The page cannot be served on {address}: {error}."),
        ),
    })
}

impl Site {
    /// Serves the page.
    ///
    /// # Errors
    /// If there is no thread for it.
    pub(super) fn open(
        listener: TcpListener,
        board: &Board,
        token: Option<Secret>,
    ) -> Result<Self, CommandError> {
        let access = token.map_or(Access::Local, Access::Token);
        let router = page::router(board.clone(), access);
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("page".to_owned())
            .spawn(move || {
                let ended = async { drop(ended.await) };
                runtime::block_on(page::serve(listener, router, ended))
            });
        let thread =
            thread.map_err(|source| CommandError::io("Failed to start a thread", ".", source))?;
        Ok(Site { end, thread })
    }

    /// Ends it. Who keeps a connection open is not waited for.
    pub(super) fn close(self) {
        // Whether it still hears of it does not matter: it ends with the process.
        self.end.send(()).unwrap_or_default();
        drop(self.thread);
    }
}
