//! The parameters of a call to EC2, and how they are sent.

use crate::percent::encode;

/// The version of EC2's API.
const EC2: &str = "2016-11-15";

/// The parameters of a call to EC2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The same with one more.
    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// The same with one more, if there is a value.
    pub(crate) fn set_some(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// The same with a list: `NAME.1`, `NAME.2` and so on.
    pub(crate) fn list<T: Into<String>>(
        self,
        name: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().enumerate();
        values.fold(self, |all, (place, value)| {
            all.set(&format!("{name}.{}", place + 1), value)
        })
    }

    /// The same with those of others, each in its place of a list.
    pub(crate) fn each(mut self, name: &str, others: impl IntoIterator<Item = Parameters>) -> Self {
        for (place, other) in others.into_iter().enumerate() {
            let named = other.0.into_iter();
            self.0.extend(
                named.map(|(inner, value)| (format!("{name}.{}.{inner}", place + 1), value)),
            );
        }
        self
    }

    /// The same with those of another, under a name.
    pub(crate) fn within(mut self, name: &str, other: Parameters) -> Self {
        let named = other.0.into_iter();
        self.0
            .extend(named.map(|(inner, value)| (format!("{name}.{inner}"), value)));
        self
    }

    /// The form an action is called with.
    pub(super) fn form(&self, action: &str) -> String {
        let first = format!("Action={action}&Version={EC2}");
        self.0.iter().fold(first, |body, (name, value)| {
            format!("{body}&{}={}", encode(name), encode(value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_as_forms() {
        let filter = Parameters::default()
            .set("Name", "tag:a b")
            .list("Value", ["1", "2&3"]);
        let all = Parameters::default()
            .each("Filter", [filter])
            .set("MaxResults", "5");
        assert_eq!(
            all.form("DescribeVpcs"),
            "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=tag%3Aa%20b&Filter.1.Value.1=1&Filter.1.Value.2=2%263&MaxResults=5"
        );
    }
}
