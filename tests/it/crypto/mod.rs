//! What is sealed and stored opens again, whatever it is.

mod round_trips;
