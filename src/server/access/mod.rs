//! Who sends a request, and whether they may come in.
//!
//! | file | holds |
//! | --- | --- |
//! | `bearer` | the token in a header, or in what a WebSocket's client says first |
//! | `callers` | whose token it is |
//! | `issuer` | the tokens of an OpenID Connect issuer |
//! | `keys` | the keys that it publishes |
//! | `signatures` | how what is signed with them is checked |
//! | `layer` | what becomes of every request that reads the record |

pub(super) mod bearer;
mod callers;
mod issuer;
mod keys;
mod layer;
mod signatures;

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
        /// The issuer whose JSON Web Tokens are taken, as it stands in their `iss`, such as `https://id.example.org/realms/desk`: any of OpenID Connect
        pub issuer: Option<String> = None;
        /// What stands in their `aud`: the name of this server with the issuer
        pub audience: Option<String> = None;
        /// Where the issuer's keys are, an address or a file [otherwise as the issuer describes itself at /.well-known/openid-configuration]
        pub jwks: Option<String> = None;
        /// The claim with somebody's roles, a text or a list; dots lead into it, as in realm_access.roles
        pub role_claim: String = "roles".to_owned();
        /// What its values stand for, such as desk-editors=editor [otherwise reader, contributor, editor and admin stand for themselves]
        pub roles: Vec<String> = Vec::new();
        /// The claim by which changes are attributed; `sub` is taken where it is not there
        pub name_claim: String = "preferred_username".to_owned();
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
            ..Access::default()
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
