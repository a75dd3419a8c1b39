//! What clients do wrong, by name and in words. It knows values alone, and nothing of what
//! the sandbox has issued.

pub(crate) mod calls;
pub(crate) mod integrated;
pub(crate) mod standard_window;
