//! Settings of a target group that do not go together.

use trueup_sdk::{
    Problem,
    native::{Fields, attribute_problem},
};

use crate::blocks;

const SUMMARY: &str = "Invalid Attribute Combination";

/// What is wrong with a configuration as a whole.
pub(super) fn check(config: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_targets(config, &mut problems);
    check_health(config, &mut problems);
    check_stickiness(config, &mut problems);
    problems
}

fn target_type(config: &Fields) -> Option<&str> {
    match config.get("target_type") {
        value if value.is_null() => Some("instance"),
        value => value.as_str(),
    }
}

fn check_targets(config: &Fields, problems: &mut Vec<Problem>) {
    let Some(kind) = target_type(config) else {
        return;
    };
    let needed = ["port", "protocol", "vpc_id"];
    if kind != "lambda" {
        let missing = needed.iter().filter(|name| config.get(name).is_null());
        problems.extend(missing.map(|name| {
            let detail = format!(
                "Attribute \"{name}\" must be specified when \"target_type\" is \"{kind}\"."
            );
            attribute_problem("target_type", SUMMARY, detail)
        }));
    }
}

fn check_health(config: &Fields, problems: &mut Vec<Problem>) {
    let Some(check) = blocks::block(config, "health_check") else {
        return;
    };
    let mut wrong = |detail: String| {
        problems.push(attribute_problem("health_check", SUMMARY, detail));
    };
    if check.text("protocol") == Some("TCP") {
        for name in ["matcher", "path"] {
            if check.text(name).is_some_and(|text| !text.is_empty()) {
                wrong(format!(
                    "Attribute \"health_check[0].{name}\" cannot be specified when \"health_check[0].protocol\" is \"TCP\"."
                ));
            }
        }
        if target_type(config) == Some("lambda") {
            wrong("Attribute \"health_check[0].protocol\" cannot have value \"TCP\" when \"target_type\" is \"lambda\".".to_owned());
        } else if let Some(protocol @ ("HTTP" | "HTTPS")) = config.text("protocol") {
            wrong(format!(
                "Attribute \"health_check[0].protocol\" cannot have value \"TCP\" when \"protocol\" is \"{protocol}\"."
            ));
        }
    }
    if let (Some(interval), Some(timeout)) = (check.integer("interval"), check.integer("timeout"))
        && timeout >= interval
        && target_type(config) != Some("lambda")
        && matches!(config.text("protocol"), Some("HTTP" | "HTTPS"))
    {
        wrong(format!(
            "A check that takes {timeout} seconds at most cannot be made every {interval} seconds: \"health_check[0].timeout\" must be smaller than \"health_check[0].interval\"."
        ));
    }
}

fn check_stickiness(config: &Fields, problems: &mut Vec<Problem>) {
    let Some(stickiness) = blocks::block(config, "stickiness") else {
        return;
    };
    if stickiness.flag("enabled") == Some(false) {
        return;
    }
    let (Some(kind), Some(protocol)) = (stickiness.text("type"), config.text("protocol")) else {
        return;
    };
    let allowed: &[&str] = match protocol {
        "HTTP" | "HTTPS" => &["lb_cookie", "app_cookie"],
        "GENEVE" => &["source_ip_dest_ip", "source_ip_dest_ip_proto"],
        _ => &["source_ip"],
    };
    if !allowed.contains(&kind) {
        let detail = format!(
            "Attribute \"stickiness[0].type\" cannot have value \"{kind}\" when \"protocol\" is \"{protocol}\", but: {}.",
            allowed.join(", ")
        );
        problems.push(attribute_problem("stickiness", SUMMARY, detail));
    }
    let unnamed = stickiness.get("cookie_name").is_null();
    if kind == "app_cookie" && unnamed {
        let detail = "Attribute \"stickiness[0].cookie_name\" must be specified when \"stickiness[0].type\" is \"app_cookie\".";
        problems.push(attribute_problem("stickiness", SUMMARY, detail));
    }
}
