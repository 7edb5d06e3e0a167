//! The parser. It reports the first error only, as Go's does.

use std::{collections::HashMap, mem, sync::Arc};

use super::{
    ast::{
        Branch, BranchKind, Command, File, List, Node, Number, Operand, OperandKind, Pipe,
        TemplateCall, Tree,
    },
    lexer::Lexer,
    token::{Token, TokenKind as T},
};
use crate::{
    Error, ErrorKind,
    stack::with_room,
    strconv::{quote, unquote},
    value::Str,
};

/// How deeply expressions may be nested in parentheses: Go's limit.
const MAX_PARENS: usize = 10_000;

/// How deeply blocks may be nested. Go has no limit.
const MAX_BLOCKS: usize = 10_000;

/// What a file of templates holds.
#[derive(Debug)]
pub struct Parsed {
    /// The file's own template.
    pub(crate) main: Arc<Tree>,
    /// What it defines, and itself unless something in it has its name.
    pub(crate) trees: HashMap<Arc<str>, Arc<Tree>>,
}

/// Parses the template `name`. `is_function` knows the functions.
///
/// # Errors
/// The first error, in Go's words.
pub(crate) fn parse(
    name: &str,
    text: &[u8],
    is_function: &dyn Fn(&str) -> bool,
) -> Result<Parsed, Error> {
    let name: Arc<str> = name.into();
    if u32::try_from(text.len()).is_err() {
        let message = format!("template: {name}: larger than 4 GiB");
        return Err(Error::of(ErrorKind::Limit, message));
    }
    let file = Arc::new(File::new(name, text));
    let mut lexer = Lexer::new(&file.text);
    lexer.break_is_keyword = !is_function("break");
    lexer.continue_is_keyword = !is_function("continue");
    let mut parser = Parser {
        file: &file,
        lexer,
        is_function,
        trees: HashMap::new(),
        state: State::new(),
        blocks: 0,
        deepest: 0,
    };
    let root = parser.file_body()?;
    let main = parser.add(&file.name, root)?;
    Ok(Parsed {
        main,
        trees: parser.trees,
    })
}

struct Parser<'t> {
    file: &'t Arc<File>,
    lexer: Lexer<'t>,
    is_function: &'t dyn Fn(&str) -> bool,
    trees: HashMap<Arc<str>, Arc<Tree>>,
    state: State,
    blocks: usize,
    deepest: usize,
}

/// What each template of a file has of its own, with the three tokens of
/// look-ahead: error messages name the line of the first of them.
struct State {
    tokens: [Token; 3],
    peeked: usize,
    variables: Vec<Str>,
    action_line: u32,
    ranges: usize,
    parens: usize,
}

/// How a list of nodes ended.
enum Ending {
    End,
    Else,
}

type Result<R, E = Error> = std::result::Result<R, E>;

impl State {
    fn new() -> Self {
        State {
            tokens: [Token::none(), Token::none(), Token::none()],
            peeked: 0,
            variables: vec![Str::from("$")],
            action_line: 0,
            ranges: 0,
            parens: 0,
        }
    }
}

/// Tokens.
impl Parser<'_> {
    fn next(&mut self) -> Token {
        if self.state.peeked > 0 {
            self.state.peeked -= 1;
        } else {
            self.state.tokens[0] = self.lexer.next_token();
        }
        self.current()
    }

    fn current(&self) -> Token {
        let token = self.state.tokens.get(self.state.peeked);
        token.copied().unwrap_or(Token::none())
    }

    fn backup(&mut self) {
        self.state.peeked += 1;
    }

    fn backup2(&mut self, first: Token) {
        self.state.tokens[1] = first;
        self.state.peeked = 2;
    }

    fn backup3(&mut self, first: Token, second: Token) {
        self.state.tokens[1] = second;
        self.state.tokens[2] = first;
        self.state.peeked = 3;
    }

    fn peek(&mut self) -> Token {
        let token = self.next();
        self.backup();
        token
    }

    fn next_non_space(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != T::Space {
                return token;
            }
        }
    }

    fn peek_non_space(&mut self) -> Token {
        let token = self.next_non_space();
        self.backup();
        token
    }

    fn expect(&mut self, kind: T, context: &str) -> Result<Token> {
        let token = self.next_non_space();
        if token.kind != kind {
            return Err(self.unexpected(&token, context));
        }
        Ok(token)
    }

    fn text(&self, token: &Token) -> Str {
        Str::from_bytes(token.text(&self.file.text))
    }

    fn error(&self, message: &str) -> Error {
        let line = self.state.tokens[0].line;
        let name = &self.file.name;
        Error::of(
            ErrorKind::Parse,
            format!("template: {name}:{line}: {message}"),
        )
    }

    fn unexpected(&self, token: &Token, context: &str) -> Error {
        let shown = token.show(&self.file.text, &self.lexer.message);
        if token.kind != T::Error {
            return self.error(&format!("unexpected {shown} in {context}"));
        }
        let line = self.state.action_line;
        if line == 0 || line == token.line {
            return self.error(&shown);
        }
        let word = if shown.ends_with(" action") {
            ""
        } else {
            " in action"
        };
        let name = &self.file.name;
        self.error(&format!("{shown}{word} started at {name}:{line}"))
    }
}

/// Files, definitions and lists.
impl Parser<'_> {
    fn file_body(&mut self) -> Result<List> {
        let mut list = List::default();
        while self.peek().kind != T::Eof {
            if self.peek().kind == T::LeftDelim {
                let delim = self.next();
                if self.next_non_space().kind == T::Define {
                    self.definition()?;
                    continue;
                }
                self.backup2(delim);
            }
            match self.text_or_action()? {
                Ok(node) => list.nodes.push(node),
                Err(Ending::End) => return Err(self.error("unexpected {{end}}")),
                Err(Ending::Else) => return Err(self.error("unexpected {{else}}")),
            }
        }
        Ok(list)
    }

    /// `{{define "name"}}…{{end}}`; the keyword is past.
    fn definition(&mut self) -> Result<()> {
        const CONTEXT: &str = "define clause";
        let outer = mem::replace(&mut self.state, State::new());
        let token = self.next_non_space();
        if !matches!(token.kind, T::String | T::RawString) {
            return Err(self.unexpected(&token, CONTEXT));
        }
        let name = self.unquoted(&token)?;
        self.expect(T::RightDelim, CONTEXT)?;
        let (root, ending) = self.list()?;
        if let Ending::Else = ending {
            return Err(self.error(&format!("unexpected {{{{else}}}} in {CONTEXT}")));
        }
        self.add(&name.to_str(), root)?;
        self.state = outer;
        Ok(())
    }

    /// Adds a tree, unless there is one of its name and one of them is blank.
    fn add(&mut self, name: &str, root: List) -> Result<Arc<Tree>> {
        let tree = Arc::new(Tree {
            name: name.into(),
            file: Arc::clone(self.file),
            root,
            nesting: self.deepest,
        });
        match self.trees.get(name) {
            Some(old) if !old.root.is_blank(self.file) => {
                if !tree.root.is_blank(self.file) {
                    let name = quote(name.as_bytes());
                    return Err(
                        self.error(&format!("template: multiple definition of template {name}"))
                    );
                }
            }
            _ => {
                self.trees.insert(name.into(), Arc::clone(&tree));
            }
        }
        Ok(tree)
    }

    fn list(&mut self) -> Result<(List, Ending)> {
        self.blocks += 1;
        self.deepest = self.deepest.max(self.blocks + self.state.parens);
        if self.blocks > MAX_BLOCKS {
            return Err(self.error("max block depth exceeded"));
        }
        let mut list = List::default();
        while self.peek_non_space().kind != T::Eof {
            match with_room(|| self.text_or_action())? {
                Ok(node) => list.nodes.push(node),
                Err(ending) => {
                    self.blocks -= 1;
                    list.nodes.shrink_to_fit();
                    return Ok((list, ending));
                }
            }
        }
        Err(self.error("unexpected EOF"))
    }

    fn text_or_action(&mut self) -> Result<Result<Node, Ending>> {
        let token = self.next_non_space();
        match token.kind {
            T::Text => Ok(Ok(Node::Text {
                pos: token.pos,
                end: token.end,
            })),
            T::LeftDelim => {
                self.state.action_line = token.line;
                let node = self.action()?;
                self.state.action_line = 0;
                Ok(node)
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }
}

/// Actions.
impl Parser<'_> {
    fn action(&mut self) -> Result<Result<Node, Ending>> {
        let token = self.next_non_space();
        let node = match token.kind {
            T::Block => self.block()?,
            T::Break => self.loop_control(&token, "{{break}}")?,
            T::Continue => self.loop_control(&token, "{{continue}}")?,
            T::Else => return self.else_action().map(|()| Err(Ending::Else)),
            T::End => {
                self.expect(T::RightDelim, "end")?;
                return Ok(Err(Ending::End));
            }
            T::If => self.branch(BranchKind::If)?,
            T::Range => self.branch(BranchKind::Range)?,
            T::With => self.branch(BranchKind::With)?,
            T::Template => self.template()?,
            _ => {
                self.backup();
                let token = self.peek();
                Node::Action {
                    pos: token.pos,
                    pipe: self.pipeline("command", T::RightDelim)?,
                }
            }
        };
        Ok(Ok(node))
    }

    fn loop_control(&mut self, keyword: &Token, shown: &str) -> Result<Node> {
        let token = self.next_non_space();
        if token.kind != T::RightDelim {
            return Err(self.unexpected(&token, shown));
        }
        if self.state.ranges == 0 {
            return Err(self.error(&format!("{shown} outside {{{{range}}}}")));
        }
        Ok(match keyword.kind {
            T::Break => Node::Break,
            _ => Node::Continue,
        })
    }

    /// The end of an `else`; before an `if` or `with` the token is left.
    fn else_action(&mut self) -> Result<()> {
        let next = self.peek_non_space().kind;
        if !matches!(next, T::If | T::With) {
            self.expect(T::RightDelim, "else")?;
        }
        Ok(())
    }

    fn branch(&mut self, kind: BranchKind) -> Result<Node> {
        let context = match kind {
            BranchKind::If => "if",
            BranchKind::With => "with",
            BranchKind::Range => "range",
        };
        let scope = self.state.variables.len();
        let pipe = self.pipeline(context, T::RightDelim)?;
        let range = usize::from(kind == BranchKind::Range);
        self.state.ranges += range;
        let (list, ending) = self.list()?;
        self.state.ranges -= range;
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else => Some(self.otherwise(kind)?),
        };
        self.state.variables.truncate(scope);
        Ok(Node::Branch(Box::new(Branch {
            kind,
            pos: pipe.pos,
            pipe,
            list,
            otherwise,
        })))
    }

    /// What follows `{{else`: `if` and `with` go on in a branch of their own,
    /// which ends with the outer one's `{{end}}`.
    fn otherwise(&mut self, kind: BranchKind) -> Result<List> {
        let chained = match (kind, self.peek().kind) {
            (BranchKind::If, T::If) | (BranchKind::With, T::With) => {
                self.next();
                self.blocks += 1;
                self.deepest = self.deepest.max(self.blocks);
                if self.blocks > MAX_BLOCKS {
                    return Err(self.error("max block depth exceeded"));
                }
                let node = with_room(|| self.branch(kind))?;
                self.blocks -= 1;
                Some(node)
            }
            _ => None,
        };
        if let Some(node) = chained {
            return Ok(List { nodes: vec![node] });
        }
        match self.list()? {
            (list, Ending::End) => Ok(list),
            (_, Ending::Else) => Err(self.error("expected end; found {{else}}")),
        }
    }

    /// `{{block "name" pipeline}}…{{end}}`: a definition and a call of it.
    fn block(&mut self) -> Result<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, T::RightDelim)?;
        let outer = mem::replace(&mut self.state, State::new());
        let (root, ending) = self.list()?;
        let inner = mem::replace(&mut self.state, outer);
        if let Ending::Else = ending {
            return Err(self.error(&format!("unexpected {{{{else}}}} in {CONTEXT}")));
        }
        let outer = mem::replace(&mut self.state, inner);
        self.add(&name.to_str(), root)?;
        self.state = outer;
        Ok(Node::Template(Box::new(TemplateCall {
            pos: token.pos,
            name,
            pipe: Some(pipe),
        })))
    }

    fn template(&mut self) -> Result<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, CONTEXT)?;
        let mut pipe = None;
        if self.next_non_space().kind != T::RightDelim {
            self.backup();
            pipe = Some(self.pipeline(CONTEXT, T::RightDelim)?);
        }
        Ok(Node::Template(Box::new(TemplateCall {
            pos: token.pos,
            name,
            pipe,
        })))
    }

    fn template_name(&mut self, token: &Token, context: &str) -> Result<Str> {
        match token.kind {
            T::String | T::RawString => self.unquoted(token),
            _ => Err(self.unexpected(token, context)),
        }
    }

    fn unquoted(&self, token: &Token) -> Result<Str> {
        let text = unquote(token.text(&self.file.text));
        let text = text.ok_or_else(|| self.error("invalid syntax"))?;
        Ok(text.into())
    }
}

/// Pipelines.
impl Parser<'_> {
    fn pipeline(&mut self, context: &str, end: T) -> Result<Pipe> {
        let mut pipe = Pipe {
            pos: self.peek_non_space().pos,
            assign: false,
            variables: Vec::new(),
            commands: Vec::new(),
        };
        self.declarations(&mut pipe, context)?;
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => {
                    self.check_pipeline(&pipe, context)?;
                    pipe.commands.shrink_to_fit();
                    return Ok(pipe);
                }
                T::Bool
                | T::CharConstant
                | T::Complex
                | T::Dot
                | T::Field
                | T::Identifier
                | T::Number
                | T::Nil
                | T::RawString
                | T::String
                | T::Variable
                | T::LeftParen => {
                    self.backup();
                    pipe.commands.push(self.command()?);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        }
    }

    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<()> {
        loop {
            let variable = self.peek_non_space();
            if variable.kind != T::Variable {
                return Ok(());
            }
            self.next();
            // `$x foo` needs both the space and what follows it to be told
            // from `$x := foo`.
            let after = self.peek();
            let next = self.peek_non_space();
            let comma = next.kind == T::Char && next.text(&self.file.text) == b",";
            if matches!(next.kind, T::Assign | T::Declare) || comma {
                self.next_non_space();
                let name = self.text(&variable);
                self.state.variables.push(name.clone());
                pipe.variables.push(name);
                if !comma {
                    pipe.assign = next.kind == T::Assign;
                    return Ok(());
                }
                if context != "range" || pipe.variables.len() >= 2 {
                    return Err(self.error(&format!("too many declarations in {context}")));
                }
                let third = self.peek_non_space().kind;
                if !matches!(third, T::Variable | T::RightDelim | T::RightParen) {
                    return Err(self.error("range can only initialize variables"));
                }
                continue;
            }
            match after.kind {
                T::Space => self.backup3(variable, after),
                _ => self.backup2(variable),
            }
            return Ok(());
        }
    }

    fn check_pipeline(&self, pipe: &Pipe, context: &str) -> Result<()> {
        if pipe.commands.is_empty() {
            return Err(self.error(&format!("missing value for {context}")));
        }
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            use OperandKind as K;
            if let Some(K::Bool(_) | K::Dot | K::Nil | K::Number(_) | K::String { .. }) =
                command.args.first().map(|arg| &arg.kind)
            {
                let stage = index + 1;
                return Err(
                    self.error(&format!("non executable command in pipeline stage {stage}"))
                );
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<Command> {
        let mut args = Vec::new();
        self.peek_non_space();
        loop {
            self.peek_non_space();
            args.extend(self.operand()?);
            let token = self.next();
            match token.kind {
                T::Space => continue,
                T::RightDelim | T::RightParen => self.backup(),
                T::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if args.is_empty() {
            return Err(self.error("empty command"));
        }
        args.shrink_to_fit();
        Ok(Command { args })
    }

    fn operand(&mut self) -> Result<Option<Operand>> {
        let Some(mut term) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.kind != T::Field {
            return Ok(Some(term));
        }
        let mut fields = Vec::new();
        while self.peek().kind == T::Field {
            let token = self.next();
            fields.push(field_name(token.text(&self.file.text)));
        }
        use OperandKind as K;
        let chain = first.pos;
        term = match term.kind {
            K::Field(mut path) => {
                path.reserve_exact(fields.len());
                path.append(&mut fields);
                operand(chain, K::Field(path))
            }
            K::Variable(mut path) => {
                path.reserve_exact(fields.len());
                path.append(&mut fields);
                operand(chain, K::Variable(path))
            }
            K::Bool(_) | K::String { .. } | K::Number(_) | K::Nil | K::Dot => {
                let mut show = super::display::Show::new(self.file);
                show.operand(&term);
                let shown = quote(show.finish().as_bytes());
                return Err(self.error(&format!("unexpected . after term {shown}")));
            }
            _ => operand(chain, K::Chain(Box::new(term), fields)),
        };
        Ok(Some(term))
    }

    fn term(&mut self) -> Result<Option<Operand>> {
        let token = self.next_non_space();
        let text = token.text(&self.file.text);
        let kind = match token.kind {
            T::Identifier => {
                let name = self.text(&token);
                if !(self.is_function)(&name.to_str()) {
                    let name = quote(name.as_bytes());
                    return Err(self.error(&format!("function {name} not defined")));
                }
                OperandKind::Identifier(name)
            }
            T::Dot => OperandKind::Dot,
            T::Nil => OperandKind::Nil,
            T::Variable => self.variable(&token)?,
            T::Field => OperandKind::Field(vec![field_name(text)]),
            T::Bool => OperandKind::Bool(text == b"true"),
            T::CharConstant | T::Complex | T::Number => {
                let number = Number::parse(&String::from_utf8_lossy(text), token.kind);
                let number = number.map_err(|message| self.error(&message))?;
                OperandKind::Number(Box::new(number))
            }
            T::LeftParen => OperandKind::Pipe(Box::new(self.parenthesized()?)),
            T::String | T::RawString => OperandKind::String {
                quoted: self.text(&token),
                text: self.unquoted(&token)?,
            },
            _ => {
                self.backup();
                return Ok(None);
            }
        };
        let mut term = operand(token.pos, kind);
        if let OperandKind::Pipe(pipe) = &term.kind {
            term.pos = pipe.pos;
        }
        Ok(Some(term))
    }

    fn parenthesized(&mut self) -> Result<Pipe> {
        if self.state.parens >= MAX_PARENS {
            return Err(self.error("max expression depth exceeded"));
        }
        self.state.parens += 1;
        self.deepest = self.deepest.max(self.blocks + self.state.parens);
        let pipe = with_room(|| self.pipeline("parenthesized pipeline", T::RightParen))?;
        self.state.parens -= 1;
        Ok(pipe)
    }

    fn variable(&self, token: &Token) -> Result<OperandKind> {
        let name = self.text(token);
        if !self.state.variables.contains(&name) {
            let name = quote(name.as_bytes());
            return Err(self.error(&format!("undefined variable {name}")));
        }
        Ok(OperandKind::Variable(vec![name]))
    }
}

fn operand(pos: u32, kind: OperandKind) -> Operand {
    Operand { pos, kind }
}

/// The name of a field token, without its dot.
fn field_name(text: &[u8]) -> Str {
    Str::from_bytes(text.get(1..).unwrap_or_default())
}
