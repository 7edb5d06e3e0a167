//! From tokens to events: libyaml's state machine, which needs no stack of its own for nesting.

use crate::characters::is_allowed;
use crate::scanner::{Scanner, Token, TokenKind};
use crate::{Event, EventKind, Mark, ScalarStyle, Stage, SyntaxError};

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A document; only the first of a stream may begin without `---`.
    Document {
        bare: bool,
    },
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequence,
    IndentlessSequence,
    BlockKey,
    BlockValue,
    FlowSequence {
        first: bool,
    },
    PairKey,
    PairValue,
    PairEnd,
    FlowKey {
        first: bool,
    },
    FlowValue,
    FlowEmptyValue,
    End,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Flow,
    Block,
    /// In a mapping, where the `-` of a sequence need not be indented.
    Indentless,
}

/// The events of a text, one after another.
pub struct Parser<'a> {
    scanner: Scanner<'a>,
    state: State,
    /// What follows once open nodes are closed.
    states: Vec<State>,
    /// Where open collections begin.
    marks: Vec<Mark>,
    handles: Vec<(String, String)>,
}

/// What may precede a node's content.
#[derive(Default)]
struct Properties {
    anchor: Option<String>,
    tag: Option<String>,
    start: Option<Mark>,
}

type Parsed<T> = Result<T, SyntaxError>;

fn problem<T>(context: Mark, at: Mark, text: &str) -> Parsed<T> {
    Err(SyntaxError {
        stage: Stage::Parser,
        problem: text.to_owned(),
        at,
        context,
    })
}

fn event(kind: EventKind, start: Mark) -> Event {
    Event { kind, start }
}

impl<'a> Parser<'a> {
    /// A parser of `text`.
    ///
    /// # Errors
    /// A text that is not UTF-8 or has characters that YAML forbids.
    pub fn new(text: &'a [u8]) -> Result<Self, SyntaxError> {
        let valid = std::str::from_utf8(text)
            .map_err(|_| SyntaxError::unplaced("invalid leading UTF-8 octet"))?;
        let is_plain = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
        if !text.iter().all(is_plain) && !valid.chars().all(is_allowed) {
            return Err(SyntaxError::unplaced("control characters are not allowed"));
        }
        Ok(Parser {
            scanner: Scanner::new(text),
            state: State::Document { bare: true },
            states: Vec::new(),
            marks: Vec::new(),
            handles: Vec::new(),
        })
    }

    /// The next event. After the end it stays at the end.
    ///
    /// # Errors
    /// Where the text is not YAML; what is read after that means nothing.
    pub fn next_event(&mut self) -> Result<Event, SyntaxError> {
        match self.state {
            State::Document { bare } => self.document_start(bare),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Place::Block),
            State::BlockSequence => self.block_sequence(),
            State::IndentlessSequence => self.indentless_sequence(),
            State::BlockKey => self.block_key(),
            State::BlockValue => self.block_value(),
            State::FlowSequence { first } => self.flow_sequence(first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.flow_value(State::PairEnd, &TokenKind::FlowSequenceEnd),
            State::PairEnd => self.pair_end(),
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue => {
                self.flow_value(State::FlowKey { first: false }, &TokenKind::FlowMappingEnd)
            }
            State::FlowEmptyValue => {
                let at = self.start()?;
                self.empty(State::FlowKey { first: false }, at)
            }
            State::End => Ok(event(EventKind::StreamEnd, self.scanner.mark)),
        }
    }

    fn kind(&mut self) -> Parsed<&TokenKind> {
        Ok(&self.scanner.peek()?.kind)
    }

    fn start(&mut self) -> Parsed<Mark> {
        Ok(self.scanner.peek()?.start)
    }

    fn take(&mut self) -> Parsed<Token> {
        self.scanner.take()
    }

    /// Takes an indicator of one character and tells where it ends.
    fn take_indicator(&mut self) -> Parsed<Mark> {
        let Mark {
            index,
            line,
            column,
        } = self.take()?.start;
        Ok(Mark {
            index: index + 1,
            line,
            column: column + 1,
        })
    }

    /// Takes the token if it is of this kind.
    fn accept(&mut self, kind: &TokenKind) -> Parsed<bool> {
        let found = self.kind()? == kind;
        if found {
            self.take()?;
        }
        Ok(found)
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn empty(&mut self, next: State, at: Mark) -> Parsed<Event> {
        self.state = next;
        Ok(event(EventKind::empty(), at))
    }

    /// A node, after which comes `next`.
    fn node_then(&mut self, next: State, place: Place) -> Parsed<Event> {
        self.states.push(next);
        self.node(place)
    }

    fn document_start(&mut self, bare: bool) -> Parsed<Event> {
        while !bare && self.accept(&TokenKind::DocumentEnd)? {}
        let start = self.start()?;
        match self.kind()? {
            TokenKind::StreamEnd => {
                self.state = State::End;
                Ok(event(EventKind::StreamEnd, start))
            }
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart => self.explicit_document(start),
            _ if bare => {
                self.directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                Ok(event(EventKind::DocumentStart, start))
            }
            _ => self.explicit_document(start),
        }
    }

    fn explicit_document(&mut self, start: Mark) -> Parsed<Event> {
        self.directives()?;
        let at = self.start()?;
        if !self.accept(&TokenKind::DocumentStart)? {
            let text = "did not find expected <document start>";
            return problem(Mark::default(), at, text);
        }
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok(event(EventKind::DocumentStart, start))
    }

    fn document_content(&mut self) -> Parsed<Event> {
        match self.kind()? {
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                let at = self.start()?;
                self.pop();
                Ok(event(EventKind::empty(), at))
            }
            _ => self.node(Place::Block),
        }
    }

    fn document_end(&mut self) -> Parsed<Event> {
        let start = self.start()?;
        self.accept(&TokenKind::DocumentEnd)?;
        self.handles.clear();
        self.state = State::Document { bare: false };
        Ok(event(EventKind::DocumentEnd, start))
    }

    fn directives(&mut self) -> Parsed<()> {
        let mut version = false;
        loop {
            match self.kind()?.clone() {
                TokenKind::VersionDirective { major, minor } => {
                    let at = self.start()?;
                    if version {
                        return problem(Mark::default(), at, "found duplicate %YAML directive");
                    }
                    if (major, minor) != (1, 1) {
                        return problem(Mark::default(), at, "found incompatible YAML document");
                    }
                    version = true;
                }
                TokenKind::TagDirective { handle, prefix } => {
                    let at = self.start()?;
                    if self.handles.iter().any(|(known, _)| *known == handle) {
                        return problem(Mark::default(), at, "found duplicate %TAG directive");
                    }
                    self.handles.push((handle, prefix));
                }
                _ => break,
            }
            self.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.handles.iter().any(|(known, _)| known == handle) {
                self.handles.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    fn node(&mut self, place: Place) -> Parsed<Event> {
        if let TokenKind::Alias(name) = self.kind()? {
            let name = name.clone();
            let start = self.take()?.start;
            self.pop();
            return Ok(event(EventKind::Alias(name), start));
        }
        let Properties { anchor, tag, start } = self.properties()?;
        let tag = tag.unwrap_or_default();
        let token_start = self.start()?;
        let start = start.unwrap_or(token_start);
        let block = place != Place::Flow;
        let (state, indicator) = match self.kind()? {
            TokenKind::BlockEntry if place == Place::Indentless => {
                (State::IndentlessSequence, false)
            }
            TokenKind::FlowSequenceStart => (State::FlowSequence { first: true }, true),
            TokenKind::FlowMappingStart => (State::FlowKey { first: true }, true),
            TokenKind::BlockSequenceStart if block => (State::BlockSequence, true),
            TokenKind::BlockMappingStart if block => (State::BlockKey, true),
            TokenKind::Scalar { .. } => return self.scalar(anchor, tag, start),
            _ if anchor.is_some() || !tag.is_empty() => {
                self.pop();
                let implicit = tag.is_empty();
                return Ok(event(scalar(anchor, tag, implicit), start));
            }
            _ => return problem(start, token_start, "did not find expected node content"),
        };
        self.state = state;
        if indicator {
            self.marks.push(token_start);
            self.take()?;
        }
        let kind = match state {
            State::FlowKey { .. } | State::BlockKey => EventKind::MappingStart { anchor, tag },
            _ => EventKind::SequenceStart { anchor, tag },
        };
        Ok(event(kind, start))
    }

    fn properties(&mut self) -> Parsed<Properties> {
        let mut properties = Properties::default();
        let mut named = None;
        loop {
            let token = match self.kind()? {
                TokenKind::Anchor(_) if properties.anchor.is_none() => self.take()?,
                TokenKind::Tag { .. } if named.is_none() => self.take()?,
                _ => break,
            };
            properties.start.get_or_insert(token.start);
            match token.kind {
                TokenKind::Anchor(name) => properties.anchor = Some(name),
                TokenKind::Tag { handle, suffix } => named = Some((handle, suffix, token.start)),
                _ => {}
            }
        }
        if let Some((handle, suffix, at)) = named {
            let start = properties.start.unwrap_or(at);
            properties.tag = Some(self.full_tag(&handle, suffix, start, at)?);
        }
        Ok(properties)
    }

    fn full_tag(&self, handle: &str, suffix: String, start: Mark, at: Mark) -> Parsed<String> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        match self.handles.iter().find(|(known, _)| known == handle) {
            Some((_, prefix)) => Ok(format!("{prefix}{suffix}")),
            None => problem(start, at, "found undefined tag handle"),
        }
    }

    fn scalar(&mut self, anchor: Option<String>, tag: String, start: Mark) -> Parsed<Event> {
        let token = self.take()?;
        let TokenKind::Scalar { value, style } = token.kind else {
            return problem(start, token.start, "did not find expected node content");
        };
        self.pop();
        let implicit = (tag.is_empty() && style == ScalarStyle::Plain) || tag == "!";
        let kind = EventKind::Scalar {
            anchor,
            tag,
            value,
            style,
            implicit,
        };
        Ok(event(kind, start))
    }

    /// Ends the innermost collection with the token that closes it.
    fn close(&mut self, kind: EventKind) -> Parsed<Event> {
        let start = self.take()?.start;
        self.marks.pop();
        self.pop();
        Ok(event(kind, start))
    }

    /// The error of a collection in which something else should follow.
    fn unexpected<T>(&mut self, text: &str) -> Parsed<T> {
        let at = self.start()?;
        problem(self.marks.last().copied().unwrap_or_default(), at, text)
    }

    fn block_sequence(&mut self) -> Parsed<Event> {
        match self.kind()? {
            TokenKind::BlockEntry => {}
            TokenKind::BlockEnd => return self.close(EventKind::SequenceEnd),
            _ => return self.unexpected("did not find expected '-' indicator"),
        }
        let mark = self.take_indicator()?;
        match self.kind()? {
            TokenKind::BlockEntry | TokenKind::BlockEnd => self.empty(State::BlockSequence, mark),
            _ => self.node_then(State::BlockSequence, Place::Block),
        }
    }

    fn indentless_sequence(&mut self) -> Parsed<Event> {
        let mark = self.start()?;
        if !self.accept(&TokenKind::BlockEntry)? {
            self.pop();
            return Ok(event(EventKind::SequenceEnd, mark));
        }
        match self.kind()? {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty(State::IndentlessSequence, mark)
            }
            _ => self.node_then(State::IndentlessSequence, Place::Block),
        }
    }

    fn block_key(&mut self) -> Parsed<Event> {
        match self.kind()? {
            TokenKind::Key => self.block_part(State::BlockValue),
            TokenKind::BlockEnd => self.close(EventKind::MappingEnd),
            _ => self.unexpected("did not find expected key"),
        }
    }

    fn block_value(&mut self) -> Parsed<Event> {
        let at = self.start()?;
        match self.kind()? {
            TokenKind::Value => self.block_part(State::BlockKey),
            _ => self.empty(State::BlockKey, at),
        }
    }

    /// What follows the indicator of a key or a value.
    fn block_part(&mut self, next: State) -> Parsed<Event> {
        let mark = self.take_indicator()?;
        match self.kind()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.empty(next, mark),
            _ => self.node_then(next, Place::Indentless),
        }
    }

    fn flow_sequence(&mut self, first: bool) -> Parsed<Event> {
        if *self.kind()? != TokenKind::FlowSequenceEnd {
            if !first && !self.accept(&TokenKind::FlowEntry)? {
                return self.unexpected("did not find expected ',' or ']'");
            }
            let start = self.start()?;
            match self.kind()? {
                TokenKind::Key => {
                    self.take()?;
                    self.state = State::PairKey;
                    let (anchor, tag) = (None, String::new());
                    return Ok(event(EventKind::MappingStart { anchor, tag }, start));
                }
                TokenKind::FlowSequenceEnd => {}
                _ => return self.node_then(State::FlowSequence { first: false }, Place::Flow),
            }
        }
        self.close(EventKind::SequenceEnd)
    }

    /// The key of `key: value` as an element of a sequence.
    fn pair_key(&mut self) -> Parsed<Event> {
        match self.kind()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                let at = self.take_indicator()?;
                self.empty(State::PairValue, at)
            }
            _ => self.node_then(State::PairValue, Place::Flow),
        }
    }

    fn pair_end(&mut self) -> Parsed<Event> {
        let start = self.start()?;
        self.state = State::FlowSequence { first: false };
        Ok(event(EventKind::MappingEnd, start))
    }

    fn flow_value(&mut self, next: State, end: &TokenKind) -> Parsed<Event> {
        if self.accept(&TokenKind::Value)? {
            let kind = self.kind()?;
            if *kind != TokenKind::FlowEntry && kind != end {
                return self.node_then(next, Place::Flow);
            }
        }
        let at = self.start()?;
        self.empty(next, at)
    }

    fn flow_key(&mut self, first: bool) -> Parsed<Event> {
        if *self.kind()? != TokenKind::FlowMappingEnd {
            if !first && !self.accept(&TokenKind::FlowEntry)? {
                return self.unexpected("did not find expected ',' or '}'");
            }
            if self.accept(&TokenKind::Key)? {
                return self.flow_key_node();
            }
            if *self.kind()? != TokenKind::FlowMappingEnd {
                return self.node_then(State::FlowEmptyValue, Place::Flow);
            }
        }
        self.close(EventKind::MappingEnd)
    }

    fn flow_key_node(&mut self) -> Parsed<Event> {
        let at = self.start()?;
        match self.kind()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                self.empty(State::FlowValue, at)
            }
            _ => self.node_then(State::FlowValue, Place::Flow),
        }
    }
}

/// A scalar of which only the properties are written.
fn scalar(anchor: Option<String>, tag: String, implicit: bool) -> EventKind {
    EventKind::Scalar {
        anchor,
        tag,
        value: String::new(),
        style: ScalarStyle::Plain,
        implicit,
    }
}
