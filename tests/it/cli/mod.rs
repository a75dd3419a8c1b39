//! The command line and the settings.

mod check;
mod edges;
mod settings;
mod two_apis;
