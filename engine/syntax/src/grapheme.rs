//! Grapheme clusters as HCL counts them, by the rules of Unicode 15.0.

use unicode_segmentation::UnicodeSegmentation;

/// How many grapheme clusters `text` has.
pub(crate) fn count(text: &str) -> usize {
    if text.bytes().all(|byte| byte.is_ascii() && byte != b'\r') {
        return text.len();
    }
    text.graphemes(true)
        .map(|cluster| 1 + conjuncts(cluster))
        .sum()
}

/// How many consonants of `cluster` are in it only since Unicode 15.1, by the
/// rule that joins consonants to conjuncts.
fn conjuncts(cluster: &str) -> usize {
    let rest = cluster.trim_start_matches(|c| !is_linker(c));
    rest.chars().filter(|c| stands_alone(*c)).count()
}

/// The property Indic_Conjunct_Break=Linker.
fn is_linker(c: char) -> bool {
    matches!(
        u32::from(c),
        0x94d
            | 0x9cd
            | 0xacd
            | 0xb4d
            | 0xc4d
            | 0xd4d
            | 0x1039
            | 0x17d2
            | 0x1a60
            | 0x1b44
            | 0x1bab
            | 0xa9c0
            | 0xaaf6
            | 0x10a3f
            | 0x11133
            | 0x113d0
            | 0x1193e
            | 0x11a47
            | 0x11a99
            | 0x11f42
    )
}

fn stands_alone(c: char) -> bool {
    String::from_iter(['a', c]).graphemes(true).count() > 1
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn clusters() {
        for (text, expected) in [
            ("", 0),
            ("abc", 3),
            ("\r\n", 1),
            ("日本語", 3),
            ("e\u{301}", 1),
            ("👨\u{200d}👩\u{200d}👧", 1),
            ("🇩🇪🇫🇷", 2),
            ("क्षेत्र", 4),
            ("ক্ষ", 2),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
    }
}
