//! Who sends a request, and whether they may come in.
//!
//! | file | holds |
//! | --- | --- |
//! | `bearer` | the token in a header, or in what a WebSocket's client says first |
//! | `callers` | whose token it is |
//! | `layer` | what becomes of every request that reads the record |

pub(super) mod bearer;
mod callers;
mod layer;

pub(super) use callers::{Callers, Identity};
pub(super) use layer::Identifying;

use crate::model::access::Role;
use crate::settings::{Secret, settings, words};

words! {
    /// What those may do who send no token.
    pub enum Anonymous expects "none, reader, contributor or editor" {
        /// Nothing: they are asked for a token.
        Nothing = "none",
        /// Read what is public.
        Reader = "reader",
        /// Propose claims, too.
        Contributor = "contributor",
        /// Change the record: on a machine of one's own.
        Editor = "editor",
    }
}

impl Anonymous {
    /// The role that they have, if they may come in.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Nothing => None,
            Self::Reader => Some(Role::Reader),
            Self::Contributor => Some(Role::Contributor),
            Self::Editor => Some(Role::Editor),
        }
    }
}

/// The shortest admin token that a server takes which strangers reach.
const SHORTEST_IN_PRODUCTION: usize = 32;

settings! {
    /// Who may read the record and who may change it.
    section "access";
    pub struct Access {
        /// What those may do who send no token: none, reader, contributor or editor
        pub anonymous: Anonymous = Anonymous::Reader;
        /// A token of the role admin, sent as `Authorization: Bearer TOKEN`: for containers, and for trying out
        pub admin_token: Option<Secret> = None;
    }
}

impl Access {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// When the settings would let strangers do what they must not.
    pub(super) fn check(&self, production: bool) -> Result<(), String> {
        let may_write = self
            .anonymous
            .role()
            .is_some_and(|role| role > Role::Reader);
        if production && may_write {
            return Err(
                "access.anonymous lets anybody write to a server in production: expected reader or none"
                    .into(),
            );
        }
        match &self.admin_token {
            Some(token) if !bearer::is_token(token.reveal()) => Err(
                "access.admin-token has characters that no header may hold: expected letters, digits and -._~+/="
                    .into(),
            ),
            Some(token) if production && token.reveal().len() < SHORTEST_IN_PRODUCTION => {
                Err(format!(
                    "access.admin-token has {} characters: in production at least {SHORTEST_IN_PRODUCTION} are expected, such as `openssl rand -hex 32` makes",
                    token.reveal().len()
                ))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_in_production_is_not_opened_by_mistake() {
        let access = |anonymous, token: Option<&str>| Access {
            anonymous,
            admin_token: token.map(Secret::from),
        };
        let long = "0123456789abcdef0123456789abcdef";
        for (settings, fits_anywhere, fits_production) in [
            (access(Anonymous::Reader, None), true, true),
            (access(Anonymous::Nothing, Some(long)), true, true),
            (access(Anonymous::Editor, None), true, false),
            (access(Anonymous::Contributor, None), true, false),
            (access(Anonymous::Reader, Some("short")), true, false),
            (access(Anonymous::Reader, Some("not a token")), false, false),
        ] {
            assert_eq!(settings.check(false).is_ok(), fits_anywhere, "{settings:?}");
            assert_eq!(
                settings.check(true).is_ok(),
                fits_production,
                "{settings:?}"
            );
        }
    }
}
