//! `onrecord serve`: the record over HTTP.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::config::{AllFlags, Configuration};
use crate::cli::{LoadReport, Outcomes, documents, load, load_options, log, print};
use crate::server::{self, Anonymous, App, Tracing};

/// Serves the record.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    flags: AllFlags,
    /// Add a clock to subscribe to, which tells nothing of the record: for tests of transports
    #[arg(long, hide = true)]
    test_subscription: bool,
}

pub(crate) fn run(arguments: &ServeArguments) -> Outcomes {
    let mut settings = Configuration::read(&arguments.flags)?.settings;
    log::start(&settings.server.log)?;
    let tracing = Tracing::start(&settings.server.traces)?;
    let mut options = load_options(&settings);
    options.engine.clock = arguments.test_subscription;
    options.engine.observer = tracing.as_ref().map(Tracing::observer);
    let (engine, report) = load(&options).map_err(|error| error.to_string())?;
    let documents = &settings.server.documents;
    if let Some(from) = &documents.trusted {
        settings.server.trusted = documents::trusted(from, &engine)?;
    } else if documents.only_trusted {
        return Err("only trusted documents are to run, and none are given: name them with --documents-trusted".into());
    }
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| format!("cannot start: {error}"))?;
    let listen = settings.server.http.listen;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|error| format!("cannot listen on {}: {error}", listen))?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("cannot listen: {error}"))?;
        let mut terminate = signal(SignalKind::terminate())
            .map_err(|error| format!("cannot watch for SIGTERM: {error}"))?;
        let greeting = greeting(&report, address, &settings.server, options.seed.is_none());
        print(greeting.as_bytes())?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                // Without a terminal to press it on there is no Ctrl-C, and SIGTERM remains.
                _ = tokio::signal::ctrl_c() => {}
            }
        };
        let app = App::new(engine, &settings.server)?;
        server::serve(listener, app, stop)
            .await
            .map_err(|error| format!("the server stopped: {error}"))
    })?;
    if let Some(tracing) = tracing {
        tracing.stop();
    }
    Ok(ExitCode::SUCCESS)
}

/// What was loaded, how long it took, and where to look.
fn greeting(
    report: &LoadReport,
    address: SocketAddr,
    options: &server::Options,
    empty: bool,
) -> String {
    let scheme = if options.tls.cert.is_some() {
        "https"
    } else {
        "http"
    };
    let pages = if options.pages.enabled {
        format!("  GraphiQL  {scheme}://{address}/graphiql/\n")
    } else {
        String::new()
    };
    let counts = report.counts;
    let loaded = if empty {
        "There is no seed here, so the record is empty: name one with --seed.".to_owned()
    } else {
        format!(
            "Loaded {} in {} ms: {} entities, {} relationships, {} claims from {} sources.",
            report.files.join(", "),
            report.took.as_millis(),
            counts.entities,
            counts.relationships,
            counts.claims,
            report.sources,
        )
    };
    let writes = |deeds: &str| {
        format!(
            "WARNING: whoever reaches this address may {deeds} (--access-anonymous): this is for a machine of one's own.\n\n"
        )
    };
    let warning = match options.access.anonymous {
        Anonymous::Nothing | Anonymous::Reader => String::new(),
        Anonymous::Contributor => writes("propose claims"),
        Anonymous::Editor => writes("change the record"),
    };
    format!(
        "{loaded}
The record is kept in memory: it is read anew at each start.

{warning}{pages}  GraphQL   {scheme}://{address}/graphql
  Schema    {scheme}://{address}/schema.graphql

Stop with Ctrl-C.
"
    )
}
