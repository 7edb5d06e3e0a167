//! Room for recursion.

/// Runs `body` with at least 256 KiB of stack, on a new piece if need be.
pub(crate) fn with_room<R>(body: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(256 << 10, 4 << 20, body)
}
