//! Stacks checked for drift on a schedule.
