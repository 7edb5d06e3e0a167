//! XML as services answer in it: elements in elements, and text.

use xmlparser::{ElementEnd, Token, Tokenizer};

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads a document: its root. Attributes are left out.
    pub(crate) fn read(document: &str) -> Option<Self> {
        let mut open: Vec<Element> = Vec::new();
        for token in Tokenizer::from(document) {
            match token.ok()? {
                Token::ElementStart { local, .. } => open.push(Element {
                    name: local.as_str().to_owned(),
                    ..Element::default()
                }),
                Token::Text { text } => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(&unescape(text.as_str()));
                    }
                }
                Token::Cdata { text, .. } => {
                    if let Some(element) = open.last_mut() {
                        element.text.push_str(text.as_str());
                    }
                }
                Token::ElementEnd {
                    end: ElementEnd::Open,
                    ..
                } => {}
                Token::ElementEnd { .. } => {
                    let closed = open.pop()?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => return Some(closed),
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of a name, if it has any.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The number in the first child of a name.
    pub(crate) fn number_of(&self, name: &str) -> Option<i64> {
        self.text_of(name)?.parse().ok()
    }

    /// Whether the first child of a name says so.
    pub(crate) fn flag_of(&self, name: &str) -> bool {
        self.text_of(name) == Some("true")
    }

    /// What a list of a name has: the children `item` of it.
    pub(crate) fn items(&self, name: &str) -> impl Iterator<Item = &Element> {
        let lists = self.children.iter().filter(move |child| child.name == name);
        let items = lists.flat_map(|list| &list.children);
        items.filter(|item| item.name == "item" || item.name == "member")
    }
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        match after
            .split_once(';')
            .and_then(|(name, end)| Some((entity(name)?, end)))
        {
            Some((character, end)) => {
                plain.push(character);
                rest = end;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, radix| {
        u32::from_str_radix(digits, radix)
            .ok()
            .and_then(char::from_u32)
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_text() {
        let read = Element::read(
            "<?xml version=\"1.0\"?>\n<A xmlns=\"x\"><set><item><id>1 &lt; 2 &#233;</id><on>true</on></item><item/></set><n>7</n></A>",
        );
        let root = read.unwrap();
        let items: Vec<&Element> = root.items("set").collect();
        assert_eq!(root.name, "A");
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].text_of("id"), Some("1 < 2 é"));
        assert!(items[0].flag_of("on") && !items[1].flag_of("on"));
        assert_eq!(root.number_of("n"), Some(7));
    }

    #[test]
    fn what_is_cut_off_is_no_document() {
        assert_eq!(Element::read("<A><b>"), None);
        assert_eq!(Element::read("Service Unavailable"), None);
    }
}
