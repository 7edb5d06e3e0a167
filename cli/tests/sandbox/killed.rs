//! The ready-made stack, applied and destroyed by runs that are killed, and by
//! runs whose servers go away: the next run goes on where the last one ended.

use std::{thread, time::Duration};

use trueup_sandbox::{Fault, Faults, Rule, Sandbox};

use crate::{
    loki,
    stack::{Fate, Stack},
};

/// More steps than any of these stacks has.
const MOST: u32 = 120;

/// A stack whose calls to the cluster pass its proxy, too: the endpoint that
/// AWS tells leads past it. The issuer is one of its own, as an account has one
/// provider for each.
pub(crate) fn stack(sandbox: &Sandbox, name: &str) -> Stack {
    let stack = loki::stack(sandbox, name);
    let cluster = stack.read("cluster.tf");
    let cluster = cluster
        .replace(
            "data.aws_eks_cluster.this.endpoint",
            &format!("\"{}\"", stack.api_server()),
        )
        .replace(
            "data.aws_eks_cluster.this.identity[0].oidc[0].issuer",
            &format!("\"https://oidc.example.com/{name}\""),
        );
    stack.write("cluster.tf", &cluster);
    stack
}

/// Kills run after run, until one comes to its end, which must be a good one.
/// How many were killed. Four runs get equally far, then they get one change
/// further: what a run has to do over must not keep it from going on.
fn until_done(stack: &Stack, command: &str, at: &Rule) -> u32 {
    for killed in 0..MOST {
        let rule = Rule {
            skip: at.skip + killed / 4,
            ..at.clone()
        };
        if let Fate::Ended(printed) =
            stack.kill(&[command, "-auto-approve", "-parallelism=1"], &rule)
        {
            assert!(printed.contains(" complete!"), "after {killed}: {printed}");
            return killed;
        }
    }
    panic!("there is no end to it");
}

fn kill_through(name: &str, at: &Rule) {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, name);
    let killed = until_done(&stack, "apply", at);
    assert!(killed >= 5, "{killed}");
    assert_eq!(stack.settled(), "No changes.");
    assert_eq!(loki::left(&sandbox, name), loki::ALL);

    let killed = until_done(&stack, "destroy", at);
    assert!(killed >= 5, "{killed}");
    assert_eq!(stack.run(&["state", "list"]), "");
    assert_eq!(loki::left(&sandbox, name), loki::NOTHING);
}

#[test]
fn killed_while_every_change_waits_for_its_answer() {
    let answer = Rule {
        mutating: true,
        milliseconds: 60_000,
        times: 1,
        ..Rule::new(Fault::Held)
    };
    kill_through("killed-after", &answer);
}

#[test]
fn killed_before_every_change_but_one() {
    let call = Rule {
        mutating: true,
        milliseconds: 60_000,
        skip: 1,
        times: 1,
        ..Rule::new(Fault::Latency)
    };
    kill_through("killed-before", &call);
}

#[test]
fn killed_while_it_plans() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "killed-plan");
    let reading = Rule {
        milliseconds: 60_000,
        skip: 2,
        times: 1,
        ..Rule::new(Fault::Latency)
    };
    assert_eq!(stack.kill(&["plan"], &reading), Fate::Killed);
    assert!(stack.apply().contains("Apply complete!"));
    assert_eq!(stack.kill(&["plan"], &reading), Fate::Killed);
    assert_eq!(stack.settled(), "No changes.");
    stack.destroy();
}

#[test]
fn servers_that_are_stopped_and_started_again_in_the_middle() {
    let Some(sandbox) = trueup_sandbox::shared() else {
        return;
    };
    let stack = stack(&sandbox, "killed-down");
    let [kubernetes, aws] = stack.faults();
    for [while_made, while_destroyed] in [[kubernetes, aws], [aws, kubernetes]] {
        without(while_made, || stack.apply());
        assert!(stack.apply().contains("Apply complete!"));
        assert_eq!(stack.settled(), "No changes.");
        assert_eq!(loki::left(&sandbox, "killed-down"), loki::ALL);
        without(while_destroyed, || stack.destroy());
        assert!(stack.destroy().contains("Destroy complete!"));
        assert_eq!(loki::left(&sandbox, "killed-down"), loki::NOTHING);
    }
}

/// Does something while a server is away for some seconds, from its seventh
/// call on. Whether that ends well is not said.
fn without(proxy: &Faults, work: impl FnOnce() -> String + Send) {
    let down = Rule {
        skip: 6,
        ..Rule::new(Fault::Reset)
    };
    proxy.set(&[down], 0).unwrap();
    thread::scope(|scope| {
        let run = scope.spawn(work);
        while proxy.fired().unwrap() == [0] && !run.is_finished() {
            thread::sleep(Duration::from_millis(50));
        }
        thread::sleep(Duration::from_secs(3));
        proxy.set(&[], 0).unwrap();
        run.join().unwrap();
    });
}
