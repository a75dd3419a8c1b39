//! Where people may be sent: the hosts of NICE's window.

use url::{Host, Url};

/// `NICE_WINDOW_HOSTS`: the only hosts that an `auth_url` may lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowHosts(Vec<WindowHost>);

/// A host, with the port of https unless another is given.
#[derive(Clone, Debug, PartialEq, Eq)]
struct WindowHost {
    host: Host,
    port: u16,
}

impl WindowHosts {
    /// NICE's own, as its guide lists them.
    pub const DEFAULT: &str =
        "auth.niceid.co.kr,cert.niceid.co.kr,nice.checkplus.co.kr,cert.vno.co.kr";

    /// Reads entries such as `auth.niceid.co.kr` or `127.0.0.1:22001`.
    ///
    /// # Errors
    ///
    /// What is wrong with the first bad one, as the end of `"entry" …`.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        entries
            .into_iter()
            .map(WindowHost::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// All entries of both lists.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// The address, if NICE's window may be there: https, or http on this
    /// machine; no user name; host and port exactly as listed.
    #[must_use]
    pub fn check(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let is_safe = match url.scheme() {
            "https" => true,
            "http" => url.host().is_some_and(|host| is_loopback(&host)),
            _ => false,
        };
        let port = url.port_or_known_default()?;
        let is_listed = self.0.iter().any(|listed| {
            Some(&listed.host) == url.host().map(|host| host.to_owned()).as_ref()
                && listed.port == port
        });
        let has_login = !url.username().is_empty() || url.password().is_some();
        (is_safe && is_listed && !has_login).then_some(url)
    }
}

impl WindowHost {
    fn parse(entry: &str) -> Result<Self, String> {
        let wrong = || {
            "is not a host; write it like auth.niceid.co.kr, or with a port like 127.0.0.1:22001"
                .to_owned()
        };
        // A scheme whose default port is none of the web's, so that each
        // port that is written stays.
        let url = Url::parse(&format!("https://{entry}/")).map_err(|_| wrong())?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && !entry.contains(['/', '\\', '@', '?', '#', '*']);
        let host = url.host().filter(|_| is_bare).ok_or_else(wrong)?.to_owned();
        Ok(Self {
            port: url.port().unwrap_or(443),
            host,
        })
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_from_the_list_alone() {
        let hosts = WindowHosts::parse(WindowHosts::DEFAULT.split(',')).unwrap();
        let hosts = hosts
            .and(WindowHosts::parse(["127.0.0.1:22001", "[::1]:80", "a.example:8443"]).unwrap());
        for address in [
            "https://auth.niceid.co.kr/ido/cert/request/S1x",
            "https://AUTH.niceid.co.kr:443/x",
            "https://cert.vno.co.kr/intc/request/1?a=b",
            "https://nice.checkplus.co.kr/",
            "https://cert.niceid.co.kr",
            "http://127.0.0.1:22001/ido",
            "https://127.0.0.1:22001/ido",
            "http://[::1]/ido",
            "https://a.example:8443/",
        ] {
            assert!(hosts.check(address).is_some(), "{address}");
        }
        for address in [
            "http://auth.niceid.co.kr/",
            "https://auth.niceid.co.kr:8443/",
            "https://auth.niceid.co.kr./",
            "https://auth.niceid.co.kr.evil.example/",
            "https://evil.example/auth.niceid.co.kr",
            "https://auth.niceid.co.kr@evil.example/",
            "https://user@auth.niceid.co.kr/",
            "https://user:pass@auth.niceid.co.kr/",
            "https://niceid.co.kr/",
            "https://x.auth.niceid.co.kr/",
            "http://127.0.0.1:22002/",
            "http://127.0.0.1/",
            "http://localhost:22001/",
            "http://a.example:8443/",
            "https://a.example/",
            "javascript:alert(1)",
            "//auth.niceid.co.kr/",
            "/ido/cert/request/S1x",
            "",
        ] {
            assert!(hosts.check(address).is_none(), "{address}");
        }
    }

    #[test]
    fn an_entry_is_a_host_and_nothing_else() {
        for entry in [
            "",
            "https://a.example",
            "a.example/x",
            "user@a.example",
            "a.example:99999",
            "*.a.example",
            "a b.example",
            "a.example?x",
            "a.example#x",
            ":443",
        ] {
            assert!(WindowHosts::parse([entry]).is_err(), "{entry}");
        }
    }
}
