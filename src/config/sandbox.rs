//! The settings of the sandbox.

use std::time::Duration;

use clap::Args;

use super::{Reader, Setting, setting::setting};
use crate::{
    nice::Credentials,
    sandbox::{
        IntegratedSettings, Sandbox, SandboxSettings,
        settings::{self, SvcType, client_id, period, result_fields, svc_types, token},
    },
    secret::Secret,
};

/// What the sandbox accepts.
#[expect(
    clippy::struct_field_names,
    reason = "a field is named like its variable"
)]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Sandbox")]
pub struct SandboxArgs {
    /// Client id that the sandbox accepts
    #[arg(long, env, value_name = "ID", default_value = settings::CLIENT_ID)]
    #[arg(value_parser = setting(client_id))]
    sandbox_client_id: Setting<String>,
    /// Client secret that the sandbox accepts; protects nothing real
    #[arg(long, env, value_name = "TEXT", default_value = settings::CLIENT_SECRET)]
    #[arg(value_parser = setting(|text| token(text).map(Secret::new)))]
    sandbox_client_secret: Setting<Secret>,
    /// Product code that the sandbox accepts
    #[arg(long, env, value_name = "CODE", default_value = settings::PRODUCT_ID)]
    #[arg(value_parser = setting(token))]
    sandbox_product_id: Setting<String>,
    /// Lifetime of the sandbox's crypto tokens, 60s to 24h
    #[arg(long, env, value_name = "TIME", default_value = settings::PERIOD)]
    #[arg(value_parser = setting(period))]
    sandbox_period: Setting<Duration>,
    /// Client id of the newer API (통합인증) that the sandbox accepts
    #[arg(long, env, value_name = "ID", default_value = settings::INTEGRATED_CLIENT_ID)]
    #[arg(value_parser = setting(client_id))]
    sandbox_integrated_client_id: Setting<String>,
    /// Client secret of the newer API that the sandbox accepts; protects nothing real
    #[arg(long, env, value_name = "TEXT", default_value = settings::INTEGRATED_CLIENT_SECRET)]
    #[arg(value_parser = setting(|text| token(text).map(Secret::new)))]
    sandbox_integrated_client_secret: Setting<Secret>,
    /// Methods of the newer API's contract: M, F, U, I
    #[arg(long, env, value_name = "LIST", default_value = settings::SVC_TYPES)]
    #[arg(value_parser = setting(svc_types))]
    sandbox_svc_types: Setting<Vec<SvcType>>,
    /// Fields of the newer API's results, by contract
    #[arg(long, env, value_name = "LIST", default_value = settings::RESULT_FIELDS)]
    #[arg(value_parser = setting(result_fields))]
    sandbox_result_fields: Setting<Vec<&'static str>>,
}

/// The sandbox, and where it is.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Its credentials, and how it answers.
    pub settings: SandboxSettings,
    /// Path of its window within the service.
    pub window_path: String,
}

impl SandboxConfig {
    /// Reads all of it but `window_path`, which is no setting; `auto_approve`
    /// is a flag of the command.
    pub fn read(
        args: &SandboxArgs,
        window_path: String,
        auto_approve: Option<String>,
        reader: &mut Reader,
    ) -> Self {
        if let Some(persona) = &auto_approve
            && let Err(mistake) = Sandbox::knows_persona(persona)
        {
            reader.mistake("--auto-approve", mistake);
        }
        Self {
            settings: SandboxSettings {
                credentials: Credentials {
                    client_id: reader.take(&args.sandbox_client_id),
                    client_secret: reader.take(&args.sandbox_client_secret),
                    product_id: reader.take(&args.sandbox_product_id),
                },
                period: reader.take(&args.sandbox_period),
                auto_approve,
                integrated: IntegratedSettings {
                    client_id: reader.take(&args.sandbox_integrated_client_id),
                    client_secret: reader.take(&args.sandbox_integrated_client_secret),
                    svc_types: reader.take(&args.sandbox_svc_types),
                    fields: reader.take(&args.sandbox_result_fields),
                },
            },
            window_path,
        }
    }
}
