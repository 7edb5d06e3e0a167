//! Go's notation of strings and numbers.

mod float;
mod number;
mod quote;

pub(crate) use float::{format_float, format_float32};
pub(crate) use number::{parse_float, parse_int, parse_uint};
pub(crate) use quote::{
    can_backquote, is_digit, is_letter, is_print, quote, quote_ascii, quote_rune, unquote,
    unquote_char,
};
