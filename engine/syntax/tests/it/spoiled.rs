//! Valid files in odd layouts: every construct of the language, with spaces,
//! comments and line breaks wherever they are allowed.

use std::fmt::Write;

/// The file number `seed`: always the same for the same number.
pub(crate) fn file(seed: u64) -> String {
    spoil(seed, false)
}

/// Like [`file`], with nothing in it that the formatter rewrites beyond spaces.
pub(crate) fn plain_file(seed: u64) -> String {
    spoil(seed, true)
}

fn spoil(seed: u64, plain: bool) -> String {
    let mut spoiler = Spoiler {
        plain,
        state: seed,
        out: String::new(),
        names: 0,
        room: 0,
        line_end: "\n",
    };
    spoiler.room = 10 + spoiler.below(150) as i32;
    if spoiler.chance(15) {
        spoiler.line_end = "\r\n";
    }
    if spoiler.chance(3) {
        spoiler.out.push('\u{feff}');
    }
    let items = spoiler.below(7);
    spoiler.body(items, 0);
    spoiler.file_end();
    spoiler.out
}

struct Spoiler {
    plain: bool,
    state: u64,
    out: String,
    names: u32,
    /// How many more expressions may be nested.
    room: i32,
    line_end: &'static str,
}

const NAMES: [&str; 14] = [
    "a",
    "id",
    "name",
    "in",
    "for",
    "if",
    "variable",
    "type",
    "a-b",
    "_x",
    "größe",
    "名前",
    "count_of_things",
    "e\u{301}t\u{e9}",
];
const TEXTS: [&str; 16] = [
    "",
    " ",
    "abc",
    "two words",
    "$",
    "%",
    "$$",
    "$${not}",
    "%%{not}",
    "\\n\\\"\\\\",
    "\\u00e9",
    "日本語",
    "👨\u{200d}👩\u{200d}👧",
    "e\u{301}",
    "#no comment",
    "a//b",
];
const LINES: [&str; 14] = [
    "",
    "text",
    "  indented",
    "      deeper",
    "\ttab",
    "$",
    "a $ b % c",
    "$${x} %%{y}",
    "\"quoted\"",
    "# no comment",
    "日本語",
    " E",
    "x }",
    "trailing  ",
];
const OPERATORS: [&str; 13] = [
    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||",
];

impl Spoiler {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    // What stands between tokens

    /// Perhaps spaces and comments; line breaks only where they mean nothing.
    fn gap(&mut self, breaks: bool) {
        match self.below(if breaks { 16 } else { 12 }) {
            0..=4 => {}
            5..=7 => self.put(" "),
            8 => self.put("   "),
            9 => self.put("\t"),
            10 => self.put(" /* c */ "),
            11 => {
                if self.chance(20) {
                    self.put("/* over\n     lines */");
                }
            }
            12 | 13 => self.put(self.line_end),
            14 => {
                self.put(self.line_end);
                self.put("     ");
            }
            _ => {
                let comment = self.pick(&["# c", "// c", "  # 名"]);
                self.put(comment);
                self.put(self.line_end);
            }
        }
    }

    fn space(&mut self, breaks: bool) {
        self.put(" ");
        self.gap(breaks);
    }

    fn token(&mut self, text: &str, breaks: bool) {
        self.gap(breaks);
        self.put(text);
        self.gap(breaks);
    }

    fn line_break(&mut self) {
        match self.below(8) {
            0 => self.put("   "),
            1 => self.put("# comment"),
            2 => self.put("   // größer"),
            3 => self.put(" /* c */"),
            _ => {}
        }
        self.put(self.line_end);
    }

    fn file_end(&mut self) {
        match self.below(8) {
            0 => self.put("   "),
            1 => self.put("# the end"),
            2 => {
                let end = self.out.trim_end().len();
                self.out.truncate(end);
            }
            _ => {}
        }
    }

    // Bodies

    fn body(&mut self, items: usize, depth: usize) {
        for _ in 0..items {
            self.between_items();
            let indent = self.below(6);
            self.put(&"       "[..indent]);
            if self.chance(60) {
                self.argument();
            } else {
                self.block(depth);
            }
        }
        self.between_items();
    }

    fn between_items(&mut self) {
        for _ in 0..self.below(3) {
            match self.below(6) {
                0 => self.put("# a comment"),
                1 => self.put("      // another"),
                2 => self.put("  /* a third */"),
                3 => self.put("  "),
                _ => {}
            }
            self.put(self.line_end);
        }
    }

    fn argument(&mut self) {
        self.argument_name();
        self.value(true);
        self.line_break();
    }

    fn argument_name(&mut self) {
        let name = self.pick(&NAMES);
        self.names += 1;
        let number = self.names;
        let _ = write!(self.out, "{name}{number}");
        self.token("=", false);
    }

    /// The value of an argument; a heredoc only where a line ends after it.
    fn value(&mut self, line_ends: bool) {
        match self.below(10) {
            0 if !self.plain => {
                self.put("\"${");
                self.gap(true);
                self.expression(true);
                self.gap(true);
                self.put("}\"");
            }
            1 if line_ends => self.heredoc(),
            _ => self.expression(false),
        }
    }

    fn block(&mut self, depth: usize) {
        let kind = self.pick(&["variable", "resource", "locals", "dynamic", "x", "名"]);
        self.put(kind);
        for _ in 0..self.below(4) {
            self.label();
        }
        self.token_after_label("{");
        if kind == "variable" && !self.plain {
            self.variable_body();
        } else if self.chance(30) {
            self.one_line_body();
        } else {
            self.line_break();
            let items = if depth < 4 { self.below(4) } else { 0 };
            self.body(items, depth + 1);
        }
        self.put("}");
        self.line_break();
    }

    fn token_after_label(&mut self, text: &str) {
        self.gap(false);
        self.put(text);
    }

    fn label(&mut self) {
        if self.plain {
            let name = self.pick(&NAMES);
            let _ = write!(self.out, " \"{}\"", name.replace("e\u{301}", "é"));
            return;
        }
        self.space(false);
        if self.chance(40) {
            let name = self.pick(&NAMES);
            self.put(name);
        } else {
            let text = self.pick(&[
                "",
                "a",
                "two words",
                "日本語",
                "\\u00e9",
                "\\t",
                "\\\"",
                "e\u{301}",
                "\u{ad}",
            ]);
            let _ = write!(self.out, "\"{text}\"");
        }
    }

    fn variable_body(&mut self) {
        self.line_break();
        let types = [
            "list",
            "map",
            "set",
            "string",
            "any",
            "\"string\"",
            "\"list\"",
            "\"map\"",
            "\"set\"",
            "list(string)",
            "map( list(any) )",
            "object({a=string,b=optional(number,1)})",
            "object({\n a=string\nbbb =number\n})",
            "\"${list}\"",
        ];
        let constraint = self.pick(&types);
        self.put("type");
        self.token("=", false);
        self.put(constraint);
        self.line_break();
        if self.chance(50) {
            self.argument();
        }
    }

    fn one_line_body(&mut self) {
        self.gap(false);
        if self.chance(60) {
            self.argument_name();
            self.value(false);
            self.gap(false);
        }
    }

    // Expressions

    fn expression(&mut self, breaks: bool) {
        self.room -= 1;
        if self.room < 0 {
            return self.literal();
        }
        match self.below(20) {
            0 => self.literal(),
            1 | 2 => self.traversal(),
            3 => self.call(),
            4 | 5 => self.tuple(),
            6 | 7 => self.object(),
            8 => self.for_tuple(),
            9 => self.for_object(),
            10 => self.conditional(breaks),
            11 | 12 => self.binary(breaks),
            13 => self.unary(breaks),
            14 => self.parentheses(),
            15..=17 => self.quoted(),
            18 => self.index(),
            _ if breaks => self.heredoc(),
            _ => self.traversal(),
        }
    }

    fn literal(&mut self) {
        let text = self.pick(&[
            "1", "0", "12.50", "1e10", "1E-3", "true", "false", "null", "\"x\"", "\"\"",
        ]);
        self.put(text);
    }

    fn traversal(&mut self) {
        let root = self.pick(&["var", "local", "each", "aws_x", "名前"]);
        self.put(root);
        for _ in 0..self.below(4) {
            let step = self.pick(&[
                ".a",
                ".名",
                "[0]",
                "[ 12 ]",
                "[\"k\"]",
                "[ \"a b\"]",
                "[*]",
                " .b",
                ". c",
            ]);
            self.put(step);
        }
        if self.chance(15) {
            let step = self.pick(&[".0", ".*", ".*.a", ".0.a", ".* .a"]);
            self.put(step);
        }
    }

    fn call(&mut self) {
        let name = self.pick(&["f", "merge", "provider::aws::arn", "provider :: x :: y"]);
        self.put(name);
        self.put("(");
        let arguments = self.below(4);
        self.list(arguments, Self::expression);
        if arguments > 0 && self.chance(20) {
            self.token("...", true);
        } else if arguments > 0 && self.chance(20) {
            self.token(",", true);
        }
        self.gap(true);
        self.put(")");
    }

    fn list(&mut self, length: usize, element: fn(&mut Self, bool)) {
        for index in 0..length {
            if index > 0 {
                self.token(",", true);
            }
            self.gap(true);
            element(self, true);
        }
    }

    fn tuple(&mut self) {
        self.put("[");
        let length = self.below(4);
        self.list(length, Self::expression);
        if length > 0 && self.chance(30) {
            self.token(",", true);
        }
        self.gap(true);
        self.put("]");
    }

    fn object(&mut self) {
        self.put("{");
        let over_lines = self.chance(70);
        let length = self.below(4);
        for index in 0..length {
            if over_lines {
                self.line_break();
            } else {
                self.gap(false);
            }
            self.object_item();
            self.gap(false);
            if (index + 1 < length && !over_lines) || self.chance(20) {
                self.put(",");
            }
        }
        if over_lines {
            self.line_break();
        }
        self.gap(false);
        self.put("}");
    }

    fn object_item(&mut self) {
        match self.below(6) {
            0 => self.put("\"quoted key\""),
            1 => {
                self.put("(");
                self.expression(true);
                self.put(")");
            }
            2 => self.put("\"${var.k}\""),
            3 => self.put("1"),
            _ => {
                let name = self.pick(&["a", "bb", "名前", "in", "long_name", "x-"]);
                self.put(name);
            }
        }
        let sign = self.pick(&["=", "=", "=", ":"]);
        self.token(sign, false);
        self.expression(false);
    }

    fn for_intro(&mut self) {
        self.gap(true);
        self.put("for");
        self.space(true);
        self.put("k");
        if self.chance(50) {
            self.token(",", true);
            self.put("v");
        }
        self.space(true);
        self.put("in");
        self.space(true);
        self.expression(true);
        self.token(":", true);
    }

    fn for_condition(&mut self) {
        if self.chance(40) {
            self.space(true);
            self.put("if");
            self.space(true);
            self.expression(true);
        }
        self.gap(true);
    }

    fn for_tuple(&mut self) {
        self.put("[");
        self.for_intro();
        self.expression(true);
        self.for_condition();
        self.put("]");
    }

    fn for_object(&mut self) {
        self.put("{");
        self.for_intro();
        self.expression(true);
        self.token("=>", true);
        self.expression(true);
        if self.chance(30) {
            self.token("...", true);
        }
        self.for_condition();
        self.put("}");
    }

    fn conditional(&mut self, breaks: bool) {
        self.expression(breaks);
        self.token("?", breaks);
        self.expression(breaks);
        self.token(":", breaks);
        self.expression(breaks);
    }

    fn binary(&mut self, breaks: bool) {
        self.expression(breaks);
        let operator = self.pick(&OPERATORS);
        self.space(breaks);
        self.token(operator, breaks);
        self.expression(breaks);
    }

    fn unary(&mut self, breaks: bool) {
        let operator = self.pick(&["-", "!"]);
        self.token(operator, breaks);
        self.expression(breaks);
    }

    fn parentheses(&mut self) {
        self.put("(");
        self.gap(true);
        self.expression(true);
        self.gap(true);
        self.put(")");
    }

    fn index(&mut self) {
        let source = self.pick(&["var.x", "[1, 2]", "f(1)", "(x)", "{ a = 1 }"]);
        self.put(source);
        self.put("[");
        self.gap(true);
        self.expression(true);
        self.gap(true);
        self.put("]");
    }

    // Templates

    fn quoted(&mut self) {
        self.put("\"");
        if self.plain {
            self.put("_");
        }
        for _ in 0..self.below(4) {
            self.template_part(&TEXTS);
        }
        self.put("\"");
    }

    fn heredoc(&mut self) {
        let start = self.pick(&["<<E", "<<-E"]);
        self.put(start);
        self.put(self.line_end);
        for _ in 0..self.below(4) {
            self.template_part(&LINES);
            if self.chance(80) {
                self.template_part(&LINES);
                self.put(self.line_end);
            }
        }
        let marker = self.pick(&["\nE", "\n   E", "\nE  ", "\n\tE"]);
        self.put(marker);
        self.put("\n");
    }

    fn template_part(&mut self, texts: &[&'static str]) {
        match self.below(10) {
            0..=5 => {
                let text = self.pick(texts);
                self.put(text);
            }
            6..=8 => self.interpolation(),
            _ => self.directive(texts),
        }
    }

    fn sequence(&mut self, start: &str, inside: impl FnOnce(&mut Self)) {
        if self.out.ends_with(['$', '%']) {
            self.put("_");
        }
        self.put(start);
        if self.chance(15) {
            self.put("~");
        }
        self.gap(true);
        inside(self);
        self.gap(true);
        let end = self.pick(&["}", "}", "}", "~}"]);
        self.put(end);
    }

    fn interpolation(&mut self) {
        self.sequence("${", |spoiler| spoiler.expression(true));
    }

    fn directive(&mut self, texts: &[&'static str]) {
        let is_if = self.chance(50);
        self.sequence("%{", |spoiler| {
            spoiler.put(if is_if { "if " } else { "for k, v in " });
            spoiler.expression(true);
        });
        let text = self.pick(texts);
        self.put(text);
        if is_if && self.chance(40) {
            self.sequence("%{", |spoiler| spoiler.put("else"));
            let text = self.pick(texts);
            self.put(text);
        }
        self.sequence("%{", |spoiler| {
            spoiler.put(if is_if { "endif" } else { "endfor" })
        });
    }
}
