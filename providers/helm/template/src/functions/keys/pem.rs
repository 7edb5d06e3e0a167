//! PEM: bytes as text between lines that name them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What stands between the first `BEGIN` and `END`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::functions) struct Block {
    pub(in crate::functions) label: String,
    pub(in crate::functions) bytes: Vec<u8>,
}

impl Block {
    pub(in crate::functions) fn new(label: &str, bytes: &[u8]) -> Self {
        Block {
            label: label.to_owned(),
            bytes: bytes.to_vec(),
        }
    }

    /// The first block of a text that is whole.
    pub(in crate::functions) fn read(text: &str) -> Option<Self> {
        let starts = text.match_indices("-----BEGIN ");
        let at_line = |start: &usize| *start == 0 || text[..*start].ends_with('\n');
        let mut starts = starts.map(|(start, _)| start).filter(at_line);
        starts.find_map(|start| Block::at(text.get(start..)?))
    }

    fn at(text: &str) -> Option<Self> {
        let (label, rest) = text.strip_prefix("-----BEGIN ")?.split_once('\n')?;
        let label = label.trim_end().strip_suffix("-----")?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
        // Headers stand before a line that is empty.
        let body = body.lines().filter(|line| !line.contains(':'));
        let body: String = body.flat_map(str::split_whitespace).collect();
        Some(Block::new(label, &STANDARD.decode(body).ok()?))
    }

    pub(in crate::functions) fn text(&self) -> String {
        let Block { label, bytes } = self;
        let body = STANDARD.encode(bytes);
        let lines = body.as_bytes().chunks(64).map(String::from_utf8_lossy);
        let lines: String = lines.map(|line| format!("{line}\n")).collect();
        format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
    }
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn blocks_are_found_among_other_text() {
        let block = Block::new("A KEY", &[0xFB; 50]);
        let text = block.text();
        assert_eq!(text.lines().nth(1).map(str::len), Some(64));
        assert_eq!(Block::read(&text), Some(block.clone()));
        let broken = "-----BEGIN A KEY-----\nno base64!\n-----END A KEY-----\n";
        let headers = text.replacen("KEY-----\n", "KEY-----\nProc-Type: 4\n\n", 1);
        assert_eq!(
            Block::read(&format!("noise\n{broken}{headers}")),
            Some(block)
        );
        assert_eq!(Block::read(&format!("noise {text}")), None);
        assert_eq!(Block::read(text.trim_end_matches("-----\n")), None);
    }
}
