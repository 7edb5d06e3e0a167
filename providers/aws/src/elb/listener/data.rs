//! Data source `aws_lb_listener`, also `aws_alb_listener`.

use std::sync::LazyLock;

use trueup_sdk::{
    Answer, Problem,
    native::{DataSource, Field, Fields, Nested, Shape, problem},
};
use trueup_value::Type;

use super::{look, shape::shape, show};
use crate::{
    CallError,
    client::Account,
    elb::{calls, find},
    fields, tags,
};

const COMPUTED: &[&str] = &[
    "alpn_policy",
    "certificate_arn",
    "default_action",
    "mutual_authentication",
    "protocol",
    "ssl_policy",
];

pub(in crate::elb) struct ListenerData {
    /// Of the resource type, which tells the same.
    resource: LazyLock<Shape>,
}

impl ListenerData {
    pub(in crate::elb) fn new() -> Self {
        ListenerData {
            resource: LazyLock::new(shape),
        }
    }

    async fn find(
        &self,
        account: &Account,
        config: &Fields,
    ) -> Result<Option<String>, Vec<Problem>> {
        if let Some(arn) = config.text("arn").filter(|arn| !arn.is_empty()) {
            return Ok(Some(arn.to_owned()));
        }
        let balancer = config.text("load_balancer_arn").unwrap_or_default();
        let failed = |error: CallError| {
            vec![error.problem(&format!("reading ELBv2 Listeners of {balancer}"))]
        };
        let listeners = calls::listeners_of(account, balancer)
            .await
            .map_err(failed)?;
        let port = config.integer("port");
        let found = listeners
            .into_iter()
            .filter(|listener| port.is_none() || listener.port().map(i64::from) == port);
        let arns = found.filter_map(|listener| listener.listener_arn).collect();
        find::by_tags(account, arns, config, "ELBv2 Listeners").await
    }
}

impl DataSource<Account> for ListenerData {
    fn shape(&self) -> Shape {
        let text = |name: &str, about: &str| {
            Field::optional(name, Type::String)
                .about(about)
                .or_computed()
        };
        let own = [
            fields::id(),
            fields::region(),
            text("arn", "The ARN."),
            text(
                "load_balancer_arn",
                "The ARN of the load balancer; to find it by.",
            ),
            Field::optional("port", Type::Number)
                .about("The port; to find it by.")
                .or_computed(),
            Field::optional("tags", Type::map(Type::String))
                .about("The tags; also to find it by.")
                .or_computed(),
        ];
        let computed = find::computed(&self.resource, COMPUTED);
        Shape::new("A listener that exists.", own.into_iter().chain(computed))
            .block(Nested::timeouts(&["read"]))
    }

    fn validate(&self, config: &Fields) -> Vec<Problem> {
        let given = ["arn", "load_balancer_arn"]
            .iter()
            .any(|name| !config.get(name).is_null());
        let detail = "\"arn\": one of `arn,load_balancer_arn` must be specified";
        if given {
            Vec::new()
        } else {
            vec![problem("Missing required argument", detail)]
        }
    }

    fn read<'a>(
        &'a self,
        account: &'a Account,
        config: Fields,
    ) -> Answer<'a, Result<Fields, Vec<Problem>>> {
        Box::pin(async move {
            let missing = || {
                let detail = "There is no such listener in this account and region.";
                vec![problem(
                    "reading ELBv2 Listener: couldn't find resource",
                    detail,
                )]
            };
            let arn = self.find(account, &config).await?.ok_or_else(missing)?;
            let doing = format!("reading ELBv2 Listener ({arn})");
            let known = look(account, vec![arn.clone()])
                .await
                .remove(&arn)
                .unwrap_or(Ok(None));
            let known = known
                .map_err(|error| vec![error.problem(&doing)])?
                .ok_or_else(missing)?;
            let before = self.resource.empty();
            let mut shown = before.clone();
            show(&self.resource, &known, &before, &mut shown);
            let tags = account.settings.ignored_tags.strip(known.tags);
            shown.set("tags", tags::value(&tags));
            shown.set_text("region", account.region());
            Ok(find::answer(config, &shown))
        })
    }
}
