//! Keys, sealing and opening, against golden vectors and made-up values.

mod round_trips;
mod vectors;
