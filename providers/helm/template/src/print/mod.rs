//! Go's `fmt`: `Sprint`, `Sprintf`, `Sprintln`.

mod flags;
mod format;

use flags::{Flags, Float};

use crate::{
    Error, ErrorKind,
    limits::MAX_BYTES,
    stack::with_room,
    value::{Kind, List, Map, Object, Str, Type, Value},
};

/// A value that holds values that hold values … this often holds itself.
const MAX_DEPTH: usize = 10_000;

/// `fmt.Sprint`: spaces between operands when neither is a string.
///
/// # Errors
/// [`ErrorKind::Limit`] if a value is nested too deeply or prints too long.
pub fn sprint(args: &[Value]) -> Result<Str, Error> {
    Ok(Printer::new(MAX_BYTES).sprint(args)?.text)
}

/// `fmt.Sprintln`: spaces between all operands and a newline.
///
/// # Errors
/// As [`sprint`].
pub fn sprintln(args: &[Value]) -> Result<Str, Error> {
    Ok(Printer::new(MAX_BYTES).sprintln(args)?.text)
}

/// `fmt.Sprintf`.
///
/// # Errors
/// As [`sprint`]. Verbs that don't fit print as Go prints them.
pub fn sprintf(format: &Str, args: &[Value]) -> Result<Str, Error> {
    Ok(Printer::new(MAX_BYTES).sprintf(format, args)?.text)
}

fn is_composite(value: &Value) -> bool {
    use Kind as K;
    matches!(
        value.kind(),
        K::List(_) | K::Map(_) | K::Object(_) | K::Func(_)
    )
}

/// Prints into a buffer of limited length.
pub(crate) struct Printer {
    out: Vec<u8>,
    limit: usize,
    flags: Flags,
    /// The value behind `%!verb(…)` is being printed: without its methods.
    erroring: bool,
    depth: usize,
    /// Where whole operands were printed, if that is wanted.
    parts: Option<Vec<Part>>,
}

/// The first byte of an operand, one past its last, and itself.
pub(crate) type Part = (usize, usize, Value);

/// What was printed.
pub(crate) struct Printed {
    pub(crate) text: Str,
    pub(crate) parts: Option<Vec<Part>>,
}

type Result<R, E = Error> = std::result::Result<R, E>;

impl Printer {
    pub(crate) fn new(limit: usize) -> Self {
        Printer {
            out: Vec::new(),
            limit,
            flags: Flags::default(),
            erroring: false,
            depth: 0,
            parts: None,
        }
    }

    /// Notes where operands are printed.
    pub(crate) fn note_parts(&mut self) {
        self.parts = Some(Vec::new());
    }

    fn finish(self) -> Printed {
        Printed {
            text: self.out.into(),
            parts: self.parts,
        }
    }

    pub(crate) fn sprint(mut self, args: &[Value]) -> Result<Printed> {
        let mut after_string = true;
        for arg in args {
            let string = matches!(arg.kind(), Kind::String(_));
            if !string && !after_string {
                self.text(" ");
            }
            self.arg(arg, 'v')?;
            after_string = string;
        }
        Ok(self.finish())
    }

    /// A value as `%v` prints what it points to.
    pub(crate) fn pointee(mut self, value: &Value) -> Result<Str> {
        let pointer = value.ty().is_some_and(|ty| ty.to_string().starts_with('*'));
        self.erroring = pointer;
        self.arg(value, 'v')?;
        let skip = usize::from(pointer && self.out.first() == Some(&b'&'));
        Ok(Str::from_bytes(self.out.get(skip..).unwrap_or_default()))
    }

    pub(crate) fn sprintln(mut self, args: &[Value]) -> Result<Printed> {
        for (index, arg) in args.iter().enumerate() {
            if index > 0 {
                self.text(" ");
            }
            self.arg(arg, 'v')?;
        }
        self.text("\n");
        Ok(self.finish())
    }

    pub(crate) fn sprintf(mut self, format: &Str, args: &[Value]) -> Result<Printed> {
        self.format(format.as_bytes(), args)?;
        Ok(self.finish())
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A whole operand.
    fn arg(&mut self, value: &Value, verb: char) -> Result<()> {
        let start = self.out.len();
        self.operand(value, verb)?;
        let end = self.out.len();
        if let Some(parts) = &mut self.parts {
            parts.push((start, end, value.clone()));
        }
        Ok(())
    }

    fn operand(&mut self, value: &Value, verb: char) -> Result<()> {
        match (verb, value.ty()) {
            ('T' | 'v', None) => self.flags.pad(&mut self.out, b"<nil>"),
            (_, None) => self.bad_verb(value, verb)?,
            ('T', Some(ty)) => self.flags.string(&mut self.out, ty.to_string().as_bytes()),
            ('p', Some(_)) => self.pointer(value, 'p')?,
            ('w', Some(ty)) if ty != Type::BYTES && is_composite(value) => {
                self.bad_verb(value, verb)?;
            }
            (_, Some(_)) => self.value(value, verb, Type::Any)?,
        }
        Ok(())
    }

    /// `%!verb(type=value)`.
    fn bad_verb(&mut self, value: &Value, verb: char) -> Result<()> {
        self.erroring = true;
        self.text(&format!("%!{verb}("));
        match value.ty() {
            None => self.text("<nil>"),
            Some(ty) => {
                self.text(&format!("{ty}="));
                self.value(value, 'v', Type::Any)?;
            }
        }
        self.text(")");
        self.erroring = false;
        Ok(())
    }

    fn check_length(&self) -> Result<()> {
        if self.out.len() > self.limit {
            let message = format!("printed text exceeds {} bytes", self.limit);
            return Err(Error::of(ErrorKind::Limit, message));
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, verb: char, slot: Type) -> Result<()> {
        self.check_length()?;
        match value.kind() {
            Kind::Nil if self.flags.sharp_v => self.text(&format!("{slot}(nil)")),
            Kind::Nil => self.text("<nil>"),
            Kind::Bool(bool) if matches!(verb, 't' | 'v') => {
                self.flags.boolean(&mut self.out, *bool);
            }
            Kind::Bool(_) => self.bad_verb(value, verb)?,
            Kind::Int(int) => {
                let signed = int.kind().is_signed();
                self.integer(value, int.bits(), signed, verb)?;
            }
            Kind::Float(float) => self.float(value, Float::Double(*float), verb)?,
            Kind::Float32(float) => self.float(value, Float::Single(*float), verb)?,
            Kind::Complex(real, imaginary) => self.complex(value, *real, *imaginary, verb)?,
            Kind::String(text) => self.string(value, text.as_bytes(), verb)?,
            Kind::List(list) => self.nested(|printer| printer.list(value, list, verb))?,
            Kind::Map(map) => self.nested(|printer| printer.map(map, verb))?,
            Kind::Object(object) => {
                let object = object.as_ref();
                self.nested(|printer| printer.object(value, object, verb))?;
            }
            Kind::Func(_) => self.pointer(value, verb)?,
        }
        Ok(())
    }

    fn nested(&mut self, body: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.depth == MAX_DEPTH {
            let message = "value is nested too deeply to print: it may contain itself";
            return Err(Error::of(ErrorKind::Limit, message));
        }
        self.depth += 1;
        let result = with_room(|| body(self));
        self.depth -= 1;
        result
    }

    fn integer(&mut self, value: &Value, bits: u64, signed: bool, verb: char) -> Result<()> {
        let (flags, out) = (self.flags, &mut self.out);
        match verb {
            'v' if flags.sharp_v && !signed => {
                let flags = Flags {
                    sharp: true,
                    ..flags
                };
                flags.integer(out, bits, false, 'x');
            }
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => flags.integer(out, bits, signed, verb),
            'c' => flags.character(out, bits),
            'q' => flags.quoted_character(out, bits),
            'U' => flags.unicode(out, bits),
            _ => self.bad_verb(value, verb)?,
        }
        Ok(())
    }

    fn float(&mut self, value: &Value, float: Float, verb: char) -> Result<()> {
        let (flags, out) = (self.flags, &mut self.out);
        match verb {
            'v' => flags.float(out, float, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => flags.float(out, float, verb, None),
            'f' | 'e' | 'E' => flags.float(out, float, verb, Some(6)),
            'F' => flags.float(out, float, 'f', Some(6)),
            _ => self.bad_verb(value, verb)?,
        }
        Ok(())
    }

    fn complex(&mut self, value: &Value, real: f64, imaginary: f64, verb: char) -> Result<()> {
        if !"vbgGxXfFeE".contains(verb) {
            return self.bad_verb(value, verb);
        }
        let plus = self.flags.plus;
        self.text("(");
        self.float(value, Float::Double(real), verb)?;
        self.flags.plus = true;
        self.float(value, Float::Double(imaginary), verb)?;
        self.flags.plus = plus;
        self.text("i)");
        Ok(())
    }

    fn string(&mut self, value: &Value, text: &[u8], verb: char) -> Result<()> {
        let (flags, out) = (self.flags, &mut self.out);
        match verb {
            'v' if flags.sharp_v => flags.quoted(out, text),
            'v' | 's' => flags.string(out, text),
            'x' | 'X' => flags.hex_bytes(out, text, verb == 'X'),
            'q' => flags.quoted(out, text),
            _ => self.bad_verb(value, verb)?,
        }
        Ok(())
    }

    fn list(&mut self, value: &Value, list: &List, verb: char) -> Result<()> {
        if matches!(verb, 's' | 'q' | 'x' | 'X')
            && let Some(bytes) = list.as_bytes()
        {
            return self.string(value, &bytes, verb);
        }
        let element = list.ty().element();
        // A whole operand is known to be bytes; as a part it is just a slice.
        let (open, separator, close) = match list.ty() {
            ty if ty == Type::BYTES && self.depth == 1 && matches!(verb, 'v' | 'd') => {
                self.brackets(&"[]byte", list.is_nil())
            }
            ty => self.brackets(&ty, list.is_nil()),
        };
        self.text(&open);
        if self.flags.sharp_v && list.is_nil() {
            return Ok(());
        }
        for (index, item) in list.items().iter().enumerate() {
            self.text(if index > 0 { separator } else { "" });
            self.value(item, verb, element)?;
        }
        self.text(close);
        Ok(())
    }

    fn brackets(
        &self,
        ty: &dyn std::fmt::Display,
        nil: bool,
    ) -> (String, &'static str, &'static str) {
        match (self.flags.sharp_v, nil) {
            (true, true) => (format!("{ty}(nil)"), "", ""),
            (true, false) => (format!("{ty}{{"), ", ", "}"),
            (false, _) => ("[".into(), " ", "]"),
        }
    }

    fn map(&mut self, map: &Map, verb: char) -> Result<()> {
        let element = map.ty().element();
        let (open, separator, close) = self.brackets(&map.ty(), map.is_nil());
        self.text(if self.flags.sharp_v { "" } else { "map" });
        self.text(&open);
        if self.flags.sharp_v && map.is_nil() {
            return Ok(());
        }
        for (index, (key, value)) in map.entries().into_iter().enumerate() {
            self.text(if index > 0 { separator } else { "" });
            self.value(&Value::string(key), verb, Type::String)?;
            self.text(":");
            self.value(&value, verb, element)?;
        }
        self.text(close);
        Ok(())
    }

    fn object(&mut self, value: &Value, object: &dyn Object, verb: char) -> Result<()> {
        let stringable = !self.flags.sharp_v && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q');
        if stringable
            && !self.erroring
            && let Some(text) = object.text()
        {
            return self.string(value, text.as_bytes(), verb);
        }
        let name = object.ty().to_string();
        let pointer = name.strip_prefix('*');
        if pointer.is_some() && self.depth > 1 {
            return self.pointer(value, verb);
        }
        self.text(if pointer.is_some() { "&" } else { "" });
        self.text(if self.flags.sharp_v {
            pointer.unwrap_or(&name)
        } else {
            ""
        });
        self.text("{");
        let named = self.flags.plus_v || self.flags.sharp_v;
        let separator = if self.flags.sharp_v { ", " } else { " " };
        for (index, (name, field)) in object.fields().into_iter().enumerate() {
            self.text(if index > 0 { separator } else { "" });
            if named {
                self.text(&format!("{name}:"));
            }
            self.value(&field, verb, Type::Any)?;
        }
        self.text("}");
        Ok(())
    }

    /// Addresses differ from run to run in Go; here they only tell values
    /// apart.
    fn pointer(&mut self, value: &Value, verb: char) -> Result<()> {
        let address = match value.kind() {
            Kind::Map(map) => map.identity() as u64,
            Kind::List(list) => u64::from(!list.is_nil()) << 32,
            Kind::Func(_) => 1 << 32,
            Kind::Object(object) if object.ty().kind_name() == "ptr" => 1 << 32,
            _ => return self.bad_verb(value, verb),
        };
        let (flags, out) = (self.flags, &mut self.out);
        let hex = Flags {
            sharp: !flags.sharp,
            ..flags
        };
        match verb {
            'v' if flags.sharp_v => {
                let ty = value.ty().unwrap_or(Type::Any);
                self.text(&format!("({ty})({address:#x})"));
            }
            'v' | 'p' => hex.integer(out, address, false, 'x'),
            'b' | 'o' | 'd' | 'x' | 'X' => flags.integer(out, address, false, verb),
            _ => self.bad_verb(value, verb)?,
        }
        Ok(())
    }
}
