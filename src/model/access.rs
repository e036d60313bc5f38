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
    /// Whether they have said who they are, and proved it.
    pub is_known: bool,
}

impl Role {
    /// Its name in running text, on the command line and in settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Contributor => "contributor",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The role of that word, written in either case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut roles = Self::ALL.iter().copied();
        roles.find(|role| role.word().eq_ignore_ascii_case(word))
    }
}

impl Caller {
    /// Somebody who has proved to be who they say.
    #[must_use]
    pub fn known(name: impl Into<Cow<'static, str>>, role: Role) -> Self {
        Self {
            name: name.into(),
            role,
            is_known: true,
        }
    }

    /// Somebody of whom nothing is known: a reader.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            name: Cow::Borrowed("anonymous"),
            role: Role::Reader,
            is_known: false,
        }
    }

    /// Whoever runs the program on the machine that holds the record.
    #[must_use]
    pub fn operator(role: Role) -> Self {
        Self::known("operator", role)
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
