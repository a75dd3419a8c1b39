//! The sandbox without the service, on a free port.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use member_verification::{
    clock::Clock,
    nice::Credentials,
    random::Random,
    sandbox::{IntegratedSettings, Sandbox, SandboxSettings},
    secret::Secret,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What a client of this sandbox needs.
pub(crate) fn settings() -> SandboxSettings {
    SandboxSettings {
        credentials: Credentials {
            client_id: "client".to_owned(),
            client_secret: Secret::new("secret".to_owned()),
            product_id: "2101979031".to_owned(),
        },
        period: Duration::from_hours(1),
        auto_approve: None,
        integrated: IntegratedSettings::default(),
    }
}

/// A sandbox that makes the same values in each run.
pub(crate) fn sandbox(clock: Clock) -> Sandbox {
    Sandbox::new(settings(), clock, Random::seeded(7))
}

pub(crate) async fn serve(router: Router) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, server)
}
