//! Where requests come from: the other end of the connection, or what the proxy in front says.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::extract::Request;
use axum::extract::connect_info::{ConnectInfo, Connected, IntoMakeServiceWithConnectInfo};
use axum::middleware::{Next, from_fn};
use axum::serve::{IncomingStream, Listener};
use http::HeaderMap;

use super::idle::Impatient;
use crate::config::Transport;
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

/// Whether a proxy stands in front, which appends whom it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    Proxy,
    Nothing,
}

/// The routes, each request with the address of its caller.
pub(super) fn noted(router: Router, transport: &Transport) -> Router {
    let front = if *transport == Transport::BehindProxy { Front::Proxy } else { Front::Nothing };
    router.layer(from_fn(
        move |ConnectInfo(Peer(peer)): ConnectInfo<Peer>, mut request: Request, next: Next| {
            let address = address(request.headers(), peer.ip(), front);
            request.extensions_mut().insert(CallerAddress(address));
            next.run(request)
        },
    ))
}

/// What a listener serves.
pub(super) fn service(router: Router) -> IntoMakeServiceWithConnectInfo<Router, Peer> {
    router.into_make_service_with_connect_info()
}

/// The last address in `X-Forwarded-For` is the proxy's own word; those before it are the caller's.
fn address(headers: &HeaderMap, peer: IpAddr, front: Front) -> IpAddr {
    if front == Front::Nothing {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter();
    let last = lines.last().and_then(|line| line.to_str().ok());
    let last = last.and_then(|line| line.rsplit(',').next()?.trim().parse().ok());
    last.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxys_own_word_counts() {
        let mut headers = HeaderMap::new();
        let peer = IpAddr::from([127, 0, 0, 1]);
        assert_eq!(address(&headers, peer, Front::Proxy), peer);
        headers.append("x-forwarded-for", "1.2.3.4, 10.0.0.9".parse().unwrap());
        assert_eq!(address(&headers, peer, Front::Proxy), IpAddr::from([10, 0, 0, 9]));
        assert_eq!(address(&headers, peer, Front::Nothing), peer);
        headers.append("x-forwarded-for", "2001:db8::7".parse().unwrap());
        assert_eq!(address(&headers, peer, Front::Proxy).to_string(), "2001:db8::7");
        headers.append("x-forwarded-for", "<b>".parse().unwrap());
        assert_eq!(address(&headers, peer, Front::Proxy), peer);
    }
}
