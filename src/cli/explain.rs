//! `explain`: what is wrong with what a developer has.

pub(super) use crate::sandbox::explain::command::{ExplainArgs, run};
