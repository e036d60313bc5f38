//! What a request costs over HTTP, beside what it costs to send the same bytes without asking the graph.
//!
//! `cargo bench --bench http` has one process write a dump of a generated graph, and another load it and serve it. It sends
//! the server six shapes of queries, and prints for each the processor time of the server a request, that of the ceiling
//! (a static body of the same size through the same stack), their ratio, and the latency; before that, how long the server
//! took from its start to its first answer, and its memory. `THOUSANDS=10` measures a smaller graph.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and prints what it measured"
)]

mod generator;
mod shapes;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract;
use onrecord::cli::{LoadOptions, load};
use onrecord::export::dump::dump;
use onrecord::ingest::ontology;
use onrecord::server;
use onrecord::store::Store;
use serde_json::json;
use shapes::{SHAPES, variables};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ONTOLOGY: &str = include_str!("../schema/ontology.graphql");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |place: usize| arguments.get(place).map(String::as_str);
    match (argument(0), argument(1)) {
        (Some("--generate"), Some(file)) => generate(Path::new(file)),
        (Some("--serve"), Some(file)) => serve(Path::new(file)),
        _ => drive(),
    }
}

/// Writes a dump of the generated graph.
fn generate(file: &Path) {
    let ontology = Arc::new(ontology::read(ONTOLOGY, "ontology.graphql").expect("the ontology"));
    let store = Store::in_memory(ontology);
    store
        .commit_all(generator::transactions(generator::Sizes::asked()))
        .expect("transactions that fit");
    let mut out = BufWriter::new(File::create(file).expect("a file"));
    dump(&store, &mut out).expect("a dump");
    out.flush().expect("a dump that is written");
}

fn serve(file: &Path) {
    let options = LoadOptions {
        seed: Some(file.to_owned()),
        ..LoadOptions::default()
    };
    let (engine, report) = load(&options).expect("a dump that fits");
    let counts = report.counts;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let fixed = axum::routing::any(|extract::Path(size): extract::Path<usize>| async move {
            ([("content-type", "application/json")], vec![b'x'; size])
        });
        let app = server::App::new(engine, &server::Options::default())
            .expect("options that fit")
            .with_routes(axum::Router::new().route("/static/{size}", fixed));
        println!(
            "{address} {} entities, {} relationships, {} claims",
            counts.entities, counts.relationships, counts.claims
        );
        std::io::stdout().flush().expect("a line");
        server::serve(listener, app, std::future::pending())
            .await
            .expect("the server");
    });
}

/// A server that ends with the bench.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

impl Server {
    /// The processor time that it has taken.
    fn cpu(&self) -> Duration {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("its statistics");
        let after = stat.rsplit_once(')').expect("a name in brackets").1;
        let fields: Vec<u64> = after
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse().expect("ticks"))
            .collect();
        Duration::from_millis((fields[0] + fields[1]) * 10)
    }

    /// Its memory in MiB: `VmRSS` is what it has, `VmHWM` the most that it had.
    fn memory(&self, what: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("its status");
        let line = status
            .lines()
            .find(|line| line.starts_with(what))
            .expect("its memory");
        line.split_whitespace()
            .nth(1)
            .and_then(|kilobytes| kilobytes.parse::<u64>().ok())
            .expect("a number")
            / 1024
    }
}

fn drive() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("record.ndjson");
    let program = std::env::current_exe().expect("this program");
    let generated = Command::new(&program).arg("--generate").arg(&file).status();
    assert!(generated.is_ok_and(|status| status.success()), "a dump");
    let started = Instant::now();
    let child = Command::new(&program)
        .arg("--serve")
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a server");
    let mut server = Server(child);
    let mut line = String::new();
    let out = server.0.stdout.take().expect("its output");
    BufReader::new(out)
        .read_line(&mut line)
        .expect("its address");
    let (address, told) = line
        .trim()
        .split_once(' ')
        .expect("an address and what was loaded");
    println!(
        "{told}: ready {:.1} s after its start from a dump of {} MiB; {} MiB resident, {} MiB at the most\n",
        started.elapsed().as_secs_f64(),
        file.metadata().expect("a file").len() >> 20,
        server.memory("VmRSS"),
        server.memory("VmHWM"),
    );
    println!("| shape | bytes | µs CPU | ceiling | ceiling/ours | p50 ms | p99 ms |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let sizes = generator::Sizes::asked();
        for (name, query) in SHAPES {
            let url = format!("http://{address}/graphql");
            let body =
                |round| json!({ "query": query, "variables": variables(name, round, sizes) });
            let ask = |round| client.post(&url).json(&body(round)).send();
            let text = ask(1)
                .await
                .expect("an answer")
                .text()
                .await
                .expect("its text");
            assert!(!text.contains("\"errors\""), "{name}: {text}");
            let (ours, bytes, latency) = measure(&server, ask).await;
            let fixed = format!("http://{address}/static/{bytes}");
            let (ceiling, _, _) = measure(&server, |round| {
                client.post(&fixed).json(&body(round)).send()
            })
            .await;
            let micros = |time: Duration| time.as_secs_f64() * 1e6;
            println!(
                "| {name} | {bytes} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} |",
                micros(ours),
                micros(ceiling),
                ceiling.as_secs_f64() / ours.as_secs_f64(),
                latency[latency.len() / 2].as_secs_f64() * 1e3,
                latency[latency.len() * 99 / 100].as_secs_f64() * 1e3,
            );
        }
    });
}

/// The processor time of one request, the mean size of an answer, and the latencies in order.
async fn measure<F>(server: &Server, send: impl Fn(u64) -> F) -> (Duration, usize, Vec<Duration>)
where
    F: Future<Output = reqwest::Result<reqwest::Response>>,
{
    for round in 0..50 {
        send(round)
            .await
            .expect("an answer")
            .bytes()
            .await
            .expect("its bytes");
    }
    let (before, started) = (server.cpu(), Instant::now());
    let (mut latency, mut bytes, mut round) = (Vec::new(), 0, 0);
    // Processor time is counted in hundredths of a second, so that a measurement takes a while.
    while started.elapsed() < Duration::from_secs(3) {
        let sent = Instant::now();
        bytes += send(round)
            .await
            .expect("an answer")
            .bytes()
            .await
            .expect("its bytes")
            .len();
        latency.push(sent.elapsed());
        round += 1;
    }
    latency.sort_unstable();
    let requests = u32::try_from(round).expect("fewer requests than that");
    (
        (server.cpu() - before) / requests,
        bytes / usize::try_from(round).expect("as many"),
        latency,
    )
}
