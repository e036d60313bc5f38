//! Whose token it is.

use std::sync::Arc;

use axum::http::Extensions;

use crate::model::access::{Caller, Role};
use crate::model::date::Timestamp;
use crate::settings::Secret;
use crate::store::{Token, TokenError, Tokens};

use super::super::refusal::Refusal;
use super::Access;
use super::issuer::Issuer;

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
    tokens: Option<Arc<Tokens>>,
    issuer: Option<Issuer>,
    role_claim: String,
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
    /// As long as there is a token with this id.
    WithToken(String),
    Until(Timestamp),
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
    /// Tells who sends a request, by these settings and the tokens of the record.
    ///
    /// # Errors
    /// When the settings do not belong together.
    pub(in crate::server) fn new(
        access: &Access,
        production: bool,
        tokens: Option<Arc<Tokens>>,
    ) -> Result<Self, String> {
        access.check(production)?;
        let digest = |token: &Secret| blake3::hash(token.reveal().as_bytes());
        Ok(Self {
            shared: Arc::new(Shared {
                anonymous: access.anonymous.role(),
                admin: access.admin_token.as_ref().map(digest),
                tokens,
                issuer: Issuer::new(access, production)?,
                role_claim: access.role_claim.clone(),
            }),
        })
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
        match (&identity.holds, &self.shared.tokens) {
            (Holds::Always, _) => Ok(()),
            (Holds::WithToken(id), Some(tokens)) => {
                let token = tokens.with_id(id).map_err(unreadable)?;
                good(token.as_ref())
            }
            (Holds::WithToken(_), None) => good(None),
            (Holds::Until(end), _) if Timestamp::now() < *end => Ok(()),
            (Holds::Until(_), _) => Err(Refusal::token(EXPIRED)),
        }
    }

    /// Whoever sends this token.
    ///
    /// # Errors
    /// When it is nobody's.
    pub(in crate::server) async fn bearer(&self, text: &str) -> Result<Identity, Refusal> {
        let shared = &self.shared;
        if shared.admin == Some(blake3::hash(text.as_bytes())) {
            return Ok(Identity {
                caller: Caller::operator(Role::Admin),
                holds: Holds::Always,
            });
        }
        // Those of issuers have two dots, ours have none.
        if let Some(issuer) = &shared.issuer
            && text.contains('.')
        {
            let proven = issuer.verify(text).await?;
            // Whoever is known may do what anybody may.
            let role = proven.role.or(shared.anonymous);
            let no_role = || Refusal::NoRole {
                claim: shared.role_claim.clone(),
            };
            return Ok(Identity {
                caller: Caller::known(proven.name, role.ok_or_else(no_role)?),
                holds: proven.until.map_or(Holds::Always, Holds::Until),
            });
        }
        let token = match &shared.tokens {
            Some(tokens) => tokens.find(text).map_err(unreadable)?,
            None => None,
        };
        good(token.as_ref())?;
        token.map(Identity::with).ok_or(Refusal::token(UNKNOWN))
    }
}

impl Identity {
    /// Whoever holds a token.
    fn with(token: Token) -> Self {
        Self {
            caller: Caller::known(token.name, token.role),
            holds: Holds::WithToken(token.id),
        }
    }
}

const EXPIRED: &str = "the token has expired";
const UNKNOWN: &str = "the token is not known here; it may have been revoked";

/// Refuses a token that is not there, or no more.
fn good(token: Option<&Token>) -> Result<(), Refusal> {
    match token {
        None => Err(Refusal::token(UNKNOWN)),
        Some(token) if !token.is_good_at(Timestamp::now()) => Err(Refusal::token(EXPIRED)),
        Some(_) => Ok(()),
    }
}

fn unreadable(error: TokenError) -> Refusal {
    Refusal::internal(&error, "the tokens cannot be read")
}
