//! Addresses that others name and we call: only to hosts and networks that the office allows.
//!
//! A name is resolved here, what it resolves to is filtered, and the connection goes to that very
//! address, so that a name cannot point elsewhere between the look and the call (DNS rebinding).

pub mod answer;
pub mod http;
pub mod secret;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde::Deserialize;

use crate::config::Cidr;

/// A host, or with `*.` before it all hosts below; at the port of https, unless it names another.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HostPattern {
    name: String,
    port: u16,
}

/// The port of https.
const HTTPS: u16 = 443;

/// A text that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a host nor *. and a domain, with a port where it is not 443")]
pub struct InvalidHost(String);

impl HostPattern {
    /// Whether a host, in lower case, is meant at this port: whoever may choose ports can try which ones are open.
    fn holds(&self, host: &str, port: u16) -> bool {
        let is_named = match self.name.strip_prefix('*') {
            Some(below) => host.len() > below.len() && host.ends_with(below),
            None => host == self.name,
        };
        is_named && port == self.port
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        if self.port == HTTPS { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl FromStr for HostPattern {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let invalid = || InvalidHost(text.to_owned());
        let place = text.strip_prefix("*.").unwrap_or(text);
        let wild = text.len() > place.len();
        // What browsers make of a host, and nothing but a host.
        let address = Url::parse(&format!("https://{place}/")).map_err(|_| invalid())?;
        let name = address.host_str().ok_or_else(invalid)?;
        let port = address.port().unwrap_or(HTTPS);
        let written = match address.port() {
            Some(port) => format!("https://{name}:{port}/"),
            None => format!("https://{name}/"),
        };
        let bare = address.as_str() == written && !place.contains(['/', '@', '*']);
        let literal = number(&address).is_some();
        match (wild, literal) {
            (true, false) if bare && name.contains('.') => {
                Ok(Self { name: format!("*.{name}"), port })
            }
            (false, _) if bare => Ok(Self { name: name.to_owned(), port }),
            _ => Err(invalid()),
        }
    }
}

impl TryFrom<String> for HostPattern {
    type Error = InvalidHost;

    fn try_from(text: String) -> Result<Self, InvalidHost> {
        text.parse()
    }
}

/// Why an address is not called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Another scheme than https, a user in it, or no host.
    #[error("not an https address without a user")]
    Form,
    /// A host that nobody allowed.
    #[error("{0} is not a host that the configuration allows")]
    Host(String),
    /// An address inside the office's network, of this machine, or of no use on the internet.
    #[error("{0} is not a public address, and the configuration does not allow its network")]
    Network(IpAddr),
    /// No address, or none that may be called.
    #[error("{0} does not lead to an address that may be called")]
    Unresolved(String),
}

/// Which hosts may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// Those that an administrator wrote down; their networks alone are looked at.
    Any,
    /// These; none where it is empty.
    These(Vec<HostPattern>),
}

impl Default for Hosts {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Hosts {
    /// The ones that are named.
    #[must_use]
    pub fn these(&self) -> &[HostPattern] {
        match self {
            Self::Any => &[],
            Self::These(patterns) => patterns,
        }
    }

    fn hold(&self, host: &str, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::These(patterns) => patterns.iter().any(|pattern| pattern.holds(host, port)),
        }
    }
}

/// What may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Hosts that are allowed.
    pub hosts: Hosts,
    /// Networks that are allowed although they are not public.
    pub private: Vec<Cidr>,
}

impl Filter {
    /// Refuses an address by its looks, and gives its host: what its name leads to is looked at when
    /// it is called ([`Filter::resolver`]).
    pub fn check(&self, address: &Url) -> Result<String, Refused> {
        let plain = address.username().is_empty() && address.password().is_none();
        if address.scheme() != "https" || !plain {
            return Err(Refused::Form);
        }
        let name = address.host_str().ok_or(Refused::Form)?.to_owned();
        let port = address.port_or_known_default().unwrap_or(HTTPS);
        if !self.hosts.hold(&name, port) {
            return Err(Refused::Host(name));
        }
        // A number needs no resolver, so it is looked at here.
        if let Some(number) = number(address) {
            self.check_address(number)?;
        }
        Ok(name)
    }

    /// Refuses addresses that are neither public nor allowed.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Refused> {
        let address = address.to_canonical();
        let allowed = self.private.iter().any(|network| network.holds(address));
        if allowed || is_public(address) { Ok(()) } else { Err(Refused::Network(address)) }
    }

    /// Resolves names to allowed addresses only.
    #[must_use]
    pub fn resolver(&self, names: Arc<dyn Names>) -> FilteredNames {
        FilteredNames { filter: self.clone(), names }
    }
}

/// The number that stands in the place of a name.
fn number(address: &Url) -> Option<IpAddr> {
    let host = address.host_str()?;
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// What names lead to.
pub trait Names: Send + Sync {
    /// All addresses of a name.
    fn addresses(
        &self,
        name: String,
    ) -> futures_util::future::BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses(
        &self,
        name: String,
    ) -> futures_util::future::BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A resolver for the HTTP client that leaves out what the filter refuses.
pub struct FilteredNames {
    filter: Filter,
    names: Arc<dyn Names>,
}

impl Resolve for FilteredNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (filter, name) = (self.filter.clone(), name.as_str().to_owned());
        let asked = self.names.addresses(name.clone());
        Box::pin(async move {
            let found = asked.await?;
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| filter.check_address(*address).is_ok())
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if allowed.is_empty() {
                return Err(Refused::Unresolved(name).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the internet's (IANA special-purpose address registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240)
}

// Only global unicast, without what stands for an IPv4 address or tunnels to one.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = (a & 0xe000) == 0x2000;
    let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    let protocol = a == 0x2001 && b < 0x0200;
    let six_to_four = a == 0x2002;
    global && !documentation && !protocol && !six_to_four
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(hosts: &[&str], private: &[&str]) -> Filter {
        Filter {
            hosts: Hosts::These(hosts.iter().map(|host| host.parse().unwrap()).collect()),
            private: private.iter().map(|network| network.parse().unwrap()).collect(),
        }
    }

    fn check(filter: &Filter, address: &str) -> Result<String, Refused> {
        filter.check(&Url::parse(address).unwrap())
    }

    #[test]
    fn only_allowed_hosts_are_called_and_only_by_https() {
        let hosts = ["push.example.vn", "push.example.vn:8443", "*.notify.example.com"];
        let filter = filter(&hosts, &[]);
        for sound in [
            "https://push.example.vn/x",
            "https://push.example.vn:443/x",
            "https://PUSH.example.vn:8443/x",
            "https://a.b.notify.example.com/",
        ] {
            check(&filter, sound).unwrap();
        }
        for form in
            ["http://push.example.vn/", "https://u@push.example.vn/", "ftp://push.example.vn"]
        {
            assert_eq!(check(&filter, form), Err(Refused::Form), "{form}");
        }
        for host in [
            "https://push.example.vn.evil.example/",
            "https://evilpush.example.vn/",
            "https://notify.example.com/",
            "https://xnotify.example.com/",
            "https://push.example.vn./",
            "https://push.example.vn:22/",
            "https://a.notify.example.com:8443/",
        ] {
            assert!(matches!(check(&filter, host), Err(Refused::Host(_))), "{host}");
        }
    }

    #[test]
    fn no_address_of_the_inside_is_called_however_it_is_written() {
        let any = filter(
            &[
                "127.0.0.1",
                "10.0.0.8",
                "169.254.169.254",
                "[::1]",
                "[::ffff:10.0.0.8]",
                "[fd00::1]",
            ],
            &[],
        );
        for inside in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://10.0.0.8/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:10.0.0.8]/",
            "https://[fd00::1]/",
        ] {
            assert!(matches!(check(&any, inside), Err(Refused::Network(_))), "{inside}");
        }
    }

    #[test]
    fn what_is_not_the_internets_is_not_public() {
        let none = Filter::default();
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:192.168.1.1",
            "::7f00:1",
            "64:ff9b::a00:8",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = inside.parse().unwrap();
            assert!(none.check_address(address).is_err(), "{inside}");
        }
        for public in ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111"] {
            none.check_address(public.parse().unwrap()).unwrap();
        }
    }

    #[test]
    fn a_network_is_allowed_by_the_configuration_alone() {
        let office = filter(&["10.0.0.8"], &["10.0.0.0/24"]);
        check(&office, "https://10.0.0.8/").unwrap();
        assert!(office.check_address("10.0.1.8".parse().unwrap()).is_err());
        office.check_address("::ffff:10.0.0.9".parse().unwrap()).unwrap();
    }

    #[test]
    fn patterns_are_hosts() {
        for wrong in [
            "",
            "*",
            "*.",
            "*.com",
            "a b",
            "https://a",
            "a/b",
            "*.10.0.0.8",
            "a:x",
            "a:0x1",
            "a:70000",
        ] {
            assert!(wrong.parse::<HostPattern>().is_err(), "{wrong}");
        }
        let written = |text: &str| text.parse::<HostPattern>().unwrap().to_string();
        assert_eq!(written("Bücher.example"), "xn--bcher-kva.example");
        assert_eq!(written("*.push.example:8443"), "*.push.example:8443");
        assert_eq!(written("push.example:443"), "push.example");
    }

    struct Rebinding(std::sync::Mutex<Vec<Vec<IpAddr>>>);

    impl Names for Rebinding {
        fn addresses(
            &self,
            _: String,
        ) -> futures_util::future::BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
            let next = self.0.lock().unwrap().pop().unwrap_or_default();
            Box::pin(async move { Ok(next) })
        }
    }

    #[tokio::test]
    async fn a_name_that_turns_inside_leads_nowhere() {
        let (public, inside) = ("1.1.1.1".parse().unwrap(), "127.0.0.1".parse().unwrap());
        let answers = vec![vec![], vec![inside], vec![inside, public], vec![public]];
        let names = Arc::new(Rebinding(std::sync::Mutex::new(answers)));
        let resolver = Filter::default().resolver(names);
        let mut led = Vec::new();
        for _ in 0..4 {
            let name = "rebind.example".parse().unwrap();
            led.push(resolver.resolve(name).await.map(Iterator::collect::<Vec<_>>).ok());
        }
        let only = Some(vec![SocketAddr::new(public, 0)]);
        assert_eq!(led, [only.clone(), only, None, None]);
    }
}
