//! What is known of services and their actions.
//!
//! The lists are not complete and never refuse anything: what they do not know
//! is right unless it is nearly something they do know.

use crate::spelling::nearest;

static SERVICES: &str = include_str!("services.txt");
static ACTIONS: &str = include_str!("actions.txt");

/// What an action that is nearly a known one was probably meant to be.
pub(super) fn meant(action: &str) -> Option<String> {
    let (service, name) = action.split_once(':')?;
    if name.is_empty() || action.contains(['*', '?', '$']) {
        return meant_service(service).map(|near| format!("{near}:{name}"));
    }
    let Some(known) = actions(service) else {
        return meant_service(service).map(|near| format!("{near}:{name}"));
    };
    if known
        .split(' ')
        .any(|known| known.eq_ignore_ascii_case(name))
    {
        return None;
    }
    nearest(name, known.split(' ')).map(|near| format!("{service}:{near}"))
}

fn meant_service(service: &str) -> Option<&'static str> {
    let known = SERVICES
        .lines()
        .any(|known| known.eq_ignore_ascii_case(service));
    if known || service.contains(['*', '?', '$']) || service.len() < 3 {
        return None;
    }
    nearest(service, SERVICES.lines())
}

/// The names of a service's actions, with spaces between them.
fn actions(service: &str) -> Option<&'static str> {
    ACTIONS.lines().find_map(|line| {
        let (name, actions) = line.split_once(' ')?;
        name.eq_ignore_ascii_case(service).then_some(actions)
    })
}
