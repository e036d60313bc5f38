//! The log on standard error: lines for people, or JSON.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::server::{Log, LogFormat, log_panics, with_request_id};

/// Sets up the log; what panics is logged too.
///
/// # Errors
/// When the filter cannot be read.
pub(crate) fn start(options: &Log) -> Result<(), String> {
    let filter: Targets = options.filter.parse().map_err(|error| {
        format!(
            "log.filter is `{}`: expected a level, or levels by module such as `info,onrecord::store=debug` ({error})",
            options.filter
        )
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(Lines(options.format));
    match options.format {
        LogFormat::Human => {
            let lines = lines.with_ansi(io::stderr().is_terminal());
            registry.with(lines).init();
        }
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).init(),
    }
    log_panics();
    Ok(())
}

/// Lines that bear the id of the request which they are about. A span for each request would do the same, and cost each
/// request something whether it is logged or not.
struct Lines(LogFormat);

impl<'l> MakeWriter<'l> for Lines {
    type Writer = Line;

    fn make_writer(&'l self) -> Line {
        Line(self.0)
    }
}

/// One line: it is written as a whole.
struct Line(LogFormat);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = with_request_id(|id| Some(line_with(bytes, self.0, id?)));
        io::stderr().write_all(line.as_deref().unwrap_or(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// A line with an id, which needs no quoting, at its end.
fn line_with(line: &[u8], format: LogFormat, id: &str) -> Vec<u8> {
    let (end, id) = match format {
        LogFormat::Human => ("\n", format!(" request.id={id}\n")),
        LogFormat::Json => ("}\n", format!(",\"request.id\":\"{id}\"}}\n")),
    };
    match line.strip_suffix(end.as_bytes()) {
        Some(start) => [start, id.as_bytes()].concat(),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_at_the_end_of_a_line() {
        let with = |line: &str, format| {
            String::from_utf8(line_with(line.as_bytes(), format, "7")).unwrap()
        };
        assert_eq!(with("a b=1\n", LogFormat::Human), "a b=1 request.id=7\n");
        assert_eq!(
            with("{\"a\":1}\n", LogFormat::Json),
            "{\"a\":1,\"request.id\":\"7\"}\n"
        );
        assert_eq!(with("broken", LogFormat::Json), "broken");
    }
}
