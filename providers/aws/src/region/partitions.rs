//! Partitions and regions.
//!
//! Names and descriptions are those of AWS:
//! <https://docs.aws.amazon.com/general/latest/gr/rande.html>

/// A set of regions with accounts of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    pub(crate) name: &'static str,
    pub(crate) dns_suffix: &'static str,
    pub(crate) reverse_dns_prefix: &'static str,
    /// How the names of its regions begin.
    prefix: &'static str,
    regions: &'static [(&'static str, &'static str)],
}

/// The commercial one stands last: it takes what no other does.
static PARTITIONS: &[Partition] = &[
    Partition {
        name: "aws-cn",
        dns_suffix: "amazonaws.com.cn",
        reverse_dns_prefix: "cn.com.amazonaws",
        prefix: "cn-",
        regions: &[
            ("cn-north-1", "China (Beijing)"),
            ("cn-northwest-1", "China (Ningxia)"),
        ],
    },
    Partition {
        name: "aws-us-gov",
        dns_suffix: "amazonaws.com",
        reverse_dns_prefix: "com.amazonaws",
        prefix: "us-gov-",
        regions: &[
            ("us-gov-east-1", "AWS GovCloud (US-East)"),
            ("us-gov-west-1", "AWS GovCloud (US-West)"),
        ],
    },
    Partition {
        name: "aws-iso",
        dns_suffix: "c2s.ic.gov",
        reverse_dns_prefix: "gov.ic.c2s",
        prefix: "us-iso-",
        regions: &[
            ("us-iso-east-1", "US ISO East"),
            ("us-iso-west-1", "US ISO WEST"),
        ],
    },
    Partition {
        name: "aws-iso-b",
        dns_suffix: "sc2s.sgov.gov",
        reverse_dns_prefix: "gov.sgov.sc2s",
        prefix: "us-isob-",
        regions: &[
            ("us-isob-east-1", "US ISOB East (Ohio)"),
            ("us-isob-west-1", "US ISOB West"),
        ],
    },
    Partition {
        name: "aws-iso-e",
        dns_suffix: "cloud.adc-e.uk",
        reverse_dns_prefix: "uk.adc-e.cloud",
        prefix: "eu-isoe-",
        regions: &[("eu-isoe-west-1", "EU ISOE West")],
    },
    Partition {
        name: "aws-iso-f",
        dns_suffix: "csp.hci.ic.gov",
        reverse_dns_prefix: "gov.ic.hci.csp",
        prefix: "us-isof-",
        regions: &[
            ("us-isof-east-1", "US ISOF EAST"),
            ("us-isof-south-1", "US ISOF SOUTH"),
        ],
    },
    Partition {
        name: "aws-eusc",
        dns_suffix: "amazonaws.eu",
        reverse_dns_prefix: "eu.amazonaws",
        prefix: "eusc-",
        regions: &[("eusc-de-east-1", "AWS European Sovereign Cloud (Germany)")],
    },
    Partition {
        name: "aws",
        dns_suffix: "amazonaws.com",
        reverse_dns_prefix: "com.amazonaws",
        prefix: "",
        regions: &[
            ("af-south-1", "Africa (Cape Town)"),
            ("ap-east-1", "Asia Pacific (Hong Kong)"),
            ("ap-east-2", "Asia Pacific (Taipei)"),
            ("ap-northeast-1", "Asia Pacific (Tokyo)"),
            ("ap-northeast-2", "Asia Pacific (Seoul)"),
            ("ap-northeast-3", "Asia Pacific (Osaka)"),
            ("ap-south-1", "Asia Pacific (Mumbai)"),
            ("ap-south-2", "Asia Pacific (Hyderabad)"),
            ("ap-southeast-1", "Asia Pacific (Singapore)"),
            ("ap-southeast-2", "Asia Pacific (Sydney)"),
            ("ap-southeast-3", "Asia Pacific (Jakarta)"),
            ("ap-southeast-4", "Asia Pacific (Melbourne)"),
            ("ap-southeast-5", "Asia Pacific (Malaysia)"),
            ("ap-southeast-6", "Asia Pacific (New Zealand)"),
            ("ap-southeast-7", "Asia Pacific (Thailand)"),
            ("ca-central-1", "Canada (Central)"),
            ("ca-west-1", "Canada West (Calgary)"),
            ("eu-central-1", "Europe (Frankfurt)"),
            ("eu-central-2", "Europe (Zurich)"),
            ("eu-north-1", "Europe (Stockholm)"),
            ("eu-south-1", "Europe (Milan)"),
            ("eu-south-2", "Europe (Spain)"),
            ("eu-west-1", "Europe (Ireland)"),
            ("eu-west-2", "Europe (London)"),
            ("eu-west-3", "Europe (Paris)"),
            ("il-central-1", "Israel (Tel Aviv)"),
            ("me-central-1", "Middle East (UAE)"),
            ("me-south-1", "Middle East (Bahrain)"),
            ("mx-central-1", "Mexico (Central)"),
            ("sa-east-1", "South America (Sao Paulo)"),
            ("us-east-1", "US East (N. Virginia)"),
            ("us-east-2", "US East (Ohio)"),
            ("us-west-1", "US West (N. California)"),
            ("us-west-2", "US West (Oregon)"),
        ],
    },
];

/// The partition of a region.
pub(crate) fn partition(region: &str) -> &'static Partition {
    let found = PARTITIONS
        .iter()
        .find(|partition| region.starts_with(partition.prefix));
    found.unwrap_or(&PARTITIONS[0])
}

/// The description of a region, if it is known.
pub(crate) fn description(region: &str) -> Option<&'static str> {
    let regions = partition(region).regions.iter();
    let mut found = regions.filter(|(name, _)| *name == region);
    found.next().map(|(_, description)| *description)
}

/// All regions that are known.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let regions = PARTITIONS.iter().flat_map(|partition| partition.regions);
    regions.map(|(name, _)| *name)
}
