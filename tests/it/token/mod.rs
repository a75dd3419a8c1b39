//! The pool of crypto tokens and the institution token.

mod fleet_lease;
mod institution_token;
mod pool;
