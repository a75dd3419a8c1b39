//! Faults on demand: what NICE does on a bad day, for one of the three
//! calls, a number of times or until cleared. `control` switches them on.

mod active;
mod catalogue;
mod entry;

pub(crate) use active::{Active, Hit};
pub(crate) use catalogue::{
    Call, Fault, Kind, Substitute, Twist, all, gateway_title, integrated_title,
};
pub(crate) use entry::{Entry, read_list};
