//! The order in which go-yaml prints the keys of a mapping.

use std::cmp::Ordering;

/// Letters after everything else, and runs of digits by their number: `a2` before `a10`.
#[must_use]
pub fn compare_keys(left: &str, right: &str) -> Ordering {
    compare_by(left, right, false)
}

/// The same as version 3 of go-yaml has it: behind a digit, letters come first.
pub(super) fn compare_keys_3(left: &str, right: &str) -> Ordering {
    compare_by(left, right, true)
}

fn compare_by(left: &str, right: &str, version_3: bool) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    if left.is_ascii() && right.is_ascii() {
        let character = |byte: &u8| char::from(*byte);
        return compare(left.as_bytes(), right.as_bytes(), character, version_3);
    }
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    compare(&left, &right, |character| *character, version_3)
}

fn compare<T: PartialEq>(
    left: &[T],
    right: &[T],
    character: impl Fn(&T) -> char,
    version_3: bool,
) -> Ordering {
    let Some(index) = left.iter().zip(right).position(|(a, b)| a != b) else {
        return left.len().cmp(&right.len());
    };
    let (Some(a), Some(b)) = (
        left.get(index).map(&character),
        right.get(index).map(&character),
    ) else {
        return left.len().cmp(&right.len());
    };
    let before = index.checked_sub(1).and_then(|before| left.get(before));
    let digits = version_3 && before.map(&character).is_some_and(is_digit);
    match (a.is_alphabetic(), b.is_alphabetic()) {
        (true, true) => return a.cmp(&b),
        (true, false) | (false, true) if digits => {
            return b.is_alphabetic().cmp(&a.is_alphabetic());
        }
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero inside a number keeps its weight only behind a digit that isn't zero.
    let weighs = (a == '0' || b == '0')
        && left
            .iter()
            .take(index)
            .rev()
            .map(&character)
            .take_while(|digit| is_digit(*digit))
            .any(|digit| digit != '0');
    let start = i64::from(weighs);
    let (left_number, left_end) = number(left, index, start, &character);
    let (right_number, right_end) = number(right, index, start, &character);
    left_number
        .cmp(&right_number)
        .then(left_end.cmp(&right_end))
        .then(a.cmp(&b))
}

fn number<T>(key: &[T], index: usize, start: i64, character: impl Fn(&T) -> char) -> (i64, usize) {
    let digits = key
        .iter()
        .skip(index)
        .map(character)
        .take_while(|digit| is_digit(*digit));
    digits.fold((start, index), |(number, end), digit| {
        let value = i64::from(u32::from(digit)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(value), end + 1)
    })
}

/// `unicode.IsDigit`: decimal digits of any script.
fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
        || (!character.is_ascii() && character.is_numeric() && !character.is_alphabetic())
}
