//! The page in a browser: headless Chromium, where there is one.

use std::{env, path::Path, process::Command, thread};

use axum::{
    Router,
    extract::Request,
    http::header,
    middleware::{self, Next},
    response::{Html, Response},
    routing::get,
};
use trueup_drift::{
    page::{Access, router},
    service::{Board, Status},
};

use crate::{page::Site, sample};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// As wide as a phone, and as a desk.
const WINDOWS: [(u32, u32); 2] = [(360, 1800), (1440, 1100)];

/// None either where `TRUEUP_BROWSER` is `off`.
fn browser() -> Option<&'static str> {
    if env::var("TRUEUP_BROWSER").is_ok_and(|set| set == "off") {
        eprintln!("left out: TRUEUP_BROWSER is off");
        return None;
    }
    let there = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let found = BROWSERS.into_iter().find(there);
    if found.is_none() {
        eprintln!("left out: there is no Chromium");
    }
    found
}

fn run(browser: &str, arguments: &[String]) -> (String, String) {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ])
        .args([
            "--enable-logging=stderr",
            "--no-proxy-server",
            "--disable-dev-shm-usage",
        ])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// A page beside the real one that looks at it in a frame: how wide its contents
/// are, and what is wider than it.
const FRAME: &str = "<!doctype html><body style='margin:0'><iframe id=f src='PATH' style='border:0;width:WIDTHpx;height:HEIGHTpx'></iframe><script>
f.onload = () => {
  const page = f.contentDocument;
  const wide = [...page.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > WIDTH + 1);
  document.title = page.documentElement.scrollWidth + ' ' + wide.map(e => e.className || e.tagName).join(',') + ' ' + page.querySelectorAll('h1').length;
};
</script>";

fn framed(status: Status) -> Site {
    let page = router(Board::new(status), Access::Local).layer(middleware::from_fn(
        |request: Request, next: Next| async move {
            let mut response: Response = next.run(request).await;
            response.headers_mut().remove(header::X_FRAME_OPTIONS);
            response
                .headers_mut()
                .remove(header::CONTENT_SECURITY_POLICY);
            response
        },
    ));
    let frame = |request: Request| async move {
        let query = request.uri().query().unwrap().to_owned();
        let mut parts = query.splitn(3, ',');
        let mut part = || parts.next().unwrap().to_owned();
        let (width, height, path) = (part(), part(), part());
        Html(
            FRAME
                .replace("PATH", &path)
                .replace("WIDTH", &width)
                .replace("HEIGHT", &height),
        )
    };
    Site::new(Router::new().route("/frame", get(frame)).merge(page))
}

/// A page at every width, light and dark.
fn look(browser: &str, name: &str, status: Status, path: &str) {
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch-pages");
    std::fs::create_dir_all(&shots).unwrap();
    let strict = Site::of(status.clone(), Access::Local);
    let site = framed(status);
    for (width, height) in WINDOWS {
        let url = format!("http://{}/frame?{width},{height},{path}", site.address);
        let size = format!("--window-size={width},{height}");
        for (shade, number) in [("light", 1), ("dark", 0)] {
            let colors = format!("--blink-settings=preferredColorScheme={number}");
            let shot = shots.join(format!("{name}-{width}-{shade}.png"));
            let picture = format!("--screenshot={}", shot.display());
            run(browser, &[colors, size.clone(), picture, url.clone()]);
            assert!(shot.metadata().unwrap().len() > 5000, "{name} {width}");
        }
        let (dom, _) = run(browser, &[size, "--dump-dom".into(), url]);
        let title = dom.split("<title>").nth(1).unwrap().split('<').next();
        assert_eq!(title, Some(&*format!("{width}  1")), "{name} {width}");
    }
    // As it is served, with all its headers, nothing is refused.
    let url = format!("http://{}{path}", strict.address);
    let (dom, log) = run(browser, &["--dump-dom".into(), url]);
    assert!(dom.contains("</html>"), "{name}: {log}");
    let complaints = log.lines().filter(|line| line.contains("CONSOLE"));
    assert_eq!(complaints.collect::<Vec<_>>(), [""; 0], "{name}");
}

#[test]
fn it_fits_every_width_and_the_browser_does_not_complain() {
    let Some(browser) = browser() else { return };
    let pages = [
        ("none", sample::none as fn() -> Status, "/"),
        ("one", sample::one, "/"),
        ("stack", sample::one, "/stack?name=loki"),
        ("many", sample::many, "/"),
    ];
    thread::scope(|scope| {
        for (name, status, path) in pages {
            scope.spawn(move || look(browser, name, status(), path));
        }
    });
}
