//! Picks a command; each has a file of its own in `cli`.

fn main() -> std::process::ExitCode {
    member_verification::cli::main()
}
