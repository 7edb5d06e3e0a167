//! The history after what can happen to a file.

use std::path::Path;

use trueup_drift::{
    config::Keep,
    history::{Checked, Damage, History, Record, Verdict},
};

use crate::{
    disk::MemoryDisk,
    world::{at, minutes},
};

const FILE: &str = "history/history.log";

const KEEP: Keep = Keep {
    checks: 100,
    age: jiff::SignedDuration::from_hours(24),
};

fn open(disk: &MemoryDisk) -> (History, Damage) {
    let now = at("2026-11-29T12:00:00Z");
    History::open(Box::new(disk.clone()), Path::new("history"), KEEP, now).unwrap()
}

/// A disk with a history of so many checks of a stack, one a minute.
fn written(count: i64) -> MemoryDisk {
    let disk = MemoryDisk::default();
    let (mut history, _) = open(&disk);
    for minute in 0..count {
        let began = at("2026-11-29T11:00:00Z") + minutes(minute);
        let checked = Checked {
            stack: "app".into(),
            began,
            took: 400,
            verdict: Verdict::Clean,
            drifted: 0,
            report: None,
            standing: None,
            changes: Vec::new(),
            notices: Vec::new(),
        };
        history.add(Record::Checked(Box::new(checked)), began);
    }
    disk
}

fn minutes_kept(history: &History) -> Vec<i64> {
    let points = history.past().stack("app").into_iter();
    let points = points.flat_map(|kept| &kept.points);
    let start = at("2026-11-29T11:00:00Z");
    points
        .map(|point| point.began.duration_since(start).as_mins())
        .collect()
}

#[test]
fn lines_are_plain() {
    let disk = written(1);
    let bytes = disk.contents().files[Path::new(FILE)].clone();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "\
af1ec339 {\"format\":1}
62c0569a {\"checked\":{\"stack\":\"app\",\"began\":\"2026-11-29T11:00:00Z\",\"took\":400,\"verdict\":\"clean\"}}
"
    );
}

#[test]
fn a_torn_tail_is_cut_wherever_it_is_torn() {
    let whole = written(3).contents().files[Path::new(FILE)].clone();
    let ends: Vec<usize> = (0..whole.len())
        .filter(|at| whole[*at] == b'\n')
        .map(|at| at + 1)
        .collect();
    for length in 0..whole.len() {
        let disk = MemoryDisk::default();
        let torn = whole[..length].to_vec();
        disk.contents().files.insert(FILE.into(), torn);
        let (history, damage) = open(&disk);
        let lines = ends.iter().filter(|end| **end <= length).count();
        let kept: Vec<i64> = (0..lines.saturating_sub(1) as i64).collect();
        assert_eq!(minutes_kept(&history), kept, "{length}");
        assert_eq!(damage.lines, [0; 0]);
        let good = ends.iter().rfind(|end| **end <= length).unwrap_or(&0);
        assert_eq!(damage.torn, length - good);
        // What is read again is whole.
        assert_eq!(open(&disk).1, Damage::default());
    }
}

#[test]
fn a_flipped_bit_costs_the_record_it_is_in_and_is_told() {
    let whole = written(5).contents().files[Path::new(FILE)].clone();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            let disk = MemoryDisk::default();
            disk.contents().files.insert(FILE.into(), flipped);
            let (history, damage) = open(&disk);
            let kept = minutes_kept(&history).len();
            // A newline that is none any more makes one of two lines.
            let lost = if whole[at] == b'\n' { 2 } else { 1 };
            assert!(kept >= 5 - lost, "byte {at}, bit {bit}: {kept}");
            let told = damage.lines.len() + damage.torn;
            assert!(told > 0, "byte {at}, bit {bit}");
            assert_eq!(open(&disk).1, Damage::default());
        }
    }
}

#[test]
fn what_is_too_much_is_let_go() {
    let disk = written(250);
    let (history, _) = open(&disk);
    assert_eq!(minutes_kept(&history), (150..250).collect::<Vec<i64>>());
}

#[test]
fn a_newer_format_is_left_alone() {
    let disk = MemoryDisk::default();
    let line = "{\"format\":2}";
    let text = format!("{:08x} {line}\n", crc32fast::hash(line.as_bytes()));
    disk.contents()
        .files
        .insert(FILE.into(), text.clone().into());
    let now = at("2026-11-29T12:00:00Z");
    let opened = History::open(Box::new(disk.clone()), Path::new("history"), KEEP, now);
    let Err(error) = opened else {
        panic!("it was opened")
    };
    assert_eq!(
        error.to_string(),
        "The history history/history.log is of format 2; this version of trueup knows 1. Use a newer one, or another folder."
    );
    assert_eq!(disk.contents().files[Path::new(FILE)], text.into_bytes());
}
