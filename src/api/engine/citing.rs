//! Answers that are cited: kept in the record, and given again.

use serde_json::Value;

use super::refused::Refused;
use super::running::Run;
use super::{Allow, Request, Shared};
use crate::api::citation;
use crate::api::error::{Code, RequestError};
use crate::api::plan::Plan;
use crate::graph::Version;
use crate::graph::view::{Audience, View};
use crate::model::access::{Caller, Role};
use crate::model::change::Change;
use crate::store::CommitError;

/// A citation that the record keeps.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The hash by which it is asked for.
    pub hash: String,
    /// The citation as clients see it.
    pub citation: Value,
    /// Whether it was not on record before.
    pub is_new: bool,
    /// Whether it outlives the server.
    pub persistent: bool,
}

impl Shared {
    /// Runs a request and keeps its citation.
    pub(super) fn cite(&self, request: &Request) -> Result<Stored, Refused> {
        let mut request = request.clone();
        request
            .extensions
            .entry(citation::CITE)
            .or_insert(Value::Bool(true));
        let run = self.run(&request, Allow::ReadingOnly, |_| Ok(()))?;
        let Some(citation) = run.citation else {
            let message = "extensions.cite is false: expected true, or nothing".to_owned();
            return Err(RequestError::input(message).into());
        };
        let (hash, shown) = (citation.hash(), citation::shown(&citation));
        let known = || self.store.view().graph().citation(&hash).is_some();
        let mut is_new = !known();
        if is_new {
            let change = Change::Cite {
                citation: Box::new(citation),
            };
            let committed =
                self.store
                    .record(&request.caller.name, "An answer is cited", vec![change]);
            match committed {
                Ok(_) => {}
                // Somebody else was faster.
                Err(CommitError::Refused(_)) if known() => is_new = false,
                Err(CommitError::Refused(errors)) => {
                    let reasons: Vec<_> = errors.into_iter().map(|error| error.reason).collect();
                    let error = RequestError::new(Code::LimitExceeded, reasons.join("; "));
                    return Err(error.into());
                }
                Err(CommitError::Stopped(reason)) => {
                    tracing::error!(%reason, "a citation could not be kept");
                    let message = "the record takes no changes since its log failed: it can be read, and the operator has to look at it";
                    return Err(Refused::Execution(RequestError::new(
                        Code::Internal,
                        message,
                    )));
                }
                // No hash is promised for it, so that only encoding can fail.
                Err(error @ (CommitError::Log(_) | CommitError::Altered { .. })) => {
                    tracing::error!(%error, "a citation could not be kept");
                    let error = RequestError::new(Code::Internal, "internal error");
                    return Err(Refused::Execution(error));
                }
            }
        }
        Ok(Stored {
            hash,
            citation: shown,
            is_new,
            persistent: self.store.is_persistent(),
        })
    }

    /// Runs again what a citation keeps, of the version that it names.
    pub(super) fn cited<T>(
        &self,
        hash: &str,
        asking: &Caller,
        look: impl FnOnce(&Plan) -> Result<T, RequestError>,
    ) -> Option<Result<Run<T>, Refused>> {
        let view = self.store.view();
        let kept = view.graph().citation(hash)?;
        // It is read with the eyes that it was kept for, whoever asks for it again.
        let caller = match Audience::from_name(&kept.audience) {
            Some(Audience::Editor) => Caller::known(asking.name.clone(), Role::Editor),
            Some(Audience::Contributor) => Caller::known(asking.name.clone(), Role::Contributor),
            Some(Audience::Public) | None => Caller::anonymous(),
        };
        if !asking.may(caller.role) {
            return None;
        }
        let internal = |error: serde_json::Error| {
            let message = format!("the citation cannot be read: {error}");
            Refused::Execution(RequestError::new(Code::Internal, message))
        };
        let run = citation::request(kept, caller)
            .map_err(internal)
            .and_then(|request| self.run(&request, Allow::ReadingOnly, look));
        Some(run.and_then(|run| match &run.citation {
            Some(again) if **kept == *again => Ok(run),
            _ => {
                let message = "the record no longer gives the answer that was cited: another version of the program, or another ontology, reads it";
                Err(Refused::Changed(RequestError::new(Code::AnswerChanged, message)))
            }
        }))
    }

    /// The view that a request is answered from; where its citation is asked for, with what that names.
    pub(super) fn view(
        &self,
        request: &Request,
    ) -> Result<(View, Option<(Version, String)>), Refused> {
        let audience = request.audience();
        let Some(wanted) = citation::wanted(&request.extensions)? else {
            return Ok((self.store.view().seen_by(audience), None));
        };
        let version = match wanted {
            citation::Wanted::Current => None,
            citation::Wanted::Version(version) => Some(version),
        };
        let held = self.store.as_of(version).map_err(|error| {
            tracing::error!(%error, "the log cannot be read");
            Refused::Execution(RequestError::new(Code::Internal, "internal error"))
        })?;
        let Some((view, head)) = held else {
            let message = format!(
                "extensions.cite.version is {}: the record is at version {}",
                version.unwrap_or_default(),
                self.store.view().known()
            );
            return Err(RequestError::input(message).into());
        };
        let cited = (view.known(), head);
        Ok((view.seen_by(audience), Some(cited)))
    }
}
