//! How many connections that stay there may be: in all, and of one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::refusal::Refusal;
use super::Streams;

/// Who holds how many. Cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::server) struct Slots {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    at_once: usize,
    of_one_address: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Room for one connection. It is free again when this is dropped.
#[derive(Debug)]
pub(in crate::server) struct Slot {
    shared: Arc<Shared>,
    address: Option<IpAddr>,
}

impl Slots {
    pub(in crate::server) fn new(options: &Streams) -> Self {
        Self {
            shared: Arc::new(Shared {
                at_once: options.at_once,
                of_one_address: options.of_one_address,
                held: Mutex::default(),
            }),
        }
    }

    /// Takes a slot.
    ///
    /// # Errors
    /// When all are taken, or all that the address may have.
    pub(in crate::server) fn take(&self, address: Option<IpAddr>) -> Result<Slot, Refusal> {
        let shared = &self.shared;
        let mut held = shared.held();
        if held.all >= shared.at_once {
            return Err(Refusal::TooManyStreams {
                limit: shared.at_once,
            });
        }
        if let Some(address) = address {
            let of_it = held.by_address.get(&address).copied().unwrap_or(0);
            if of_it >= shared.of_one_address {
                return Err(Refusal::TooManyStreamsOfAddress {
                    limit: shared.of_one_address,
                });
            }
            held.by_address.insert(address, of_it + 1);
        }
        held.all += 1;
        drop(held);
        Ok(Slot {
            shared: Arc::clone(shared),
            address,
        })
    }
}

impl Shared {
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        // Counted in two lines that cannot panic.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut held = self.shared.held();
        held.all = held.all.saturating_sub(1);
        let Some(address) = self.address else { return };
        match held.by_address.get_mut(&address) {
            Some(of_it) if *of_it > 1 => *of_it -= 1,
            _ => {
                held.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::net::Ipv4Addr;

    fn address(last: u8) -> Option<IpAddr> {
        Some(Ipv4Addr::new(127, 0, 0, last).into())
    }

    #[test]
    fn slots_are_counted_in_all_and_by_address_and_come_back() {
        let slots = Slots::new(&Streams {
            at_once: 3,
            of_one_address: 2,
            ..Streams::default()
        });
        let first = slots.take(address(1)).unwrap();
        let _second = slots.take(address(1)).unwrap();
        assert!(matches!(
            slots.take(address(1)),
            Err(Refusal::TooManyStreamsOfAddress { limit: 2 })
        ));
        let _third = slots.take(address(2)).unwrap();
        assert!(matches!(
            slots.take(address(3)),
            Err(Refusal::TooManyStreams { limit: 3 })
        ));
        drop(first);
        let again = slots.take(address(1)).unwrap();
        assert!(slots.take(None).is_err());
        drop(again);
        let _unknown = slots.take(None).unwrap();
        assert_eq!(slots.shared.held().by_address.len(), 2);
    }
}
