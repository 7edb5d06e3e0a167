//! Why an object is not ready, from its pods and the events about it.

use serde_json::Value;
use trueup_kubernetes::client::{Kind, ObjectRef, Selectors};

use super::{Releases, apply::text};

/// So many lines are said about an object.
const LINES: usize = 4;

impl Releases<'_> {
    /// What pods and events say about an object that is not ready. What can't
    /// be read is left out.
    pub(crate) async fn why(&self, object: &ObjectRef, seen: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        let pods = self.pods_of(object, seen).await;
        for pod in &pods {
            lines.extend(troubles(pod));
        }
        let namespace = object.namespace.as_deref();
        let selectors = Selectors {
            fields: Some("type=Warning".to_owned()),
            ..Selectors::default()
        };
        let events = Kind::new("v1", "Event");
        let events = self.cluster.list(&events, namespace, &selectors).await;
        let mut events = events.unwrap_or_default();
        events.sort_by_key(|event| std::cmp::Reverse(time_of(event)));
        let about = events.iter().filter(|event| is_about(event, object));
        lines.extend(about.filter_map(event_line));
        let mut said: Vec<String> = Vec::new();
        for line in lines {
            // Events repeat what a pod says of itself.
            let words = line.rsplit_once(": ").map_or("", |(_, words)| words);
            let repeats = said.iter().any(|one| one.ends_with(words));
            if !repeats && said.len() < LINES {
                said.push(line);
            }
        }
        said
    }

    async fn pods_of(&self, object: &ObjectRef, seen: &Value) -> Vec<Value> {
        let labels = match object.kind.kind.as_str() {
            "Pod" => return vec![seen.clone()],
            "Job" => Some(format!("job-name={}", object.name)),
            _ => selector(seen),
        };
        let Some(labels) = labels else {
            return Vec::new();
        };
        let selectors = Selectors {
            labels: Some(labels),
            ..Selectors::default()
        };
        let kind = Kind::new("v1", "Pod");
        let namespace = object.namespace.as_deref();
        let pods = self.cluster.list(&kind, namespace, &selectors).await;
        pods.unwrap_or_default()
    }
}

/// The selector of a workload's pods.
fn selector(object: &Value) -> Option<String> {
    let labels = object.pointer("/spec/selector/matchLabels")?.as_object()?;
    let pairs = labels
        .iter()
        .filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let pairs: Vec<String> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.join(","))
}

/// Whether an event is about an object, or about what controllers make for it.
/// Others may have its name: a service has that of its deployment.
fn is_about(event: &Value, object: &ObjectRef) -> bool {
    let part = |name| text(event, &format!("/involvedObject/{name}")).unwrap_or_default();
    let (kind, name) = (part("kind"), part("name"));
    match kind.as_str() {
        _ if kind == object.kind.kind && name == object.name => true,
        "Pod" | "ReplicaSet" | "Job" => is_part(&name, &object.name),
        _ => false,
    }
}

/// Whether a name is that of something a controller made for `owner`.
fn is_part(name: &str, owner: &str) -> bool {
    let rest = name.strip_prefix(owner);
    rest.is_some_and(|rest| rest.starts_with('-'))
}

/// What keeps a pod from running.
fn troubles(pod: &Value) -> Vec<String> {
    let name = text(pod, "/metadata/name").unwrap_or_default();
    let mut lines = Vec::new();
    for list in ["initContainerStatuses", "containerStatuses"] {
        let statuses = pod.pointer(&format!("/status/{list}"));
        let statuses = statuses.and_then(Value::as_array).into_iter().flatten();
        for status in statuses {
            if let Some(trouble) = container_trouble(status) {
                lines.push(format!("pod {name}: {trouble}"));
            }
        }
    }
    let conditions = pod.pointer("/status/conditions").and_then(Value::as_array);
    let unscheduled = conditions.into_iter().flatten().find(|condition| {
        text(condition, "/type").as_deref() == Some("PodScheduled")
            && text(condition, "/status").as_deref() == Some("False")
    });
    if let Some(message) = unscheduled.and_then(|condition| text(condition, "/message")) {
        lines.push(format!("pod {name}: {message}"));
    }
    lines
}

fn container_trouble(status: &Value) -> Option<String> {
    let name = text(status, "/name")?;
    let said = |state: &str| {
        let reason = text(status, &format!("{state}/reason"))?;
        let message = text(status, &format!("{state}/message"));
        Some(match message {
            Some(message) => format!("container {name}: {reason}: {}", message.trim()),
            None => format!("container {name}: {reason}"),
        })
    };
    let code = |state: &str| status.pointer(&format!("{state}/exitCode"))?.as_i64();
    if let Some(code) = code("/state/terminated").filter(|code| *code != 0) {
        let reason = said("/state/terminated")?;
        return Some(format!("{reason} (exit code {code})"));
    }
    let waiting = said("/state/waiting")?;
    let last = code("/lastState/terminated");
    Some(match last {
        Some(code) => format!("{waiting} (it ended with exit code {code} before)"),
        None => waiting,
    })
}

fn time_of(event: &Value) -> Option<String> {
    text(event, "/lastTimestamp").or_else(|| text(event, "/eventTime"))
}

fn event_line(event: &Value) -> Option<String> {
    let reason = text(event, "/reason")?;
    let message = text(event, "/message")?;
    let kind = text(event, "/involvedObject/kind")?;
    let name = text(event, "/involvedObject/name")?;
    Some(format!("{kind} {name}: {reason}: {}", message.trim()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_of_namesakes_are_not_told() {
        let deployment = ObjectRef {
            kind: Kind::new("apps/v1", "Deployment"),
            namespace: Some("shop".to_owned()),
            name: "web".to_owned(),
        };
        let about = |kind: &str, name: &str| {
            let event = json!({"involvedObject": {"kind": kind, "name": name}});
            is_about(&event, &deployment)
        };
        assert!(about("Deployment", "web"));
        assert!(about("ReplicaSet", "web-5f7c"));
        assert!(about("Pod", "web-5f7c-x2x"));
        assert!(!about("Service", "web"));
        assert!(!about("Service", "web-internal"));
        assert!(!about("Pod", "webhook-1"));
    }
}
