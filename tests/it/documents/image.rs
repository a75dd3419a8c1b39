//! The Dockerfile against the source and the program. The build of the image
//! itself is a job of CI.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::read;
use crate::support::program::{run, text};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The arguments of each instruction of this name, continued lines joined.
fn all(name: &str) -> Vec<String> {
    let text: String = read("Dockerfile")
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| [line, "\n"])
        .collect();
    text.replace("\\\n", " ")
        .lines()
        .filter_map(|line| line.trim().strip_prefix(name)?.strip_prefix(' '))
        .map(|arguments| arguments.trim().to_owned())
        .collect()
}

/// What the builder gets of this repository.
fn copied() -> Vec<PathBuf> {
    let copies = all("COPY");
    copies
        .iter()
        .filter(|arguments| !arguments.starts_with("--from"))
        .flat_map(|arguments| {
            let words: Vec<&str> = arguments.split_whitespace().collect();
            let sources = words[..words.len() - 1].to_vec();
            sources.into_iter().map(project)
        })
        .map(|source| {
            source
                .canonicalize()
                .unwrap_or_else(|error| panic!("COPY {}: {error}", source.display()))
        })
        .collect()
}

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

#[test]
fn the_builder_gets_all_files_that_the_source_includes() {
    let mut needed = Vec::new();
    // The builder compiles no tests.
    let folders = ["src", "crates/nice-crypto/src", "crates/nice-sandbox/src"];
    for folder in folders.map(project) {
        visit(&folder, &mut needed);
    }
    assert!(needed.len() > 5, "{needed:?}");
    let copied = copied();
    for path in needed {
        assert!(
            copied.iter().any(|copied| path.starts_with(copied)),
            "COPY {}: the source includes it",
            path.display()
        );
    }
}

#[tokio::test]
async fn the_image_runs_commands_and_sets_settings_that_exist() {
    // As a number: Kubernetes' runAsNonRoot can't judge a name.
    assert_eq!(all("USER"), ["65532:65532"]);
    let program = "\"/usr/local/bin/member-verification\"";
    assert_eq!(all("ENTRYPOINT"), [format!("[{program}]")]);
    assert_eq!(all("CMD"), ["[\"serve\"]"]);
    let healthcheck = all("HEALTHCHECK").concat();
    assert!(
        healthcheck.ends_with(&format!("CMD [{program}, \"healthcheck\"]")),
        "{healthcheck}"
    );
    for command in ["serve", "healthcheck"] {
        let help = run(&[command, "--help"], &[]).await;
        assert!(help.status.success(), "{command}");
    }
    let known = text(&run(&["settings"], &[]).await.stdout);
    let settings = all("ENV");
    assert_eq!(settings.len(), 2, "{settings:?}");
    for setting in settings {
        let (name, value) = setting.split_once('=').unwrap();
        assert!(known.contains(&format!("\n| `{name}` |")), "{name}");
        assert!(
            value.starts_with("0.0.0.0:"),
            "{name}={value}: nobody outside reaches it"
        );
    }
}

/// The image is built by the pinned toolchain, and no step reaches the network
/// unless it says so.
#[test]
fn the_image_is_built_as_it_says() {
    let pinned = read("rust-toolchain.toml");
    let channel = pinned.split("channel = \"").nth(1).unwrap();
    let version = channel.split(".0\"").next().unwrap();
    let from = all("FROM");
    assert!(
        from[0].starts_with(&format!("rust:{version}-")),
        "{from:?} is not {version}"
    );
    let steps = all("RUN");
    assert!(!steps.is_empty());
    for step in steps {
        let says = step.starts_with("--network=none ") || step.starts_with("--network=default ");
        assert!(says, "RUN {step}");
        let compiles = step.contains("\"build\"");
        assert!(!compiles || step.starts_with("--network=none "), "{step}");
    }
    let listens: Vec<String> = all("ENV")
        .iter()
        .map(|setting| setting.rsplit(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(all("EXPOSE"), [listens.join(" ")]);
}

/// The packages of a lock file, each with its version.
fn locked(path: &str) -> Vec<String> {
    let text = read(path);
    text.split("[[package]]\n")
        .skip(1)
        .map(|package| package.lines().take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The fuzz targets have a lock file of their own; they must test the
/// dependencies that are shipped.
#[test]
fn fuzzing_has_the_dependencies_of_the_program() {
    let program = locked("Cargo.lock");
    let mut others = locked("fuzz/Cargo.lock");
    others.retain(|package| !program.contains(package));
    let own = |package: &String| {
        [
            "arbitrary",
            "jobserver",
            "libfuzzer-sys",
            "member-verification-fuzz",
        ]
        .iter()
        .any(|name| package.starts_with(&format!("name = \"{name}\"")))
    };
    let strange: Vec<_> = others.iter().filter(|package| !own(package)).collect();
    assert!(
        strange.is_empty(),
        "{strange:?}: cp Cargo.lock fuzz/Cargo.lock && cargo metadata --manifest-path fuzz/Cargo.toml"
    );
    assert!(
        !all("COPY")
            .iter()
            .any(|arguments| arguments.starts_with("fuzz"))
    );
}
