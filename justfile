# The project's commands: `just --list`. CONTRIBUTING.md says more of them.

# Run the service with its own sandbox.
run *args:
    cargo run --locked -- serve --sandbox {{args}}

# What a change has to pass, or some of its steps.
ci *steps:
    .ci/run {{steps}}

# All tests, or some of their steps.
test *steps:
    tests/run {{steps}}

# The tests in Rust whose names contain a text.
rust *filter:
    cargo test --locked --workspace {{filter}}

# A folder of the tests from outside: browser, deploy, foreign, …
e2e folder="e2e":
    tests/run {{folder}}

# The long forms of chaos, soak and fuzzing, after all other tests.
nightly *steps:
    tests/run --nightly {{steps}}

# The packages of both programs, into dist/.
dist *args:
    packaging/build {{args}}

# Format everything.
fmt:
    cargo fmt --all
    cargo fmt --manifest-path benches/Cargo.toml
    cargo fmt --manifest-path fuzz/Cargo.toml

# Clippy, as the CI runs it.
clippy:
    .ci/run clippy

# Rustdoc, as the CI builds it.
doc:
    .ci/run doc

# Licences, sources, duplicates.
deny:
    .ci/run deny

# Dependencies that nothing uses.
machete:
    .ci/run machete

# Links of the documents.
links:
    .ci/run links

# The workflow on GitHub.
workflows:
    .ci/run workflows

# Print the documents that are made from the code.
print:
    cargo run --locked -- settings > docs/settings.md
    cargo run --locked -- openapi > openapi/member-api.json
    cargo run --locked -- openapi --version 3.0 > openapi/member-api-3.0.json
    cargo run --locked -- openapi --postman > openapi/member-api.postman_collection.json

# Fuzz some targets: `just fuzz --minutes 60 request`.
fuzz *args:
    fuzz/run {{args}}

# How fast the service is.
bench *args:
    benches/load/run {{args}}
