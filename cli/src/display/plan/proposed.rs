//! The texts of the changes that a plan proposes. Those of long plans are made
//! on all processors.

use std::{num::NonZero, thread};

use trueup_core::plan::ResourceChange;
use trueup_sdk::Block;

use super::{comment::Cause, paint::Paint, resource};
use crate::{error::CommandError, runtime};

/// Most threads, this one included.
const MOST_THREADS: usize = 4;
/// How many changes a thread is handed.
const PIECE: usize = 256;

/// A change, and the schema of its resource.
pub(super) type Typed<'a> = (&'a ResourceChange, &'a Block);

/// Shows the texts of changes in their order, many at once.
///
/// # Errors
/// Those of `show`.
pub(super) fn each(
    changes: &[Typed<'_>],
    paint: Paint,
    mut show: impl FnMut(&str) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(MOST_THREADS);
    for round in changes.chunks(threads * PIECE) {
        for text in side_by_side(round, paint) {
            show(&text)?;
        }
    }
    Ok(())
}

/// The text of each piece of some changes; the first is made on this thread.
fn side_by_side(changes: &[Typed<'_>], paint: Paint) -> Vec<String> {
    let mut pieces = changes.chunks(PIECE);
    let first = pieces.next().unwrap_or_default();
    thread::scope(|scope| {
        let others: Vec<_> = pieces
            .map(|piece| {
                let thread = runtime::thread("text");
                let made = thread.spawn_scoped(scope, move || text(piece, paint));
                (piece, made.ok())
            })
            .collect();
        let mut texts = vec![text(first, paint)];
        for (piece, made) in others {
            let made = made.and_then(|made| made.join().ok());
            // Where there are no threads to be had it is made here.
            texts.push(made.unwrap_or_else(|| text(piece, paint)));
        }
        texts
    })
}

fn text(changes: &[Typed<'_>], paint: Paint) -> String {
    let mut out = String::new();
    for (change, schema) in changes {
        let diff = resource::difference(change, schema, None);
        out.push('\n');
        resource::text(&mut out, change, &diff, Cause::Proposed, paint);
        out.push('\n');
    }
    out
}
