//! How many requests a second one client may send.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::{Extensions, HeaderMap, HeaderName};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::settings::settings;

use super::refusal::Refusal;
use super::streams::Connection;

settings! {
    /// How many requests one client may send to /graphql and /cite; more are answered with 429.
    section "rate";
    pub struct Rate {
        /// Requests a second; 0 is no limit
        pub requests: u32 = 0, in production 500;
        /// Requests at once, of a client that was quiet before; 0 is twice as many as a second
        pub burst: u32 = 0;
        /// The header in which a proxy before the server tells the client's address, such as x-forwarded-for: its last address counts
        pub client_header: Option<String> = None;
    }
}

impl Rate {
    /// Checks what its type does not.
    ///
    /// # Errors
    /// When the header's name is none.
    pub(super) fn check(&self) -> Result<(), String> {
        match &self.client_header {
            Some(name) if HeaderName::from_bytes(name.as_bytes()).is_err() => Err(format!(
                "rate.client-header is {name:?}: expected the name of a header, such as x-forwarded-for"
            )),
            _ => Ok(()),
        }
    }
}

/// After how many requests those clients are forgotten that have their whole allowance again.
const FORGET_EVERY: u32 = 16 * 1024;

/// Counts the requests of clients. Cheap to clone.
#[derive(Clone)]
pub(super) struct Rates {
    limiter: Arc<DefaultKeyedRateLimiter<IpAddr>>,
    clock: DefaultClock,
    header: Option<String>,
    seen: Arc<AtomicU32>,
}

impl Rates {
    /// `None` where there is no limit.
    pub(super) fn new(options: &Rate) -> Option<Self> {
        let requests = NonZeroU32::new(options.requests)?;
        let burst = NonZeroU32::new(options.burst)
            .unwrap_or(requests.saturating_mul(NonZeroU32::MIN.saturating_add(1)));
        Some(Self {
            limiter: Arc::new(RateLimiter::keyed(
                Quota::per_second(requests).allow_burst(burst),
            )),
            clock: DefaultClock::default(),
            header: options.client_header.clone(),
            seen: Arc::default(),
        })
    }

    /// Lets a request in, unless its client has sent too many.
    pub(super) fn admit(
        &self,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        match self.client(extensions, headers) {
            Some(client) => self.admit_one_of(client),
            None => Ok(()), // Not from a socket.
        }
    }

    /// Lets one more of a client in.
    pub(super) fn admit_one_of(&self, client: IpAddr) -> Result<(), Refusal> {
        if self.seen.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&client)
            .map_err(|wait| Refusal::TooMany {
                wait: wait.wait_time_from(self.clock.now()),
            })
    }

    /// Who sends a request.
    pub(super) fn client(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let told = self.header.as_ref().and_then(|header| {
            let last = headers.get_all(header).iter().next_back()?.to_str().ok()?;
            last.rsplit(',').next()?.trim().parse().ok()
        });
        let peer = || extensions.get::<Connection>()?.address;
        told.or_else(peer).map(network)
    }
}

/// Whoever has one address of IPv6 has a whole network of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::http::HeaderValue;

    fn rates(header: Option<&str>) -> Rates {
        Rates::new(&Rate {
            requests: 1,
            burst: 2,
            client_header: header.map(str::to_owned),
        })
        .unwrap()
    }

    fn from(address: &str) -> Extensions {
        let mut extensions = Extensions::new();
        extensions.insert(Connection {
            address: Some(address.parse().unwrap()),
            ..Connection::of(&Extensions::new())
        });
        extensions
    }

    #[test]
    fn each_client_has_an_allowance() {
        assert!(Rates::new(&Rate::default()).is_none());
        let odd = Rate {
            client_header: Some("a b".to_owned()),
            ..Rate::default()
        };
        assert!(odd.check().is_err());
        assert!(Rate::default().check().is_ok());
        let rates = rates(None);
        let headers = HeaderMap::new();
        let ask = |address: &str| rates.admit(&from(address), &headers).is_ok();
        assert_eq!(["10.0.0.1"; 3].map(ask), [true, true, false]);
        assert!(ask("10.0.0.2"), "another client");
        assert!(!ask("::ffff:10.0.0.1"), "the same one, in other words");
        let network = ["2001:db8::1", "2001:db8::2", "2001:db8::3"];
        assert_eq!(network.map(ask), [true, true, false]);
        assert!(rates.admit(&Extensions::new(), &headers).is_ok());
    }

    #[test]
    fn a_proxy_can_tell_who_asks_and_clients_cannot() {
        let rates = rates(Some("x-forwarded-for"));
        let ask = |told: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_static(told));
            rates.admit(&from("10.0.0.9"), &headers).is_ok()
        };
        let told = ["1.1.1.1, 2.2.2.2", "9.9.9.9, 2.2.2.2", "8.8.8.8,2.2.2.2"];
        assert_eq!(told.map(ask), [true, true, false], "the last one counts");
        assert!(ask("3.3.3.3"));
        // What is no address: the proxy itself is the client.
        assert_eq!(["unknown"; 3].map(ask), [true, true, false]);
    }
}
