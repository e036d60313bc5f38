//! `/metrics`: what Prometheus reads.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use crate::api::Engine;
use crate::settings::{Secret, settings};

use super::refusal::Refusal;

settings! {
    /// What Prometheus reads at `/metrics`.
    section "metrics";
    pub struct Metrics {
        /// Show `/metrics` at all
        pub enabled: bool = true;
        /// The token that a reader must send, as `Authorization: Bearer TOKEN`
        pub token: Option<Secret> = None;
        /// Show them to readers without a token where no token is set
        pub open: bool = true, in production false;
    }
}

/// The statuses that are counted: all that there can be.
const STATUSES: std::ops::Range<u16> = 100..600;

/// What is counted of connections and requests.
#[derive(Debug)]
pub(super) struct HttpCounts {
    statuses: Box<[AtomicU64]>,
    /// Connections that are open.
    pub(super) connections: AtomicU64,
    /// Connections that were ever accepted.
    pub(super) accepted: AtomicU64,
}

impl Default for HttpCounts {
    fn default() -> Self {
        Self {
            statuses: STATUSES.map(|_| AtomicU64::new(0)).collect(),
            connections: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
        }
    }
}

impl HttpCounts {
    /// Counts an answer.
    pub(super) fn answered(&self, status: StatusCode) {
        let place = usize::from(status.as_u16().saturating_sub(STATUSES.start));
        if let Some(count) = self.statuses.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The statuses that were ever answered with.
    pub(super) fn statuses(&self) -> impl Iterator<Item = (u16, u64)> {
        let counts = self
            .statuses
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        STATUSES.zip(counts).filter(|(_, count)| *count > 0)
    }
}

/// What `/metrics` shows. Cheap to clone.
#[derive(Clone)]
pub(super) struct Shown {
    registry: Arc<Registry>,
    options: Metrics,
}

impl Shown {
    pub(super) fn new(engine: Engine, counts: Arc<HttpCounts>, options: &Metrics) -> Self {
        let mut registry = Registry::with_prefix("onrecord");
        registry.register_collector(Box::new(Collected { engine, counts }));
        Self {
            registry: Arc::new(registry),
            options: options.clone(),
        }
    }

    fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if !self.options.enabled {
            return Err(Refusal::MetricsOff);
        }
        let Some(token) = &self.options.token else {
            return if self.options.open {
                Ok(())
            } else {
                Err(Refusal::MetricsClosed)
            };
        };
        let sent = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
        if sent.is_some_and(|sent| is_equal(sent, token.reveal().as_bytes())) {
            Ok(())
        } else {
            Err(Refusal::MetricsToken)
        }
    }
}

/// Compares without telling by the time it takes how much of it is right: digests have nothing in common.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    blake3::hash(one) == blake3::hash(other)
}

/// Answers `/metrics`.
pub(super) async fn show(State(shown): State<Shown>, headers: HeaderMap) -> Response {
    if let Err(refusal) = shown.admit(&headers) {
        return refusal.into_response();
    }
    let mut text = String::new();
    if let Err(error) = encode(&mut text, &shown.registry) {
        return Refusal::internal(&error, "the metrics could not be written").into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let mut response = text.into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Reads the numbers when they are asked for.
struct Collected {
    engine: Engine,
    counts: Arc<HttpCounts>,
}

impl fmt::Debug for Collected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Collected")
    }
}

impl Collector for Collected {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.graph(&mut encoder)?;
        self.operations(&mut encoder)?;
        self.http(&mut encoder)
    }
}

impl Collected {
    fn graph(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let (version, counts) = self.engine.size();
        let version = u64::from(version);
        let gauges = [
            (
                "log_position",
                "The version of the record: how many transactions its log has",
                version,
            ),
            ("entities", "Entities in the record", counts.entities as u64),
            (
                "relationships",
                "Relationships in the record",
                counts.relationships as u64,
            ),
            ("claims", "Claims in the record", counts.claims as u64),
            (
                "evidence",
                "Pieces of evidence in the record",
                counts.evidence as u64,
            ),
        ];
        for (name, help, value) in gauges {
            gauge(encoder, name, help, value)?;
        }
        Ok(())
    }

    fn operations(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let statistics = self.engine.statistics();
        let operations = statistics.operations();
        let mut metric = counter(
            encoder,
            "operations",
            "Operations that ran, by name and by whether they were answered without an error",
        )?;
        for (name, counts) in &operations {
            for (outcome, count) in [("answered", counts.answered()), ("failed", counts.failed())] {
                let labels = [("operation", name.as_str()), ("outcome", outcome)];
                metric
                    .encode_family(&labels)?
                    .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
            }
        }
        let mut metric = encoder.encode_descriptor(
            "operation_duration_seconds",
            "How long operations ran, by name",
            None,
            MetricType::Histogram,
        )?;
        for (name, counts) in &operations {
            let classes: Vec<(f64, u64)> = counts.classes().collect();
            let all = classes.iter().map(|(_, count)| count).sum();
            metric
                .encode_family(&[("operation", name.as_str())])?
                .encode_histogram::<NoLabelSet>(counts.seconds(), all, &classes, None)?;
        }
        let errors = statistics
            .errors()
            .map(|(code, count)| (code.to_owned(), count));
        labelled(
            encoder,
            "errors",
            "Operations that ended with an error, by the code of the first",
            "code",
            errors,
        )?;
        let (known, new) = statistics.documents();
        labelled(
            encoder,
            "documents",
            "Documents that came, by whether they were known with their plans",
            "cache",
            [("hit".to_owned(), known), ("miss".to_owned(), new)],
        )
    }

    fn http(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let counts = &self.counts;
        let statuses = counts.statuses();
        labelled(
            encoder,
            "http_responses",
            "Answers, by status",
            "status",
            statuses.map(|(status, count)| (status.to_string(), count)),
        )?;
        let open = counts.connections.load(Ordering::Relaxed);
        gauge(
            encoder,
            "http_connections",
            "Connections that are open",
            open,
        )?;
        let accepted = counts.accepted.load(Ordering::Relaxed);
        counter(
            encoder,
            "http_connections_accepted",
            "Connections that were accepted",
        )?
        .encode_counter::<NoLabelSet, _, u64>(&accepted, None)
    }
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    encoder
        .encode_descriptor(name, help, None, MetricType::Gauge)?
        .encode_gauge(&value)
}

fn counter<'e>(
    encoder: &'e mut DescriptorEncoder<'_>,
    name: &'e str,
    help: &str,
) -> Result<MetricEncoder<'e>, fmt::Error> {
    encoder.encode_descriptor(name, help, None, MetricType::Counter)
}

/// A counter for each value of one label.
fn labelled(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    label: &str,
    counts: impl IntoIterator<Item = (String, u64)>,
) -> fmt::Result {
    let mut metric = counter(encoder, name, help)?;
    for (value, count) in counts {
        metric
            .encode_family(&[(label, value.as_str())])?
            .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
    }
    Ok(())
}
