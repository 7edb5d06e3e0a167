//! Listeners that are made and changed.

use aws_sdk_elasticloadbalancingv2::{
    operation::create_listener::CreateListenerOutput,
    types::{
        AdvertiseTrustStoreCaNamesEnum as AdvertiseEnum, Certificate, Listener as Told,
        ListenerAttribute, MutualAuthenticationAttributes, ProtocolEnum,
    },
};
use trueup_sdk::native::{Create, Failure, Fields, Made, Update, problem};

use super::{Known, Listener, MUTUAL, attributes_of, called, identity::Identity, shape};
use crate::{
    CallError, blocks,
    client::{Account, Service},
    elb::{
        action,
        attributes::{self, Attributes},
        calls,
    },
    patience,
    tags::{self, TagChange, Tags},
};

impl Listener {
    pub(super) async fn make(&self, account: &Account, create: Create<'_>) -> Made {
        let planned = create.planned;
        let balancer = planned.text("load_balancer_arn").unwrap_or_default();
        let doing = format!("creating ELBv2 Listener on {balancer}");
        let tags = tags::read(planned.get("tags_all"));
        let told = send(account, &planned, &tags).await;
        let told = told.map_err(|error| Failure::from(error.problem(&doing)))?;
        let Some(told) = told else {
            return Err(problem(&doing, "The service told nothing of it.").into());
        };
        let settled = settle(account, &told, &planned).await;
        let mut known = Known {
            told,
            attributes: Attributes::new(),
            tags,
        };
        match settled {
            Ok(attributes) => {
                known.attributes = attributes;
                Ok(self.show(account, known, &planned).into())
            }
            Err(error) => {
                let left = self.show(account, known, &planned);
                Err(Failure::from(error.problem(&doing)).leaving(left))
            }
        }
    }

    pub(super) async fn change(&self, account: &Account, update: Update<'_>) -> Made {
        let prior = Fields::of(&update.prior.value);
        let doing = format!("updating {}", called(&prior));
        let changed = change(account, &prior, &update.planned).await;
        match changed.map_err(|error| Failure::from(error.problem(&doing)))? {
            Some(known) => Ok(self.show(account, known, &update.planned).into()),
            None => Err(problem(&doing, "There is no such listener any more.").into()),
        }
    }
}

fn certificates(planned: &Fields) -> Option<Vec<Certificate>> {
    let arn = planned
        .text("certificate_arn")
        .filter(|arn| !arn.is_empty())?;
    Some(vec![Certificate::builder().certificate_arn(arn).build()])
}

fn mutual(planned: &Fields) -> Option<MutualAuthenticationAttributes> {
    let block = blocks::block(planned, MUTUAL)?;
    let text = |name: &str| {
        block
            .text(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let verify = text("mode").as_deref() == Some("verify");
    let advertise = text("advertise_trust_store_ca_names").filter(|_| verify);
    Some(
        MutualAuthenticationAttributes::builder()
            .set_mode(text("mode"))
            .set_trust_store_arn(text("trust_store_arn").filter(|_| verify))
            .set_ignore_client_certificate_expiry(
                block
                    .flag("ignore_client_certificate_expiry")
                    .filter(|_| verify),
            )
            .set_advertise_trust_store_ca_names(advertise.as_deref().map(AdvertiseEnum::from))
            .build(),
    )
}

/// What a listener is to speak. Application load balancers are asked for HTTP
/// where nothing is said, as by Terraform's provider; AWS would refuse.
fn spoken(planned: &Fields) -> Option<String> {
    let given = planned.text("protocol").filter(|text| !text.is_empty());
    let balancer = planned.text("load_balancer_arn").unwrap_or_default();
    match given {
        Some(given) => Some(given.to_uppercase()),
        None if balancer.contains("loadbalancer/app/") => Some("HTTP".to_owned()),
        None => None,
    }
}

/// The parts of a listener as a request carries them.
struct Parts {
    port: Option<i32>,
    protocol: Option<ProtocolEnum>,
    ssl_policy: Option<String>,
    alpn: Option<Vec<String>>,
}

impl Parts {
    fn of(planned: &Fields) -> Self {
        let text = |name: &str| planned.text(name).filter(|text| !text.is_empty());
        let protocol = spoken(planned);
        let secure = matches!(protocol.as_deref(), Some("HTTPS" | "TLS"));
        Parts {
            port: planned
                .integer("port")
                .and_then(|port| i32::try_from(port).ok()),
            ssl_policy: text("ssl_policy").filter(|_| secure).map(str::to_owned),
            alpn: text("alpn_policy").map(|policy| vec![policy.to_owned()]),
            protocol: protocol.as_deref().map(ProtocolEnum::from),
        }
    }
}

async fn send(account: &Account, planned: &Fields, tags: &Tags) -> Result<Option<Told>, CallError> {
    let elb = account.elb();
    let send = || {
        let parts = Parts::of(planned);
        elb.create_listener()
            .set_load_balancer_arn(planned.text("load_balancer_arn").map(str::to_owned))
            .set_port(parts.port)
            .set_protocol(parts.protocol)
            .set_ssl_policy(parts.ssl_policy)
            .set_alpn_policy(parts.alpn)
            .set_certificates(certificates(planned))
            .set_mutual_authentication(mutual(planned))
            .set_default_actions(Some(action::planned(planned, shape::ACTION)))
            .set_tags(calls::write_tags(tags))
            .send()
    };
    let read = |made: CreateListenerOutput| made.listeners.unwrap_or_default().into_iter().next();
    let find = || async move {
        let found = made_before(account, planned, tags).await?;
        Ok(found.map(Some))
    };
    // A certificate that was just made is not known everywhere.
    let no_certificate = |error: &CallError| error.is(&["CertificateNotFound"]);
    let call = account.to(Service::Elb, "CreateListener");
    let call = call
        .waits(patience::PROPAGATION, no_certificate)
        .waits(patience::APPEARING, calls::fresh);
    call.once(send, read, find).await
}

/// The listener of the planned port that does what is planned, tags included.
async fn made_before(
    account: &Account,
    planned: &Fields,
    tags: &Tags,
) -> Result<Option<Told>, CallError> {
    let found = Identity::of(planned).find(account).await?;
    let ours = |told: &Told| action::are_planned(told.default_actions(), planned, shape::ACTION);
    let Some(found) = found.filter(ours) else {
        return Ok(None);
    };
    let arn = found.listener_arn().unwrap_or_default().to_owned();
    let told = calls::tags(account, vec![arn.clone()]).await.remove(&arn);
    let told = told.transpose()?.flatten().unwrap_or_default();
    Ok((told == *tags).then_some(found))
}

/// Gives a listener the attributes that are planned; those it has then.
async fn settle(account: &Account, told: &Told, planned: &Fields) -> Result<Attributes, CallError> {
    let arn = told.listener_arn().unwrap_or_default();
    let mut current = attributes_of(account, arn).await?;
    let mut wanted = Attributes::new();
    attributes::collect(shape::SETTINGS, planned, &mut wanted);
    let changes = attributes::changes(&[shape::SETTINGS], &wanted, &current);
    if changes.is_empty() {
        return Ok(current);
    }
    let written = changes.iter();
    let written = written.map(|(k, v)| ListenerAttribute::builder().key(k).value(v).build());
    let written: Vec<_> = written.collect();
    let elb = account.elb();
    let call = || {
        let request = elb.modify_listener_attributes().listener_arn(arn);
        request.set_attributes(Some(written.clone())).send()
    };
    account
        .call(Service::Elb, "ModifyListenerAttributes", call)
        .await?;
    current.extend(changes);
    Ok(current)
}

async fn change(
    account: &Account,
    prior: &Fields,
    planned: &Fields,
) -> Result<Option<Known>, CallError> {
    let arn = prior.text("id").unwrap_or_default();
    let (before, after) = (
        tags::read(prior.get("tags_all")),
        tags::read(planned.get("tags_all")),
    );
    calls::change_tags(account, arn, &TagChange::between(&before, &after)).await?;
    let own = [
        "port",
        "protocol",
        "ssl_policy",
        "alpn_policy",
        "certificate_arn",
        MUTUAL,
        shape::ACTION,
    ];
    let told = match own.iter().any(|name| prior.get(name) != planned.get(name)) {
        true => modify(account, arn, planned).await?,
        false => calls::listeners(account, vec![arn.to_owned()])
            .await
            .remove(arn)
            .transpose()?
            .flatten(),
    };
    let Some(told) = told else {
        return Ok(None);
    };
    let attributes = settle(account, &told, planned).await?;
    Ok(Some(Known {
        told,
        attributes,
        tags: after,
    }))
}

async fn modify(account: &Account, arn: &str, planned: &Fields) -> Result<Option<Told>, CallError> {
    let elb = account.elb();
    let call = || {
        let parts = Parts::of(planned);
        elb.modify_listener()
            .listener_arn(arn)
            .set_port(parts.port)
            .set_protocol(parts.protocol)
            .set_ssl_policy(parts.ssl_policy)
            .set_alpn_policy(parts.alpn)
            .set_certificates(certificates(planned))
            .set_mutual_authentication(mutual(planned))
            .set_default_actions(Some(action::planned(planned, shape::ACTION)))
            .send()
    };
    let answer = account.call(Service::Elb, "ModifyListener", call).await?;
    Ok(answer.listeners.unwrap_or_default().into_iter().next())
}
