//! Who is asking, and what they may do.

use std::borrow::Cow;

use crate::model::words::words;

words! {
    /// What somebody may do. Each role may do what those before it may.
    Role {
        /// Reads what is on record for everybody.
        Reader = "READER",
        /// Proposes claims, which wait for an editor.
        Contributor = "CONTRIBUTOR",
        /// Changes the record, decides on proposals, and sees what is not public yet.
        Editor = "EDITOR",
        /// Gives and takes access, and erases.
        Admin = "ADMIN",
    }
}

/// Whoever sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// By what name their changes are attributed.
    pub name: Cow<'static, str>,
    /// What they may do.
    pub role: Role,
}

impl Caller {
    /// Somebody of whom nothing is known: a reader.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            name: Cow::Borrowed("anonymous"),
            role: Role::Reader,
        }
    }

    /// Whoever runs the program on the machine that holds the record.
    #[must_use]
    pub fn operator(role: Role) -> Self {
        Self {
            name: Cow::Borrowed("operator"),
            role,
        }
    }

    /// Whether they may do what this role may.
    #[must_use]
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }
}

impl Default for Caller {
    fn default() -> Self {
        Self::anonymous()
    }
}
