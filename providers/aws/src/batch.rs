//! Many objects described in few calls.

use std::{collections::BTreeMap, future::Future};

use crate::CallError;

/// What became of each that was asked for: `None` where there is none.
pub(crate) type Found<T> = BTreeMap<String, Result<Option<T>, CallError>>;

/// Describes all of `ids`, at most `most` in a call. A service that refuses a
/// call because one of them is gone is asked again for halves.
pub(crate) async fn describe<T, F, A>(
    ids: impl IntoIterator<Item = String>,
    most: usize,
    missing: &[&str],
    call: F,
) -> Found<T>
where
    F: Fn(Vec<String>) -> A,
    A: Future<Output = Result<Vec<(String, T)>, CallError>>,
{
    let mut ids: Vec<String> = ids.into_iter().collect();
    ids.sort();
    ids.dedup();
    let mut open: Vec<Vec<String>> = ids.chunks(most.max(1)).map(<[String]>::to_vec).collect();
    open.reverse();
    let mut found = Found::new();
    while let Some(mut asked) = open.pop() {
        match call(asked.clone()).await {
            Ok(told) => {
                let mut told: BTreeMap<String, T> = told.into_iter().collect();
                found.extend(asked.into_iter().map(|id| {
                    let one = told.remove(&id);
                    (id, Ok(one))
                }));
            }
            Err(error) if error.is(missing) && asked.len() > 1 => {
                let half = asked.split_off(asked.len() / 2);
                open.push(half);
                open.push(asked);
            }
            Err(error) if error.is(missing) => {
                found.extend(asked.into_iter().map(|id| (id, Ok(None))));
            }
            Err(error) => {
                found.extend(asked.into_iter().map(|id| (id, Err(error.clone()))));
            }
        }
    }
    found
}
