//! The provider `kubernetes`.
