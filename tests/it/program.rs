//! The program itself, as an operator starts it.

#![expect(
    clippy::expect_used,
    reason = "a helper of a test fails the test by panicking"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support::package_path;

/// The program in a folder, with nothing of ours in its environment.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ONRECORD_") {
            command.env_remove(name);
        }
    }
    command
}

/// What it prints when it succeeds.
pub(crate) fn printed(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{}", complaint(&output));
    String::from_utf8(output.stdout).expect("text")
}

/// What it says when it fails.
pub(crate) fn refused(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    assert!(!output.status.success(), "it succeeded");
    complaint(&output)
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server in a process of its own; it is killed with the test.
pub(crate) struct Program {
    child: Child,
    /// Its address, such as `127.0.0.1:1234`.
    pub(crate) address: String,
}

impl Program {
    /// Serves the seed's one story, with these arguments besides.
    pub(crate) fn serve(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = program(folder);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--seed"])
            .arg(package_path("seed/panama-2022"))
            .args(arguments)
            .envs(variables.iter().copied());
        Self::started(&mut command)
    }

    /// Starts a server, and waits until it tells where it listens.
    pub(crate) fn started(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let address = out.lines().map_while(Result::ok).find_map(|line| {
            let (_, address) = line.strip_prefix("  GraphQL ")?.split_once("://")?;
            Some(address.strip_suffix("/graphql")?.to_owned())
        });
        let Some(address) = address else {
            let mut said = String::new();
            let mut errors = child.stderr.take().expect("its errors");
            errors.read_to_string(&mut said).expect("text");
            panic!("the server did not start: {said}");
        };
        Self { child, address }
    }

    /// Kills it in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("its end");
    }

    /// Ends it as an operator does, and gives what it wrote to standard error.
    pub(crate) fn stop(mut self) -> String {
        let ended = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .expect("kill");
        assert!(ended.success());
        let mut said = String::new();
        let mut errors = self.child.stderr.take().expect("its errors");
        errors.read_to_string(&mut said).expect("text");
        let ended = self.child.wait().expect("its end");
        assert!(ended.success(), "{ended}: {said}");
        said
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
