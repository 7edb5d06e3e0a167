//! The lines of one chart in an index in block style, found without reading the others as YAML.

/// Lines that are YAML by themselves: the chart's key and what belongs to it.
pub(super) struct Excerpt<'a> {
    /// Whether the index has an `apiVersion`.
    pub(super) versioned: bool,
    /// `None` when the index has no such chart.
    pub(super) lines: Option<&'a str>,
}

/// Finds the lines about `chart`; `None` for an index that isn't laid out as Helm writes it.
pub(super) fn find<'a>(index: &'a str, chart: &str) -> Option<Excerpt<'a>> {
    let mut scan = Scan {
        chart,
        place: Place::Before,
        versioned: false,
        start: None,
        end: None,
    };
    let mut at = 0;
    for line in index.split_inclusive('\n') {
        scan.line(line, at)?;
        at += line.len();
    }
    if scan.place == Place::Before {
        // No entries at all: let the whole be read, and its errors be found.
        return None;
    }
    let lines = match scan.start {
        None => None,
        Some(start) => Some(index.get(start..scan.end.unwrap_or(index.len()))?),
    };
    Some(Excerpt {
        versioned: scan.versioned,
        lines,
    })
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Place {
    Before,
    /// Below `entries:`; the keys are indented by so much, once the first was seen.
    Entries(Option<usize>),
    After,
}

struct Scan<'a> {
    chart: &'a str,
    place: Place,
    versioned: bool,
    start: Option<usize>,
    end: Option<usize>,
}

impl Scan<'_> {
    fn line(&mut self, line: &str, at: usize) -> Option<()> {
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        let deep = matches!(self.place, Place::Entries(Some(keys)) if indent > keys);
        let first = line.as_bytes().get(indent).copied().unwrap_or(b'\n');
        if deep || matches!(first, b'\n' | b'\r' | b'#') {
            return Some(());
        }
        if indent == 0 {
            return self.top_level(line, at);
        }
        let Place::Entries(keys) = self.place else {
            return Some(());
        };
        self.place = Place::Entries(Some(keys.unwrap_or(indent)));
        if keys.is_some_and(|keys| keys != indent) {
            return None;
        }
        let text = line.get(indent..)?.trim_end();
        if text == "-" || text.starts_with("- ") {
            return keys.map(|_| ());
        }
        let (key, _) = plain_key(text)?;
        self.close(at);
        if key == self.chart {
            if self.start.is_some() {
                return None;
            }
            self.start = Some(at);
        }
        Some(())
    }

    fn top_level(&mut self, line: &str, at: usize) -> Option<()> {
        let text = line.trim_end();
        if text == "---" && self.place == Place::Before && !self.versioned {
            return Some(());
        }
        if text.starts_with("- ") {
            return (!matches!(self.place, Place::Entries(_))).then_some(());
        }
        let (key, rest) = plain_key(text)?;
        if matches!(self.place, Place::Entries(_)) {
            self.close(at);
            self.place = Place::After;
        }
        match key {
            "apiVersion" => self.versioned = !matches!(rest, "" | "null" | "~" | "\"\"" | "''"),
            "entries" => {
                if self.place != Place::Before || !rest.is_empty() {
                    return None;
                }
                self.place = Place::Entries(None);
            }
            _ => {}
        }
        Some(())
    }

    fn close(&mut self, at: usize) {
        if self.start.is_some() && self.end.is_none() {
            self.end = Some(at);
        }
    }
}

/// `key: rest` with a key that needs no reading.
fn plain_key(text: &str) -> Option<(&str, &str)> {
    let (key, rest) = text.split_once(':')?;
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    let key = ['"', '\'']
        .iter()
        .find_map(|quote| key.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(key);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (!key.is_empty() && key.bytes().all(plain)).then(|| (key, rest.trim()))
}
