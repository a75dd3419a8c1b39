//! How to use a sandbox, said at its start.

use serde_json::json;

use crate::{settings::SandboxSettings, standard_window::window::PATHS};

/// What a NICE client needs to use a sandbox at `base_url`, by either API.
#[must_use]
pub fn describe(base_url: &str, settings: &SandboxSettings, institution_token: &str) -> String {
    let older = &settings.credentials;
    let newer = &settings.integrated;
    let methods: Vec<_> = newer.svc_types.iter().map(|one| one.letter()).collect();
    format!(
        "  base URL           {base_url}\n\n  \
           통합형 표준창 (standard window), {base_url}/digital/…\n  \
           client id          {}\n  \
           client secret      {}\n  \
           product            {}\n  \
           institution token  {institution_token}\n\n  \
           통합인증 (the newer API), {base_url}/ido/…\n  \
           client id          {}\n  \
           client secret      {}\n  \
           svc_types          {}",
        older.client_id,
        older.client_secret.expose(),
        older.product_id,
        newer.client_id,
        newer.client_secret.expose(),
        methods.join(", "),
    )
}

/// What a sandbox of its own prints at the start.
#[must_use]
pub fn greeting(base_url: &str, settings: &SandboxSettings, institution_token: &str) -> String {
    let nice = describe(base_url, settings, institution_token);
    format!(
        "NICE sandbox: nothing here is real.\n\n{nice}\n\n  pages              {base_url}/sandbox/\n"
    )
}

/// The same for a program that has started a sandbox: one line of JSON.
#[must_use]
pub fn greeting_json(
    base_url: &str,
    settings: &SandboxSettings,
    institution_token: &str,
) -> String {
    let (older, newer) = (&settings.credentials, &settings.integrated);
    let methods: Vec<_> = newer.svc_types.iter().map(|one| one.letter()).collect();
    json!({
        "base_url": base_url,
        "window_url": format!("{base_url}{}", PATHS[0]),
        "client_id": older.client_id,
        "client_secret": older.client_secret.expose(),
        "product_id": older.product_id,
        "institution_token": institution_token,
        "integrated": {
            "client_id": newer.client_id,
            "client_secret": newer.client_secret.expose(),
            "svc_types": methods,
        },
    })
    .to_string()
}
