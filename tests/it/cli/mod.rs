//! The command line and the settings.

mod settings;
