//! From the start to the end, and nothing left behind.

use std::{fs, net::TcpStream, path::Path};

use nix::{errno::Errno, sys::signal::kill, unistd::Pid};
use trueup_sandbox::{Cache, Options, Sandbox, build, shared};

/// Where the sandbox's parts listen.
fn addresses(sandbox: &Sandbox) -> Vec<String> {
    let told = sandbox.description();
    let kubeconfig = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let server = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("server: "));
        server.unwrap().to_owned()
    };
    [
        kubeconfig(&told.kubeconfig),
        kubeconfig(&told.direct_kubeconfig),
        told.aws_endpoint.clone(),
        told.direct_aws_endpoint.clone(),
        told.kubernetes_faults.control.clone(),
        told.aws_faults.control.clone(),
    ]
    .map(|url| url.split("//").nth(1).unwrap().to_owned())
    .into()
}

#[test]
fn two_run_side_by_side_and_leave_nothing_behind() {
    // Where there is none at all, that has been said.
    if shared().is_none() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let programs = build(&Cache::of_user().unwrap()).unwrap();
    let options = Options {
        ephemeral: true,
        ..Options::default()
    };
    let start =
        |name: &str| Sandbox::start(programs.clone(), &home.path().join(name), &options).unwrap();
    let (one, other) = (start("one"), start("other"));
    let (mine, theirs) = (addresses(&one), addresses(&other));
    assert!(mine.iter().all(|address| !theirs.contains(address)));
    let node = "/api/v1/nodes";
    for sandbox in [&one, &other] {
        let nodes = sandbox.cluster().unwrap().list(node).unwrap();
        assert_eq!(nodes.len(), 1);
    }
    let pids: Vec<u32> = one.pids().chain(other.pids()).collect();
    one.stop().unwrap();
    other.stop().unwrap();
    for pid in pids {
        let pid = Pid::from_raw(i32::try_from(pid).unwrap());
        assert_eq!(kill(pid, None), Err(Errno::ESRCH), "process {pid} lives on");
    }
    for address in mine.iter().chain(&theirs) {
        let answer = TcpStream::connect(address);
        assert!(answer.is_err(), "somebody still listens on {address}");
    }
    let left = fs::read_dir(home.path()).unwrap().count();
    assert_eq!(left, 0, "folders are left in {}", home.path().display());
}

#[test]
fn clusters_of_eks_are_the_ones_that_run() {
    let Some(sandbox) = shared() else { return };
    let issuer = &sandbox.description().issuer;
    let cluster = sandbox.cluster().unwrap();
    let told = cluster.get("/.well-known/openid-configuration").unwrap();
    assert_eq!(told.unwrap()["issuer"], issuer.as_str());
}
