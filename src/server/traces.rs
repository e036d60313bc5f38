//! Traces: operations as spans of OpenTelemetry, sent to a collector as OTLP over HTTP.

use std::time::Duration;

use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span, SpanBuilder, SpanKind, Status, TraceContextExt, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};

use crate::api::{Observer, Traced};
use crate::settings::settings;

use super::observe::{with_request_id, with_trace_parent};

settings! {
    /// Traces of operations, sent to a collector of OpenTelemetry.
    section "traces";
    pub struct Traces {
        /// Where they are sent as OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`; without it there are none
        pub endpoint: Option<String> = None;
        /// The share of operations, from 0 to 1, of which one is made where the caller does not say
        pub share: f64 = 1.0;
        /// The name of this service in them
        pub service: String = "onrecord".to_owned();
    }
}

/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends traces as long as it lives.
#[derive(Debug)]
pub struct Tracing {
    provider: SdkTracerProvider,
}

impl Tracing {
    /// Begins to send, where an address is set.
    ///
    /// # Errors
    /// When the address is none of HTTP.
    pub fn start(options: &Traces) -> Result<Option<Self>, String> {
        let Some(endpoint) = &options.endpoint else {
            return Ok(None);
        };
        if !endpoint.starts_with("http://") {
            return Err(format!(
                "traces.endpoint is {endpoint:?}: expected an address that begins with http://, such as that of a collector beside the server"
            ));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(endpoint)
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| format!("traces.endpoint is {endpoint:?}: {error}"))?;
        let share = Sampler::TraceIdRatioBased(options.share.clamp(0.0, 1.0));
        let resource = Resource::builder()
            .with_service_name(options.service.clone())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(share)))
            .with_resource(resource)
            .build();
        Ok(Some(Self { provider }))
    }

    /// Makes a span of each operation that it is told of.
    #[must_use]
    pub fn observer(&self) -> Observer {
        let tracer = self.provider.tracer("onrecord");
        Observer::new(move |traced| span(&tracer, traced))
    }

    /// Sends what is still to be sent.
    pub fn stop(self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// One span an operation, and one below it for each step.
fn span(tracer: &SdkTracer, traced: &Traced<'_>) {
    let parent = with_trace_parent(|parent| match parent {
        Some(parent) => {
            TraceContextPropagator::new().extract_with_context(&Context::new(), &Parent(parent))
        }
        None => Context::new(),
    });
    let name = match traced.operation {
        Some(name) => format!("{} {name}", traced.kind),
        None => traced.kind.to_owned(),
    };
    let mut attributes = vec![KeyValue::new("graphql.operation.type", traced.kind)];
    if let Some(name) = traced.operation {
        attributes.push(KeyValue::new("graphql.operation.name", name.to_owned()));
    }
    with_request_id(|id| {
        if let Some(id) = id {
            attributes.push(KeyValue::new("request.id", id.to_owned()));
        }
    });
    let mut span = SpanBuilder::from_name(name)
        .with_kind(SpanKind::Server)
        .with_start_time(traced.started)
        .with_attributes(attributes)
        .start_with_context(tracer, &parent);
    if span.is_recording() {
        let below = parent.with_remote_span_context(span.span_context().clone());
        for step in traced.steps {
            let started = traced.started + step.after;
            SpanBuilder::from_name(step.name.clone())
                .with_start_time(started)
                .start_with_context(tracer, &below)
                .end_with_timestamp(started + step.took);
        }
        if let Some(error) = traced.error {
            span.set_attribute(KeyValue::new("error.type", error));
            span.set_status(Status::error(error));
        }
    }
    span.end_with_timestamp(traced.started + traced.took);
}

/// The header that tells a span's parent, as if it were all headers.
struct Parent<'p>(&'p str);

/// Its name.
pub(super) const TRACE_PARENT: &str = "traceparent";

impl Extractor for Parent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACE_PARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACE_PARENT]
    }
}
