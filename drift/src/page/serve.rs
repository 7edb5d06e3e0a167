//! The page served.

use std::{future::Future, io, net::TcpListener};

use askama::Template;
use axum::{
    Router,
    extract::{Query, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    Overview, StackPage,
    access::{Access, Denied},
};
use crate::{metrics, service::Board};

const STYLE: &str = include_str!("../../templates/style.css");

/// Nothing is loaded but the style sheet, and nothing is run.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct Site {
    board: Board,
    access: Access,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    search: String,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// Everything that is answered.
pub fn router(board: Board, access: Access) -> Router {
    let site = Site { board, access };
    Router::new()
        .route("/", get(overview))
        .route("/stack", get(stack))
        .route("/style.css", get(style))
        .route("/metrics", get(numbers))
        .fallback(missing)
        .layer(middleware::from_fn_with_state(site.clone(), guard))
        .route("/healthz", get(health))
        .layer(middleware::map_response(secure))
        .with_state(site)
}

/// Answers on `listener` until `end` comes.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    axum::serve(listener, router)
        .with_graceful_shutdown(end)
        .await
}

async fn overview(State(site): State<Site>, Query(search): Query<Search>) -> Response {
    page(&Overview::new(&site.board.read(), &search.search))
}

async fn stack(State(site): State<Site>, Query(wanted): Query<Name>) -> Response {
    let status = site.board.read();
    let mut stacks = status.stacks.iter();
    match stacks.find(|stack| stack.stack.name == wanted.name) {
        Some(stack) => page(&StackPage::new(&status, stack)),
        None => missing().await,
    }
}

async fn style() -> Response {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], STYLE).into_response()
}

async fn numbers(State(site): State<Site>) -> Response {
    const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics::text(&site.board.read()) {
        Ok(text) => {
            let kind = HeaderValue::from_static(KIND);
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// The service lives as long as it answers.
async fn health() -> Response {
    plain(StatusCode::OK, "ok")
}

async fn missing() -> Response {
    plain(StatusCode::NOT_FOUND, "There is no such page.")
}

fn page(template: &impl Template) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    match template.render() {
        Ok(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn plain(status: StatusCode, text: &str) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], format!("{text}\n")).into_response()
}

async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    match site.access.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(Denied::Elsewhere) => plain(
            StatusCode::MISDIRECTED_REQUEST,
            "This page is for this machine only: ask for it as localhost. To serve it under another name, set a token.",
        ),
        Err(Denied::Token) => {
            let mut response = plain(StatusCode::UNAUTHORIZED, "A token is needed.");
            let ask =
                HeaderValue::from_static("Basic realm=\"trueup watch: the token is the password\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
            response
        }
    }
}

async fn secure(mut response: Response) -> Response {
    let headers: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
