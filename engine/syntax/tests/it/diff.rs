//! Diffs against the frozen answers of `diff -u`.

use trueup_syntax::fmt::{format, unified_diff};

use crate::spoiled;

#[test]
fn hunks() {
    for (old, new, expected) in [
        ("a=1\n", "a = 1\n", "@@ -1 +1 @@\n-a=1\n+a = 1\n"),
        (
            "a=1",
            "a = 1",
            "@@ -1 +1 @@\n-a=1\n\\ No newline at end of file\n+a = 1\n\\ No newline at end of file\n",
        ),
        (
            "a=1\nb",
            "a=1\nb\n",
            "@@ -1,2 +1,2 @@\n a=1\n-b\n\\ No newline at end of file\n+b\n",
        ),
        ("", "a\n", "@@ -0,0 +1 @@\n+a\n"),
        ("a\n", "", "@@ -1 +0,0 @@\n-a\n"),
        (
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n",
        ),
        (
            "a\n0\n1\n2\n3\n4\n5\nb\n",
            "A\n0\n1\n2\n3\n4\n5\nB\n",
            "@@ -1,8 +1,8 @@\n-a\n+A\n 0\n 1\n 2\n 3\n 4\n 5\n-b\n+B\n",
        ),
        (
            "a\n0\n1\n2\n3\n4\n5\n6\nb\n",
            "A\n0\n1\n2\n3\n4\n5\n6\nB\n",
            "@@ -1,4 +1,4 @@\n-a\n+A\n 0\n 1\n 2\n@@ -6,4 +6,4 @@\n 4\n 5\n 6\n-b\n+B\n",
        ),
        (
            "x {\n  \n  a = 1\n\n}\n",
            "x {\n\n  a = 1\n\n}\n",
            "@@ -1,5 +1,5 @@\n x {\n-  \n+\n   a = 1\n \n }\n",
        ),
        (
            "a\nb\nb\nc\n",
            "a\nb\nb\nb\nc\n",
            "@@ -1,4 +1,5 @@\n a\n b\n b\n+b\n c\n",
        ),
        (
            "x {\na = 1\n}\nx {\na = 1\n}\n",
            "x {\n  a = 1\n}\nx {\n  a = 1\n}\n",
            "@@ -1,6 +1,6 @@\n x {\n-a = 1\n+  a = 1\n }\n x {\n-a = 1\n+  a = 1\n }\n",
        ),
        (
            "}\n}\na\n",
            "}\na\n}\n",
            "@@ -1,3 +1,3 @@\n }\n-}\n a\n+}\n",
        ),
        (
            "a\r\nb\r\n",
            "a\r\nc\r\n",
            "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n",
        ),
    ] {
        let diff = unified_diff(old, new, "main.tf");
        let hunks = diff.strip_prefix("--- old/main.tf\n+++ new/main.tf\n");
        assert_eq!(hunks, Some(expected), "{old:?}");
    }
}

#[test]
fn a_file_indented_with_tabs() {
    let old = include_str!("diff/tabs.tf");
    let expected = include_str!("diff/tabs.diff");
    assert_eq!(unified_diff(old, &format(old), "main.tf"), expected);
}

#[test]
fn no_change_no_diff() {
    assert_eq!(unified_diff("a\n", "a\n", "main.tf"), "");
}

#[test]
fn a_diff_leads_from_old_to_new() {
    for seed in 0..200 {
        let old = spoiled::file(seed);
        let new = format(&old);
        let diff = unified_diff(&old, &new, "main.tf");
        assert!(patched(&old, &diff) == new, "seed {seed}");
    }
}

fn patched(old: &str, diff: &str) -> String {
    let diff = diff.replace("\n\\ No newline at end of file\n", "\0\n");
    let mut old = old.split_inclusive('\n').enumerate().peekable();
    let mut new = String::new();
    for line in diff.split_inclusive('\n').skip(2) {
        match line.strip_suffix("\0\n").unwrap_or(line).split_at(1) {
            ("@", header) => {
                let start = header.split([',', ' ']).nth(1).expect("a start");
                let start = start[1..].parse::<usize>().expect("a number").max(1) - 1;
                new.extend(std::iter::from_fn(|| {
                    old.next_if(|(index, _)| *index < start)
                        .map(|(_, line)| line)
                }));
            }
            ("+", line) => new.push_str(line),
            ("-", line) => assert_eq!(old.next().map(|(_, old)| old), Some(line)),
            (_, line) => {
                assert_eq!(old.next().map(|(_, old)| old), Some(line));
                new.push_str(line);
            }
        }
    }
    new.extend(old.map(|(_, line)| line));
    new
}
