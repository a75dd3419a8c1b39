//! Which of NICE's two APIs the service speaks to, and what only 통합인증 needs.

use clap::Args;
use url::Url;

use super::{
    Reader, Setting,
    setting::{list, setting},
    values,
};
use crate::nice::integrated::{SvcType, WindowHosts, is_client_id};

/// The host of the standard window's API.
const STANDARD_WINDOW_HOST: &str = "svc.niceapi.co.kr";
/// The host of 통합인증.
const INTEGRATED_HOST: &str = "auth.niceid.co.kr";
/// The default of `NICE_BASE_URL` with 통합인증.
const INTEGRATED_BASE_URL: &str = "https://auth.niceid.co.kr";

/// The choice of the API.
#[expect(
    clippy::struct_field_names,
    reason = "a field is named like its variable"
)]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "NICE")]
pub struct ApiArgs {
    /// NICE's API that the contract is for: standard-window (본인확인 통합형,
    /// svc.niceapi.co.kr) or integrated (통합인증, auth.niceid.co.kr)
    #[arg(long, env, value_name = "API", default_value = "standard-window")]
    #[arg(value_parser = setting(api))]
    pub(super) nice_api: Setting<ApiName>,
    /// With integrated: the methods that the contract covers, of M (phone), F
    /// (financial certificate), U (joint certificate) and I (i-PIN)
    #[arg(long, env, value_name = "LETTERS", default_value = "M")]
    #[arg(value_parser = list(svc_type))]
    nice_svc_types: Setting<Vec<SvcType>>,
    /// With integrated: the hosts that people may be sent to, such as
    /// auth.niceid.co.kr or, on this machine, 127.0.0.1:22001
    #[arg(long, env, value_name = "HOSTS", default_value = WindowHosts::DEFAULT)]
    #[arg(value_parser = list(window_host))]
    nice_window_hosts: Setting<Vec<WindowHosts>>,
}

/// `NICE_API`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ApiName {
    StandardWindow,
    Integrated,
}

/// NICE's API, with what it needs.
#[derive(Clone, Debug)]
pub enum NiceApi {
    /// 본인확인(통합형): the standard window.
    StandardWindow,
    /// 통합인증.
    Integrated(IntegratedConfig),
}

/// What only 통합인증 needs.
#[derive(Clone, Debug)]
pub struct IntegratedConfig {
    /// `NICE_SVC_TYPES`: at least one, each once.
    pub svc_types: Vec<SvcType>,
    /// `NICE_WINDOW_HOSTS`.
    pub window_hosts: WindowHosts,
}

impl NiceApi {
    /// Whether it is 통합인증.
    #[must_use]
    pub const fn is_integrated(&self) -> bool {
        matches!(self, Self::Integrated(_))
    }

    /// Lets people be sent to the window of the sandbox at `url` as well.
    pub(super) fn allow_sandbox(&mut self, url: &Url) {
        if let Self::Integrated(config) = self
            && let Ok(more) = WindowHosts::parse([url.authority()])
        {
            config.window_hosts = config.window_hosts.clone().and(more);
        }
    }
}

impl ApiArgs {
    pub(super) fn is_integrated(&self) -> bool {
        self.nice_api.value == ApiName::Integrated
    }

    /// A mistake in `NICE_API` says nothing about which API was meant.
    fn is_known(&self) -> bool {
        self.nice_api.mistakes.is_empty()
    }

    pub(super) fn read(&self, reader: &mut Reader) -> NiceApi {
        let api = reader.take(&self.nice_api);
        let svc_types = svc_types(&self.nice_svc_types, reader);
        let window_hosts = window_hosts(&self.nice_window_hosts, reader);
        match api {
            ApiName::Integrated => NiceApi::Integrated(IntegratedConfig {
                svc_types,
                window_hosts,
            }),
            ApiName::StandardWindow => {
                for (name, is_given) in [
                    (&self.nice_svc_types.name, self.nice_svc_types.is_given),
                    (
                        &self.nice_window_hosts.name,
                        self.nice_window_hosts.is_given,
                    ),
                ] {
                    if is_given {
                        reader.warn(name, "has no effect without NICE_API=integrated");
                    }
                }
                NiceApi::StandardWindow
            }
        }
    }

    /// Refuses the client id of one API with the other: NICE's answer to it
    /// looks like an address that isn't registered.
    pub(super) fn check_client_id(&self, id: &Setting<Option<String>>, reader: &mut Reader) {
        let Some(text) = id.value.as_deref().filter(|_| self.is_known()) else {
            return;
        };
        match self.nice_api.value {
            ApiName::StandardWindow if is_client_id(text) => reader.mistake(
                &id.name,
                "belongs to 통합인증 (NI and a UUID), but NICE_API is standard-window, whose \
                 gateway answers such an id with GW 1702, as if this address weren't \
                 registered; set NICE_API=integrated, or take the client id of the standard \
                 window's contract",
            ),
            ApiName::Integrated if !text.starts_with("NI") => reader.mistake(
                &id.name,
                "is not a client id of 통합인증 (NI and a UUID), but NICE_API is \
                 integrated; set NICE_API=standard-window, or take the client id that NICE \
                 sent for 통합인증 by e-mail",
            ),
            ApiName::StandardWindow | ApiName::Integrated => {}
        }
    }

    /// The base URL, or the default of the API. Refuses the host of the other
    /// API: what answers there looks like NICE.
    pub(super) fn base_url(&self, setting: &Setting<Url>, reader: &mut Reader) -> Url {
        let url = reader.take(setting);
        if self.is_integrated() && !setting.is_given {
            return values::nice_base_url(INTEGRATED_BASE_URL).unwrap_or(url);
        }
        let (api, of_other) = match self.nice_api.value {
            ApiName::StandardWindow => ("standard-window", INTEGRATED_HOST),
            ApiName::Integrated => ("integrated", STANDARD_WINDOW_HOST),
        };
        if self.is_known() && url.host_str() == Some(of_other) {
            reader.mistake(
                &setting.name,
                format_args!(
                    "leads to {of_other}, which is NICE's other API, but NICE_API is {api}; \
                     unset it, or change NICE_API"
                ),
            );
        }
        url
    }
}

fn svc_types(setting: &Setting<Vec<SvcType>>, reader: &mut Reader) -> Vec<SvcType> {
    let given = reader.take(setting);
    if given.is_empty() && setting.mistakes.is_empty() {
        reader.mistake(
            &setting.name,
            "contains no method; write one of M, F, U and I",
        );
    }
    // In NICE's order, each once.
    let listed = SvcType::ALL.into_iter();
    listed.filter(|method| given.contains(method)).collect()
}

fn window_hosts(setting: &Setting<Vec<WindowHosts>>, reader: &mut Reader) -> WindowHosts {
    let mut hosts = reader.take(setting).into_iter();
    let Some(first) = hosts.next() else {
        if setting.mistakes.is_empty() {
            reader.mistake(&setting.name, "contains no host");
        }
        return WindowHosts::default();
    };
    hosts.fold(first, WindowHosts::and)
}

fn api(text: &str) -> Result<ApiName, String> {
    match text {
        "standard-window" => Ok(ApiName::StandardWindow),
        "integrated" => Ok(ApiName::Integrated),
        _ => Err("is neither standard-window nor integrated".to_owned()),
    }
}

fn svc_type(text: &str) -> Result<SvcType, String> {
    SvcType::of_letter(text).ok_or_else(|| "is none of M, F, U and I".to_owned())
}

fn window_host(text: &str) -> Result<WindowHosts, String> {
    WindowHosts::parse([text])
}
