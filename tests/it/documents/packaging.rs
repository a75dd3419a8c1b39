//! The Dockerfile against what it names. No container engine is needed: a wrong
//! name is found by reading.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const PROGRAM: &str = "member-verification";

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_member-verification"))
        .args(args)
        .env_clear()
        .output()
        .unwrap()
}

fn is_command(name: &str) -> bool {
    let output = run(&[name, "--help"]);
    output.status.success()
        && String::from_utf8_lossy(&output.stdout).contains(&format!("Usage: {PROGRAM} {name}"))
}

/// The Dockerfile's instructions, each with all its lines as one.
fn instructions() -> Vec<(String, String)> {
    let text: String = read("Dockerfile")
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| [line, "\n"])
        .collect();
    text.replace("\\\n", " ")
        .lines()
        .filter_map(|line| line.trim().split_once(char::is_whitespace))
        .map(|(name, rest)| (name.to_ascii_uppercase(), rest.trim().to_owned()))
        .collect()
}

/// The arguments of every instruction of that name; there must be some.
fn all(name: &str) -> Vec<String> {
    let found: Vec<String> = instructions()
        .into_iter()
        .filter(|(found, _)| found == name)
        .map(|(_, rest)| rest)
        .collect();
    assert!(!found.is_empty(), "the Dockerfile has no {name}");
    found
}

fn only(name: &str) -> String {
    let found = all(name);
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0].clone()
}

/// `["a", "b"]`; a shell would be needed for any other form, and the image
/// has none.
fn exec_form(text: &str) -> Vec<String> {
    text.strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or_else(|| panic!("not in exec form: {text}"))
        .split(',')
        .map(|word| {
            word.trim()
                .strip_prefix('"')
                .and_then(|word| word.strip_suffix('"'))
                .unwrap_or_else(|| panic!("not in exec form: {text}"))
                .to_owned()
        })
        .collect()
}

/// A COPY's stage, if it names one, its sources and its destination.
fn copy(text: &str) -> (Option<&str>, Vec<&str>, &str) {
    let (flags, mut paths): (Vec<&str>, Vec<&str>) = text
        .split_whitespace()
        .partition(|word| word.starts_with("--"));
    let stage = flags.iter().find_map(|flag| flag.strip_prefix("--from="));
    let destination = paths.pop().unwrap();
    assert!(!paths.is_empty(), "COPY {text}");
    (stage, paths, destination)
}

/// Where the image keeps the program.
fn program_in_image() -> String {
    let copies = all("COPY");
    let from_build: Vec<_> = copies
        .iter()
        .map(|text| copy(text))
        .filter(|(stage, ..)| stage.is_some())
        .collect();
    assert_eq!(from_build.len(), 1, "{from_build:?}");
    from_build[0].2.to_owned()
}

/// A field of Cargo.toml's `[package]`.
fn package(field: &str) -> String {
    read("Cargo.toml")
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == field).then(|| value.trim().trim_matches('"').to_owned())
        })
        .unwrap_or_else(|| panic!("no {field} in Cargo.toml"))
}

#[test]
fn what_is_copied_from_here_exists_and_reaches_the_builder() {
    let ignore = read(".dockerignore");
    let sent: Vec<&str> = ignore
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    let mut present: Vec<String> = Vec::new();
    for text in all("COPY") {
        let (stage, sources, _) = copy(&text);
        if stage.is_none() {
            present.extend(sources.into_iter().map(str::to_owned));
        }
    }
    for path in &present {
        assert!(project(path).exists(), "COPY {path}: there is none");
    }
    present.sort();
    let mut sent_sorted = sent;
    sent_sorted.sort_unstable();
    assert_eq!(present, sent_sorted, "the Dockerfile and .dockerignore");
}

#[test]
fn what_the_source_includes_is_copied() {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            for name in ["include_str!(\"", "include_bytes!(\""] {
                for rest in text.split(name).skip(1) {
                    let included = rest.split('"').next().unwrap();
                    found.push(folder.join(included).canonicalize().unwrap());
                }
            }
        }
    }
    let mut included = Vec::new();
    for folder in ["src", "crates"] {
        visit(&project(folder), &mut included);
    }
    assert!(!included.is_empty(), "the contract, at the least");
    let copies = all("COPY");
    let present: Vec<PathBuf> = copies
        .iter()
        .map(|text| copy(text))
        .filter(|(stage, ..)| stage.is_none())
        .flat_map(|(_, sources, _)| sources)
        .map(|source| project(source).canonicalize().unwrap())
        .collect();
    for path in included {
        assert!(
            present.iter().any(|present| path.starts_with(present)),
            "{} is part of the program, and the builder does not get it",
            path.display()
        );
    }
}

/// Macros read settings of their own beside Cargo.toml, and say nothing when
/// there are none.
#[test]
fn what_the_build_is_told_is_copied() {
    // The image names its own toolchain.
    const JUDGES_ONLY: [&str; 4] = [
        "clippy.toml",
        "deny.toml",
        "rust-toolchain.toml",
        "rustfmt.toml",
    ];
    let copies = all("COPY");
    let present: Vec<&str> = copies.iter().flat_map(|text| copy(text).1).collect();
    for entry in fs::read_dir(project(".")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_settings = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "toml");
        if is_settings && !JUDGES_ONLY.contains(&name.as_str()) {
            assert!(present.contains(&name.as_str()), "{name} is not present");
        }
    }
}

/// Name and version of each package in a lock file.
fn locked(path: &str) -> Vec<(String, String)> {
    let value = |line: &str, name: &str| {
        let rest = line.strip_prefix(name)?.strip_prefix(" = ")?;
        Some(rest.trim_matches('"').to_owned())
    };
    let text = read(path);
    let mut packages = Vec::new();
    for package in text.split("[[package]]").skip(1) {
        let find = |name| package.lines().find_map(|line| value(line, name)).unwrap();
        packages.push((find("name"), find("version")));
    }
    packages
}

/// What is fuzzed is what is built; and nothing of the fuzzing is in there.
#[test]
fn fuzzing_is_apart_and_has_the_same_dependencies() {
    let program = locked("Cargo.lock");
    let others: Vec<_> = locked("fuzz/Cargo.lock")
        .into_iter()
        .filter(|package| !program.contains(package))
        .map(|(name, _)| name)
        .collect();
    // libFuzzer's own, and the targets.
    assert_eq!(
        others,
        [
            "arbitrary",
            "jobserver",
            "libfuzzer-sys",
            "member-verification-fuzz"
        ],
        "cp Cargo.lock fuzz/Cargo.lock && cargo metadata --manifest-path fuzz/Cargo.toml"
    );
    for text in all("COPY") {
        let (_, sources, _) = copy(&text);
        assert!(!sources.iter().any(|source| source.starts_with("fuzz")));
    }
    assert!(!read(".dockerignore").contains("!fuzz"));
}

#[test]
fn the_program_is_copied_from_where_it_is_built() {
    let stages: Vec<String> = all("FROM")
        .iter()
        .filter_map(|text| text.split_once(" AS ").map(|(_, name)| name.to_owned()))
        .collect();
    let workdir = only("WORKDIR");
    let copies = all("COPY");
    let (stage, sources, _) = copies
        .iter()
        .map(|text| copy(text))
        .find(|(stage, ..)| stage.is_some())
        .unwrap();
    assert!(stages.iter().any(|name| Some(name.as_str()) == stage));
    assert_eq!(sources, [format!("{workdir}/target/release/{PROGRAM}")]);
    assert_eq!(package("name"), PROGRAM);
}

#[test]
fn the_image_runs_commands_that_the_program_knows() {
    let program = program_in_image();
    assert_eq!(
        exec_form(&only("ENTRYPOINT")),
        std::slice::from_ref(&program)
    );

    let command = exec_form(&only("CMD"));
    assert_eq!(command, ["serve"]);
    let healthcheck = only("HEALTHCHECK");
    let (_, probe) = healthcheck.split_once("CMD ").unwrap();
    let probe = exec_form(probe);
    assert_eq!(probe[0], program);
    assert_eq!(probe[1..], ["healthcheck"]);
    for name in [&command[0], &probe[1]] {
        assert!(is_command(name), "{PROGRAM} has no command {name}");
    }
    assert!(!is_command("no-such-command"));
}

#[test]
fn the_image_sets_only_settings_that_serve_reads() {
    let table = run(&["settings"]);
    let table = String::from_utf8(table.stdout).unwrap();
    let settings: Vec<(String, String)> = all("ENV")
        .iter()
        .map(|text| text.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for (name, value) in &settings {
        let read = table.contains(&format!("\n| `{name}` |"));
        assert!(read, "serve does not read {name}");
        assert!(
            value.starts_with("0.0.0.0:"),
            "{name}={value} can't be reached from outside the container"
        );
    }
    let names: Vec<&str> = settings.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["BIND", "ADMIN_BIND"]);
    let ports: Vec<&str> = settings
        .iter()
        .filter_map(|(_, value)| value.rsplit(':').next())
        .collect();
    assert_eq!(only("EXPOSE").split_whitespace().collect::<Vec<_>>(), ports);
}

#[test]
fn the_image_does_not_run_as_root() {
    let user = only("USER");
    let (user, group) = user.split_once(':').unwrap();
    for id in [user, group] {
        // Kubernetes' runAsNonRoot can judge only a number.
        assert_ne!(id.parse::<u32>().unwrap(), 0);
    }
}

#[test]
fn both_sides_of_the_image_are_of_one_debian_and_our_rust() {
    let from = all("FROM");
    assert_eq!(from.len(), 2, "{from:?}");
    let rust = package("rust-version");
    assert_eq!(from[0], format!("rust:{rust}-bookworm AS build"));
    assert!(from[1].ends_with("/cc-debian12:nonroot"), "{}", from[1]);
}

#[test]
fn each_build_step_states_its_network() {
    for step in all("RUN") {
        let (network, command) = step.split_once(' ').unwrap();
        assert!(
            ["--network=default", "--network=none"].contains(&network),
            "RUN {step}"
        );
        exec_form(command);
    }
}
