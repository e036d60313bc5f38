//! A real server on a free port, for tests that speak HTTP.

#![expect(
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use onrecord::api::{Disclosure, Engine, Limits};
use onrecord::cli::{LoadOptions, load, open};
use onrecord::server::{App, Options, serve};
use onrecord::store::Store;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A file or folder of this package, such as `seed`.
pub(crate) fn package_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A running server; it ends with the test.
pub(crate) struct TestApp {
    /// Follows no redirect, so that a test sees them.
    pub(crate) client: reqwest::Client,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl TestApp {
    /// The default ontology with the seed's one story, which loads fast. The graph is loaded once for all tests that use
    /// it, so they may only read; a test that writes takes [`TestApp::builder`].
    pub(crate) async fn seed() -> Self {
        Self::seed_with(Options::default()).await
    }

    /// As [`TestApp::seed`], with other limits.
    pub(crate) async fn seed_with(options: Options) -> Self {
        Self::start(seed_engine().clone(), &options).await
    }

    /// A server of its own: by default the default ontology with the seed's one story.
    pub(crate) fn builder() -> TestAppBuilder {
        TestAppBuilder {
            load: default_load(),
            options: Options::default(),
        }
    }

    /// The default ontology with the seed's one story, and the store below it, for a test that writes.
    pub(crate) async fn writable() -> (Self, Store) {
        let loaded = open(&default_load()).expect("the seed loads");
        let app = Self::over(loaded.engine().expect("a valid schema")).await;
        (app, loaded.store)
    }

    /// A server over an engine of the test's own.
    pub(crate) async fn over(engine: Engine) -> Self {
        Self::start(engine, &Options::default()).await
    }

    /// A server over an engine.
    pub(crate) async fn start(engine: Engine, options: &Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            // A dropped sender stops the server too.
            stopped.await.ok();
        };
        let app = App::new(engine, options).expect("options that fit");
        let server = tokio::spawn(serve(listener, app, shutdown));
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            client,
            address,
            stop,
            server,
        }
    }

    /// The address of a path, such as `/graphql`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Runs an operation and returns the whole answer: `data`, `errors`, or both.
    pub(crate) async fn query(&self, query: &str, variables: Value) -> Value {
        self.client
            .post(self.url("/graphql"))
            .json(&json!({ "query": query, "variables": variables }))
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("an answer in JSON")
    }

    /// Tells the server to stop; the handle ends when it has.
    pub(crate) fn stop(self) -> JoinHandle<std::io::Result<()>> {
        self.stop.send(()).expect("the server is running");
        self.server
    }
}

/// What a [`TestApp`] serves, and within which limits.
pub(crate) struct TestAppBuilder {
    load: LoadOptions,
    options: Options,
}

impl TestAppBuilder {
    /// Another ontology file.
    pub(crate) fn ontology(mut self, file: PathBuf) -> Self {
        self.load.ontology = Some(file);
        self
    }

    /// Another seed folder, or none.
    pub(crate) fn seed(mut self, folder: Option<PathBuf>) -> Self {
        self.load.seed = folder;
        self
    }

    /// Anybody may have citations kept.
    pub(crate) fn citations(mut self) -> Self {
        self.load.engine.citations = true;
        self
    }

    /// Clients may learn less of the schema.
    pub(crate) fn disclosure(mut self, change: impl FnOnce(&mut Disclosure)) -> Self {
        change(&mut self.load.engine.disclosure);
        self
    }

    /// Other limits of a request.
    pub(crate) fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.load.engine.limits);
        self
    }

    /// A subgraph of a federation.
    pub(crate) fn federation(mut self) -> Self {
        self.load.engine.federation = true;
        self
    }

    /// With a clock to subscribe to.
    pub(crate) fn clock(mut self) -> Self {
        self.load.engine.clock = true;
        self
    }

    /// Other limits.
    pub(crate) fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Loads the graph and starts the server.
    pub(crate) async fn start(self) -> TestApp {
        TestApp::start(engine(&self.load), &self.options).await
    }
}

/// The default ontology with the seed's one story, without a server.
pub(crate) fn seed_engine() -> &'static Engine {
    static SEED: OnceLock<Engine> = OnceLock::new();
    SEED.get_or_init(|| engine(&default_load()))
}

/// The default ontology with the seed's one story.
pub(crate) fn default_load() -> LoadOptions {
    LoadOptions {
        ontology: Some(package_path("schema/ontology.graphql")),
        seed: Some(package_path("seed/panama-2022")),
        ..LoadOptions::default()
    }
}

fn engine(load_options: &LoadOptions) -> Engine {
    match load(load_options) {
        Ok((engine, _report)) => engine,
        Err(error) => panic!("the test's graph does not load: {error}"),
    }
}
