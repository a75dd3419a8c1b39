# The Rust and the Debian of the build: Debian 12 (bookworm) on both sides,
# for the program is linked with the glibc it is built against.
FROM rust:1.95-bookworm AS build
WORKDIR /src

# cargo-auditable writes the list of dependencies into the program, so that a
# scanner can judge the image long after it was built.
RUN --network=default ["cargo", "install", "--locked", "cargo-auditable", "--version", "0.7.7"]

COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY src src
# The contract and the callback page are part of the program.
COPY openapi openapi
COPY clients/popup clients/popup

RUN --network=default ["cargo", "fetch", "--locked"]
RUN --network=none ["cargo", "auditable", "build", "--release", "--locked", "--offline", "--package", "member-verification"]

# glibc, libgcc and the CA certificates that NICE's TLS is checked with;
# no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/member-verification /usr/local/bin/member-verification

# The image's own user, as a number: Kubernetes can't tell from a name that it
# is not root.
USER 65532:65532

# Loopback, the default, would be the container's own.
ENV BIND=0.0.0.0:8080
ENV ADMIN_BIND=0.0.0.0:8081
EXPOSE 8080 8081

HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["/usr/local/bin/member-verification", "healthcheck"]

ENTRYPOINT ["/usr/local/bin/member-verification"]
CMD ["serve"]
