//! Which fields are for whom: a field for some alone is refused before any work.

use std::collections::HashSet;

use crate::api::error::{Code, RequestError};
use crate::model::access::{Caller, Role};

/// A field of an operation that not everybody may use.
#[derive(Debug)]
pub(crate) struct Restricted {
    /// The least that somebody must be.
    pub(crate) role: Role,
    /// Its name.
    pub(crate) field: String,
    /// Its place in the answer, by response keys.
    pub(crate) path: Vec<String>,
}

/// Refuses the fields that are not for this caller.
///
/// # Errors
/// One for each of them.
pub(crate) fn check(restricted: &[Restricted], caller: &Caller) -> Result<(), Vec<RequestError>> {
    // Of an interface, each type has its own field in one place.
    let mut seen = HashSet::new();
    let refused = restricted.iter().filter(|field| !caller.may(field.role));
    let errors: Vec<_> = refused
        .filter(|field| seen.insert(&field.path))
        .map(|field| refusal(field, caller))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn refusal(restricted: &Restricted, caller: &Caller) -> RequestError {
    let needs = format!(
        "`{}` needs the role {}",
        restricted.field,
        restricted.role.word()
    );
    let error = if caller.is_known {
        let (name, role) = (&caller.name, caller.role.word());
        let message = format!("{needs}: `{name}` has the role {role}");
        RequestError::new(Code::Forbidden, message)
    } else {
        let message = format!(
            "{needs}, and the request does not say who sends it: expected `authorization: Bearer …`"
        );
        RequestError::new(Code::Unauthenticated, message)
    };
    error.at_path(&restricted.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(role: Role, field: &str, path: &[&str]) -> Restricted {
        Restricted {
            role,
            field: field.to_owned(),
            path: path.iter().map(|key| (*key).to_owned()).collect(),
        }
    }

    #[test]
    fn each_field_that_is_not_for_a_caller_is_refused_at_its_place() {
        let fields = [
            field(Role::Editor, "queue", &["queue"]),
            field(Role::Admin, "erase", &["at", "gone"]),
            field(Role::Admin, "erase", &["at", "gone"]),
            field(Role::Contributor, "propose", &["propose"]),
        ];
        let refused = |caller: &Caller| match check(&fields, caller) {
            Ok(()) => Vec::new(),
            Err(errors) => errors
                .into_iter()
                .map(|error| (error.path.join("."), error.code, error.message))
                .collect(),
        };
        assert_eq!(refused(&Caller::operator(Role::Admin)), []);
        let editor = refused(&Caller::known("ada", Role::Editor));
        let message = "`erase` needs the role admin: `ada` has the role editor".to_owned();
        assert_eq!(editor, [("at.gone".to_owned(), Code::Forbidden, message)]);
        let anonymous = refused(&Caller::anonymous());
        let codes: Vec<_> = anonymous.iter().map(|(_, code, _)| *code).collect();
        assert_eq!(codes, [Code::Unauthenticated; 3]);
        assert!(anonymous[0].2.contains("does not say who sends it"));
    }
}
