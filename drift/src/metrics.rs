//! How everything is, as numbers: OpenMetrics.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::service::Status;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfStack {
    stack: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfOutcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfTarget {
    target: String,
}

type Stacks = Family<OfStack, Gauge>;
type Seconds = Family<OfStack, Gauge<f64, std::sync::atomic::AtomicU64>>;
type Targets<M> = Family<OfTarget, M>;

/// The numbers of a status. They are gathered anew each time, so that those of a
/// stack go with it.
pub(crate) fn text(status: &Status) -> Result<String, std::fmt::Error> {
    let mut registry = Registry::with_prefix("trueup_watch");
    stacks(status, &mut registry);
    targets(status, &mut registry);
    totals(status, &mut registry);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

fn stacks(status: &Status, registry: &mut Registry) {
    let (drifted, failing, fought) = (Stacks::default(), Stacks::default(), Stacks::default());
    let (last, took) = (Seconds::default(), Seconds::default());
    for stack in &status.stacks {
        let label = OfStack {
            stack: stack.stack.name.clone(),
        };
        let fight = stack.kept.standing.is_fought();
        fought.get_or_create(&label).set(i64::from(fight));
        let Some(point) = stack.kept.last() else {
            continue;
        };
        let failed = stack.kept.standing.failing;
        failing.get_or_create(&label).set(i64::from(failed));
        drifted
            .get_or_create(&label)
            .set(i64::try_from(point.drifted).unwrap_or(i64::MAX));
        last.get_or_create(&label)
            .set(point.began.as_millisecond() as f64 / 1000.0);
        took.get_or_create(&label).set(point.took.as_secs_f64());
    }
    registry.register(
        "drifted_objects",
        "Objects that had drifted at the last check",
        drifted,
    );
    registry.register("failing", "Whether the last check failed", failing);
    registry.register(
        "fought",
        "Whether something keeps rewriting a field",
        fought,
    );
    registry.register(
        "last_check_timestamp_seconds",
        "When the last check began",
        last,
    );
    registry.register(
        "last_check_duration_seconds",
        "How long the last check took",
        took,
    );
}

fn targets(status: &Status, registry: &mut Registry) {
    let pending = Targets::<Gauge>::default();
    let arrived = Targets::<Counter>::default();
    let refused = Targets::<Counter>::default();
    let abandoned = Targets::<Counter>::default();
    for (target, waiting) in &status.targets {
        let label = OfTarget {
            target: target.clone(),
        };
        let count = i64::try_from(waiting.pending).unwrap_or(i64::MAX);
        pending.get_or_create(&label).set(count);
        arrived.get_or_create(&label).inc_by(waiting.arrived);
        refused.get_or_create(&label).inc_by(waiting.refused);
        abandoned.get_or_create(&label).inc_by(waiting.abandoned);
    }
    registry.register(
        "notifications_pending",
        "Messages that have not arrived yet",
        pending,
    );
    registry.register(
        "notifications_arrived",
        "Messages that have arrived",
        arrived,
    );
    registry.register(
        "notifications_refused",
        "Times a message did not arrive",
        refused,
    );
    registry.register(
        "notifications_abandoned",
        "Messages that are not sent any more",
        abandoned,
    );
}

fn totals(status: &Status, registry: &mut Registry) {
    let gauge = |value: usize| {
        let gauge: Gauge = Gauge::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        gauge
    };
    let checks = Family::<OfOutcome, Counter>::default();
    let totals = &status.totals;
    for (outcome, count) in [
        ("clean", totals.clean),
        ("drifted", totals.drifted),
        ("failed", totals.failed),
    ] {
        checks.get_or_create(&OfOutcome { outcome }).inc_by(count);
    }
    let missed: Counter = Counter::default();
    missed.inc_by(totals.missed);
    registry.register(
        "stacks",
        "Stacks that are checked",
        gauge(status.stacks.len()),
    );
    registry.register(
        "left_out",
        "Blocks of the configuration with errors, whose stacks are not checked",
        gauge(status.left_out.len()),
    );
    registry.register("running", "Checks that are running", gauge(status.running));
    registry.register(
        "stuck",
        "Checks that were given up and have not ended",
        gauge(status.stuck),
    );
    registry.register("queued", "Checks that wait for room", gauge(status.queued));
    registry.register("checks", "Checks since the service began", checks);
    registry.register(
        "missed",
        "Times a stack was due while nobody could check it",
        missed,
    );
    let writable = usize::from(status.history.is_none());
    registry.register(
        "history_writable",
        "Whether the history can be written",
        gauge(writable),
    );
}
