//! "Did you mean …?"

/// The first of `names` that is at most two edits away from `given`: the rule
/// HCL and Terraform use in their messages.
pub fn similar_name<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut near = names
        .into_iter()
        .filter(|name| differ_in_length(given, name) < 3);
    near.find(|name| distance(given, name) < 3)
}

/// The nearest of `names`, if it is near enough in view of its length to be
/// what was probably meant. For hints of our own.
pub fn nearest_name<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (given.chars().count() / 3).clamp(1, 5);
    names
        .into_iter()
        .filter(|name| differ_in_length(given, name) <= limit)
        .map(|name| (distance(given, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A hint at what was probably meant, where a message that follows Terraform's
/// rule finds nothing similar.
pub fn nearest_hint<'a, N>(given: &str, names: N) -> Option<String>
where
    N: IntoIterator<Item = &'a str> + Clone,
{
    if similar_name(given, names.clone()).is_some() {
        return None;
    }
    nearest_name(given, names).map(|near| format!("did you mean `{near}`?"))
}

/// A bound of the distance that costs next to nothing.
fn differ_in_length(a: &str, b: &str) -> usize {
    a.chars().count().abs_diff(b.chars().count())
}

/// The number of insertions, deletions and substitutions of characters that
/// make one text the other.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let substitute = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = substitute.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let cases = [
            ("", "", 0),
            ("a", "", 1),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
            ("für", "fur", 1),
        ];
        for (a, b, expected) in cases {
            assert_eq!(distance(a, b), expected, "{a} to {b}");
        }
    }

    #[test]
    fn the_first_name_within_two_edits() {
        assert_eq!(similar_name("fi", ["for", "if", "endif"]), Some("for"));
        assert_eq!(
            similar_name("resurce", ["variable", "resource"]),
            Some("resource")
        );
        assert_eq!(similar_name("x", ["resource"]), None);
        assert_eq!(nearest_name("regoin", ["origin", "region"]), Some("region"));
        let hint = |given| nearest_hint(given, ["availability_zone", "region"]);
        assert_eq!(
            hint("availabilty_zones"),
            None,
            "the message itself names it"
        );
        assert_eq!(
            hint("avalabilty_zones").as_deref(),
            Some("did you mean `availability_zone`?")
        );
        assert_eq!(hint("x"), None);
    }
}
