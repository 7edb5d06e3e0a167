//! Every type of the provider through its lifecycle, on the AWS emulator and
//! through the proxy that makes calls fail. What the emulator answers otherwise
//! than AWS is put right in `tests/sandbox/emulator/corrections`.

mod ec2;
mod eks;
mod elb;
#[path = "../it/hasty.rs"]
mod hasty;
mod iam;
mod s3;
mod settling;
mod stage;

use trueup_sdk::Provider;
use trueup_testkit::Suite;

fn every_suite() -> Vec<Suite> {
    let suites = [
        iam::SUITES,
        elb::SUITES,
        s3::SUITES,
        ec2::SUITES,
        eks::SUITES,
    ];
    suites.concat().iter().map(|suite| suite()).collect()
}

/// No type is left out.
#[test]
fn every_type_has_its_suite() {
    let suites = every_suite();
    let provider = stage::provider();
    let without = trueup_testkit::without_suite(provider.schema(), &suites);
    assert_eq!(without, [""; 0]);
}
