//! How fast services are called, to begin with: their documented limits. What
//! an account bears beyond that, or not, is found out while it is called.

use trueup_sdk::calls::{Family, Pace};
use trueup_value::Str;

use super::{Account, Service, calls::is_read};

/// The calls a service counts together with this one.
///
/// EC2 and IAM count each action by itself, ELB those that read and those that
/// change. IAM is one for all regions.
pub(super) fn family(account: &Account, service: Service, action: &str) -> Family {
    let counted = match service {
        Service::Elb if is_read(action) => "read",
        Service::Elb => "change",
        Service::Sts | Service::S3 => "",
        _ => action,
    };
    let region = match service {
        Service::Iam => "",
        _ => account.region(),
    };
    Family {
        account: account.owner.clone(),
        region: Str::new(region),
        api: format!("{} {counted}", service.key()).into(),
    }
}

/// What is documented of a family's limits.
pub(super) fn pace(family: &Family) -> Pace {
    let (service, counted) = family.api.split_once(' ').unwrap_or_default();
    let (burst, rate) = match service {
        // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
        "ec2" if is_read(counted) => (100.0, 20.0),
        "ec2" => (50.0, 5.0),
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
        "elbv2" if counted == "read" => (40.0, 10.0),
        "elbv2" => (20.0, 4.0),
        // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
        "cloudtrail" => (2.0, 2.0),
        // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-throughput.html
        "ssm" => (40.0, 40.0),
        // IAM tells none; tools that read whole accounts get along with this.
        "iam" => (30.0, 15.0),
        _ => return Pace::UNKNOWN,
    };
    Pace {
        rate,
        burst,
        ..Pace::UNKNOWN
    }
}
