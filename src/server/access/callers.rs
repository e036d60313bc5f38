//! Whose token it is.

use std::sync::Arc;

use axum::http::Extensions;

use crate::model::access::{Caller, Role};

use super::super::refusal::Refusal;
use super::Access;

/// What changes are attributed to that come with the token of the settings.
const OPERATOR: Role = Role::Admin;

/// Tells who sends a request. Cheap to clone.
#[derive(Clone)]
pub(in crate::server) struct Callers {
    shared: Arc<Shared>,
}

struct Shared {
    /// What those may do who send no token.
    anonymous: Option<Role>,
    /// The digest of the settings' token: digests have nothing in common, so that comparing them tells nothing of it by
    /// the time it takes.
    admin: Option<blake3::Hash>,
}

/// Who sends a request: an extension of each request that reads the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Identity {
    pub(in crate::server) caller: Caller,
    holds: Holds,
}

/// How long it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holds {
    Always,
}

impl Identity {
    /// Who sends a request.
    ///
    /// # Errors
    /// When nobody has looked: then nobody may come in.
    pub(in crate::server) fn of(extensions: &Extensions) -> Result<Self, Refusal> {
        extensions.get().cloned().ok_or(Refusal::NoToken)
    }

    /// Whether anybody else would be answered the same.
    pub(super) fn is_anybody(&self) -> bool {
        !self.caller.is_known && self.caller.role == Role::Reader
    }
}

impl Callers {
    pub(in crate::server) fn new(access: &Access) -> Self {
        let digest = |token: &crate::settings::Secret| blake3::hash(token.reveal().as_bytes());
        Self {
            shared: Arc::new(Shared {
                anonymous: access.anonymous.role(),
                admin: access.admin_token.as_ref().map(digest),
            }),
        }
    }

    /// Whoever sends no token.
    ///
    /// # Errors
    /// When all have to.
    pub(in crate::server) fn nobody(&self) -> Result<Identity, Refusal> {
        let role = self.shared.anonymous.ok_or(Refusal::NoToken)?;
        Ok(Identity {
            caller: Caller {
                role,
                ..Caller::anonymous()
            },
            holds: Holds::Always,
        })
    }

    /// Looks whether somebody is still who they were: over a connection that stays, time goes by.
    ///
    /// # Errors
    /// When their token is no longer good.
    pub(in crate::server) fn check(&self, identity: &Identity) -> Result<(), Refusal> {
        match identity.holds {
            Holds::Always => Ok(()),
        }
    }

    /// Whoever sends this token.
    ///
    /// # Errors
    /// When it is nobody's.
    pub(in crate::server) async fn bearer(&self, token: &str) -> Result<Identity, Refusal> {
        if self.shared.admin == Some(blake3::hash(token.as_bytes())) {
            return Ok(Identity {
                caller: Caller::operator(OPERATOR),
                holds: Holds::Always,
            });
        }
        Err(Refusal::token(
            "the token is not known here; it may have been revoked",
        ))
    }
}
