//! `onrecord serve`: the record over HTTP.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::config::{AllFlags, Configuration};
use crate::cli::{LoadOptions, LoadReport, Outcomes, documents, load_options, log, open, print};
use crate::server::{self, Anonymous, App, Tracing};
use crate::store::Tokens;

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
    let loaded = open(&options).map_err(|error| error.to_string())?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(damage) = &loaded.damage {
        tracing::error!(
            "{damage}. What stands before is served, and nothing is written. Restore a backup, or write what is whole out with `onrecord dump` and load that into a new folder"
        );
    }
    let engine = loaded.engine().map_err(|error| error.to_string())?;
    let report = loaded.report();
    if let Some(folder) = &settings.record.data {
        let tokens = Tokens::open(folder).map_err(|error| error.to_string())?;
        settings.server.tokens = Some(Arc::new(tokens));
    }
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
        let greeting = greeting(&report, address, &settings.server, &options);
        print(greeting.as_bytes())?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                // Without a terminal to press it on there is no Ctrl-C, and SIGTERM remains.
                _ = tokio::signal::ctrl_c() => {}
            }
        };
        let app = App::new(engine.clone(), &settings.server)?;
        tokio::spawn(server::lift_embargoes(engine));
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
    loaded: &LoadOptions,
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
    let mut from = Vec::new();
    if report.before > 0 {
        from.push(format!("{} transactions", report.before));
    }
    from.extend(report.files.iter().cloned());
    let told = if from.is_empty() {
        "The record is empty: name a seed with --seed.".to_owned()
    } else {
        format!(
            "Loaded {} in {} ms: {} entities, {} relationships, {} claims from {} sources.",
            from.join(", "),
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
    let kept = match &loaded.data {
        Some(folder) => format!("The record is kept in {}.", folder.display()),
        None => "The record is kept in memory, and read anew at each start: name a folder for it with --data.".to_owned(),
    };
    format!(
        "{told}
{kept}

{warning}{pages}  GraphQL   {scheme}://{address}/graphql
  Schema    {scheme}://{address}/schema.graphql

Stop with Ctrl-C.
"
    )
}
