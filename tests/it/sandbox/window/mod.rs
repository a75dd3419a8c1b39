//! The sandbox's window from outside: a client of NICE's, as any shop has
//! one, against the sandbox over HTTP.

mod client;
mod faults;
mod history;
mod notices;
mod outcomes;
mod pages;
mod personas;
mod return_urls;
mod sealing;
mod way_back;
