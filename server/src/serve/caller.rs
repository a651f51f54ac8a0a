//! Where requests come from: the other end of the connection, or what the proxy in front says.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Once};

use axum::Router;
use axum::extract::Request;
use axum::extract::connect_info::{ConnectInfo, Connected, IntoMakeServiceWithConnectInfo};
use axum::middleware::{Next, from_fn};
use axum::serve::{IncomingStream, Listener};
use http::HeaderMap;

use super::idle::Impatient;
use crate::config::{Cidr, Transport};
use crate::console::CallerAddress;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(SocketAddr);

impl<L: Listener<Addr = SocketAddr>> Connected<IncomingStream<'_, Impatient<L>>> for Peer
where
    L::Io: 'static,
{
    fn connect_info(stream: IncomingStream<'_, Impatient<L>>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// The routes, each request with the address of its caller, if that is known.
pub(super) fn noted(router: Router, transport: &Transport) -> Router {
    let proxies: Option<Arc<[Cidr]>> = match transport {
        Transport::BehindProxy { proxies } => Some(proxies.as_slice().into()),
        Transport::Tls { .. } | Transport::Loopback => None,
    };
    router.layer(from_fn(
        move |ConnectInfo(Peer(peer)): ConnectInfo<Peer>, mut request: Request, next: Next| {
            let address = match &proxies {
                Some(proxies) => forwarded(request.headers(), peer.ip(), proxies),
                None => Some(peer.ip()),
            };
            if let Some(address) = address {
                request.extensions_mut().insert(CallerAddress(address));
            }
            next.run(request)
        },
    ))
}

/// What a listener serves.
pub(super) fn service(router: Router) -> IntoMakeServiceWithConnectInfo<Router, Peer> {
    router.into_make_service_with_connect_info()
}

/// Whom the proxies say that they answer: read from the end of `X-Forwarded-For`, the first that is no
/// proxy of ours; what stands before it is the caller's own word. Nobody where a proxy says nothing that
/// can be read: all would be one.
fn forwarded(headers: &HeaderMap, peer: IpAddr, proxies: &[Cidr]) -> Option<IpAddr> {
    static NOT_NAMED: Once = Once::new();
    static SILENT: Once = Once::new();
    let is_proxy = |address| proxies.iter().any(|proxy| proxy.holds(address));
    let lines = headers.get_all("x-forwarded-for");
    if !is_proxy(peer) {
        if lines.iter().next().is_some() {
            NOT_NAMED.call_once(|| {
                tracing::warn!(%peer, "X-Forwarded-For is not believed: --proxy does not name who sent it");
            });
        }
        return Some(peer);
    }
    let mut caller = None;
    'read: for line in lines.iter().rev() {
        for written in line.to_str().unwrap_or_default().rsplit(',') {
            caller = address(written.trim());
            if caller.is_none_or(|caller| !is_proxy(caller)) {
                break 'read;
            }
        }
    }
    if caller.is_none() {
        SILENT.call_once(|| {
            tracing::warn!(%peer, "the proxy says in no X-Forwarded-For whom it answers: wrong passwords are not counted by address");
        });
    }
    caller
}

/// Some proxies write the port as well.
fn address(written: &str) -> Option<IpAddr> {
    let with_port = || written.parse().ok().map(|address: SocketAddr| address.ip());
    written.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_of_a_proxy_that_is_named_counts() {
        let proxies: Vec<Cidr> = ["127.0.0.0/8", "10.1.0.0/16", "2001:db8:1::/48"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        let said = |peer: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            let caller = forwarded(&headers, peer.parse().unwrap(), &proxies);
            caller.map_or_else(|| "nobody".to_owned(), |caller| caller.to_string())
        };
        for (peer, lines, expected) in [
            ("127.0.0.1", &["1.2.3.4, 10.0.0.9"][..], "10.0.0.9"),
            ("127.0.0.1", &["1.2.3.4", "2001:db8::7"], "2001:db8::7"),
            ("::ffff:127.0.0.1", &["10.0.0.9"], "10.0.0.9"),
            ("127.0.0.1", &["10.0.0.9:5555"], "10.0.0.9"),
            ("127.0.0.1", &["[2001:db8::7]:5555"], "2001:db8::7"),
            // Through two of ours.
            ("127.0.0.1", &["6.6.6.6, 10.0.0.9, 10.1.2.3"], "10.0.0.9"),
            ("2001:db8:1:2::3", &["10.1.2.3"], "10.1.2.3"),
            // Nobody's bucket is everybody's.
            ("127.0.0.1", &[], "nobody"),
            ("127.0.0.1", &["10.0.0.9, unknown"], "nobody"),
            ("127.0.0.1", &["10.0.0.9", "<b>"], "nobody"),
            // Whoever reaches us past the proxies says nothing.
            ("10.2.0.1", &["1.2.3.4"], "10.2.0.1"),
            ("2001:db8:2::1", &["1.2.3.4"], "2001:db8:2::1"),
        ] {
            assert_eq!(said(peer, lines), expected, "{peer} {lines:?}");
        }
    }
}
