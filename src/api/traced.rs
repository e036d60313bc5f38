//! What an operation spent its time on, for those who want to know. Where nobody does, no clock is read.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// An operation that has run.
#[derive(Debug)]
pub struct Traced<'t> {
    /// What it is: a query, or an answer of a subscription.
    pub kind: &'static str,
    /// Its name, if it has one and came so far.
    pub operation: Option<&'t str>,
    /// When it came.
    pub started: SystemTime,
    /// How long it took.
    pub took: Duration,
    /// What it spent that on, in the order in which it ended.
    pub steps: &'t [TracedStep],
    /// The code of its first error.
    pub error: Option<&'static str>,
}

/// One step of the way of an operation, or one field at the root of its plan.
#[derive(Debug, Clone)]
pub struct TracedStep {
    /// What was done.
    pub name: String,
    /// How long after the operation came.
    pub after: Duration,
    /// How long it took.
    pub took: Duration,
}

/// Somebody who is told of each operation, on the thread that ran it.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&Traced<'_>) + Send + Sync>);

impl Observer {
    /// Calls a function for each operation.
    pub fn new(observe: impl Fn(&Traced<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    pub(crate) fn tell(&self, traced: &Traced<'_>) {
        (self.0)(traced);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Observer")
    }
}

/// The steps of an operation, as they come.
#[derive(Debug)]
pub(crate) struct Steps {
    pub(crate) started: Instant,
    /// `None` where nobody wants to know.
    ended: Option<Vec<TracedStep>>,
}

impl Steps {
    pub(crate) fn new(wanted: bool) -> Self {
        Self {
            started: Instant::now(),
            ended: wanted.then(Vec::new),
        }
    }

    /// Does a step.
    pub(crate) fn step<T>(&mut self, name: &str, job: impl FnOnce() -> T) -> T {
        let since = self.begin();
        let result = job();
        self.end(since, || name.to_owned());
        result
    }

    /// The beginning of a step.
    pub(crate) fn begin(&self) -> Option<Instant> {
        self.ended.as_ref().map(|_| Instant::now())
    }

    /// The end of a step that began then.
    pub(crate) fn end(&mut self, since: Option<Instant>, name: impl FnOnce() -> String) {
        if let (Some(ended), Some(since)) = (&mut self.ended, since) {
            ended.push(TracedStep {
                name: name(),
                after: since.duration_since(self.started),
                took: since.elapsed(),
            });
        }
    }

    /// What has ended.
    pub(crate) fn ended(&self) -> &[TracedStep] {
        self.ended.as_deref().unwrap_or_default()
    }
}
