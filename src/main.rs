//! Picks a command; each has a file of its own in `cli`.

/// A request's values are many, small, and freed by another thread than the
/// one that made them: the system's allocator spends a fifth of a warm
/// request on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    member_verification::cli::main()
}
