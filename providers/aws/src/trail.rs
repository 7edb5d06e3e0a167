//! Who changed something behind our back: CloudTrail knows of the last 90
//! days.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use serde_json::{Value, json};
use trueup_sdk::{Answer, Explanation};
use trueup_value::Path;

use crate::{
    CallError,
    client::{Account, Service},
    region,
};

/// So many changes are told of one thing, the last one first.
const MOST: usize = 5;

/// What keeps record of who called what.
pub(crate) trait Trail: Sync {
    /// The last events about a resource, by its name, ID or ARN, the newest
    /// first, as `LookupEvents` answers them where those of the service are kept.
    fn events<'a>(
        &'a self,
        service: Service,
        resource: &'a str,
    ) -> Answer<'a, Result<Vec<Value>, CallError>>;
}

impl Trail for Account {
    fn events<'a>(
        &'a self,
        service: Service,
        resource: &'a str,
    ) -> Answer<'a, Result<Vec<Value>, CallError>> {
        Box::pin(async move {
            let region = kept_in(service, self.region());
            let wanted = json!({
                "LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": resource}],
                "MaxResults": 50,
            });
            let call = self.to(Service::CloudTrail, "LookupEvents").optional();
            let mut answer = call.json_in(region, &wanted).await?;
            Ok(match answer["Events"].take() {
                Value::Array(events) => events,
                _ => Vec::new(),
            })
        })
    }
}

/// The region that tells of a service: what is done to one that is the same in all
/// regions is told in the first of its partition.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events>
fn kept_in(service: Service, region: &str) -> &str {
    match (service, region::partition(region).name) {
        (Service::Iam, "aws") => "us-east-1",
        (Service::Iam, "aws-cn") => "cn-north-1",
        (Service::Iam, "aws-us-gov") => "us-gov-west-1",
        _ => region,
    }
}

/// Who changed a thing of a service that is known by these names, as far as the
/// trail tells: the last changes that succeeded. Things of other services may
/// have the same name. A trail that cannot be asked tells nothing.
pub(crate) async fn explain(
    trail: &dyn Trail,
    service: Service,
    names: &[&str],
) -> Vec<Explanation> {
    let source = format!("{}.amazonaws.com", service.source());
    for name in names.iter().filter(|name| !name.is_empty()) {
        let Ok(events) = trail.events(service, name).await else {
            return Vec::new();
        };
        let events = events.iter();
        let own = events.filter(|event| event["EventSource"] == source.as_str());
        let told: Vec<Explanation> = own.filter_map(read).take(MOST).collect();
        if !told.is_empty() {
            return told;
        }
    }
    Vec::new()
}

/// An event that changed something.
fn read(event: &Value) -> Option<Explanation> {
    let record: Value = event["CloudTrailEvent"]
        .as_str()
        .and_then(|t| serde_json::from_str(t).ok())?;
    let read_only =
        record["readOnly"].as_bool() == Some(true) || event["ReadOnly"].as_str() == Some("true");
    if read_only || record["errorCode"].is_string() {
        return None;
    }
    let identity = &record["userIdentity"];
    let who = [
        &identity["arn"],
        &event["Username"],
        &identity["invokedBy"],
        &identity["principalId"],
    ];
    let who = who.into_iter().find_map(Value::as_str)?;
    let action = event["EventName"]
        .as_str()
        .or(record["eventName"].as_str())?;
    let with = record["userAgent"]
        .as_str()
        .map(|agent| format!(" with {agent}"));
    let from = record["sourceIPAddress"]
        .as_str()
        .map(|address| format!(" from {address}"));
    Some(Explanation {
        what: Path::new(),
        who: who.to_owned(),
        when: record["eventTime"].as_str().map(str::to_owned),
        how: Some(format!(
            "{action}{}{}",
            with.unwrap_or_default(),
            from.unwrap_or_default()
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trueup_sdk::ready;

    /// Answers in the shape of the service's documentation.
    struct Recorded(Vec<Value>);

    impl Trail for Recorded {
        fn events<'a>(
            &'a self,
            _: Service,
            resource: &'a str,
        ) -> Answer<'a, Result<Vec<Value>, CallError>> {
            let found = resource == "chunks-1";
            ready(Ok(if found { self.0.clone() } else { Vec::new() }))
        }
    }

    fn event(name: &str, record: Value) -> Value {
        json!({
            "EventId": "e8aa5b4c-1b3c-4f7a-9d3e-6f1f0a2b3c4d",
            "EventName": name,
            "EventSource": "s3.amazonaws.com",
            "EventTime": 1_795_919_396.0,
            "Username": "ada",
            "Resources": [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "chunks-1"}],
            "CloudTrailEvent": record.to_string(),
        })
    }

    fn record(extra: &[(&str, Value)]) -> Value {
        let mut record = json!({
            "eventVersion": "1.09",
            "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/admin/ada"},
            "eventTime": "2026-11-29T02:29:56Z",
            "eventSource": "s3.amazonaws.com",
            "sourceIPAddress": "192.0.2.1",
            "userAgent": "S3Console/0.4",
            "readOnly": false,
        });
        for (name, value) in extra {
            record[*name] = value.clone();
        }
        record
    }

    #[tokio::test]
    async fn the_last_changes_are_told() {
        let trail = Recorded(vec![
            event("GetBucketVersioning", record(&[("readOnly", json!(true))])),
            event(
                "PutBucketVersioning",
                record(&[("errorCode", json!("AccessDenied"))]),
            ),
            event("PutBucketVersioning", record(&[])),
        ]);
        let names = ["", "arn:aws:s3:::chunks-1", "chunks-1"];
        let told = explain(&trail, Service::S3, &names).await;
        let expected = Explanation {
            what: Path::new(),
            who: "arn:aws:sts::123456789012:assumed-role/admin/ada".to_owned(),
            when: Some("2026-11-29T02:29:56Z".to_owned()),
            how: Some("PutBucketVersioning with S3Console/0.4 from 192.0.2.1".to_owned()),
        };
        assert_eq!(told, [expected]);
        // A target group by that name is another thing.
        assert_eq!(explain(&trail, Service::Elb, &names).await, []);
    }

    #[test]
    fn what_is_the_same_in_all_regions_is_told_in_one() {
        for (service, region, expected) in [
            (Service::Iam, "eu-central-1", "us-east-1"),
            (Service::Iam, "cn-northwest-1", "cn-north-1"),
            (Service::Iam, "us-gov-east-1", "us-gov-west-1"),
            (Service::S3, "eu-central-1", "eu-central-1"),
        ] {
            assert_eq!(kept_in(service, region), expected, "{region}");
        }
    }

    #[tokio::test]
    async fn nothing_is_told_of_what_nobody_touched() {
        let nothing = Recorded(Vec::new());
        assert_eq!(explain(&nothing, Service::S3, &["chunks-2"]).await, []);
    }
}
