//! The server is killed in the middle of writing, again and again: what it acknowledged is there.
//!
//! `ONRECORD_KILLS=200 cargo nextest run --test it crash` kills it more often.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use onrecord::cli::{LoadOptions, open};
use onrecord::store::Access;
use serde_json::json;

use crate::program::{Program, printed, program};

/// How many clients write at once.
const WRITERS: usize = 8;

/// A record keeps 10,000 citations: after so many kills another one is begun.
const KILLS_OF_A_RECORD: usize = 25;

/// Writes until the server is gone, and gives the hashes of what it acknowledged.
async fn write(address: String, client: reqwest::Client, name: String) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for place in 0.. {
        let query = format!("query Of{name}x{place} {{ graph {{ version }} }}");
        let sent = client
            .post(format!("http://{address}/cite"))
            .json(&json!({ "query": query }))
            .send();
        // No answer, or half of one: it is not known whether it was written.
        let Ok(response) = sent.await else { break };
        let Ok(answer) = response.json::<serde_json::Value>().await else {
            break;
        };
        let url = answer["url"].as_str().expect("an acknowledgement");
        acknowledged.push(url.trim_start_matches("/cite/").to_owned());
    }
    acknowledged
}

/// What is acknowledged is there, and versions have no gap: the chain of hashes is checked while the log is read.
fn all_there(folder: &Path, acknowledged: &[String], told: &str) {
    let options = LoadOptions {
        data: Some(folder.join("data")),
        access: Access::Read,
        ..LoadOptions::default()
    };
    let loaded = open(&options).unwrap_or_else(|error| panic!("{told}: {error}"));
    assert_eq!(loaded.damage, None, "{told}");
    assert_eq!(loaded.warnings, Vec::<String>::new(), "{told}");
    let view = loaded.store.view();
    let graph = view.graph();
    for hash in acknowledged {
        assert!(graph.citation(hash).is_some(), "{told}: {hash} is lost");
    }
    let entries = loaded.store.entries(1, usize::MAX).expect("entries");
    let versions: Vec<_> = entries.iter().map(|entry| entry.version).collect();
    assert_eq!(
        versions,
        (1..=graph.version()).collect::<Vec<_>>(),
        "{told}"
    );
    // Nothing is half there: each has the one change that it was sent with.
    for entry in entries.iter().skip(2) {
        assert_eq!(
            entry.transaction().expect("whole").changes.len(),
            1,
            "{told}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_kill() {
    let kills = std::env::var("ONRECORD_KILLS").ok();
    let kills: usize = kills.and_then(|text| text.parse().ok()).unwrap_or(8);
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let mut folder = tempfile::tempdir().expect("a folder");
    let mut acknowledged: Vec<String> = Vec::new();
    let mut all = 0;
    // From one seed, so that a run can be repeated.
    let mut random = 0x9e37_79b9_u64;
    for kill in 0..kills {
        if kill % KILLS_OF_A_RECORD == 0 {
            folder = tempfile::tempdir().expect("a folder");
            acknowledged.clear();
        }
        let arguments = ["--data", "data", "--allow-citations"];
        let server = Program::serve(folder.path(), &arguments, &[]);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let name = format!("{kill}x{writer}");
                tokio::spawn(write(server.address.clone(), client.clone(), name))
            })
            .collect();
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        tokio::time::sleep(Duration::from_millis(5 + (random >> 33) % 150)).await;
        server.kill();
        for writer in writers {
            acknowledged.extend(writer.await.expect("a writer"));
        }
        all_there(folder.path(), &acknowledged, &format!("after kill {kill}"));
        all += 1;
    }
    assert_eq!(all, kills);
    assert!(
        acknowledged.len() > kills.min(KILLS_OF_A_RECORD),
        "few were acknowledged"
    );
    let said = printed(program(folder.path()).args(["verify", "--data", "data"]));
    assert!(said.starts_with("data is whole: "), "{said}");
}

/// A disk that is full, in so far as a file may not become longer: writing stops with an error, reading goes on, and after a start
/// with more room all is there.
#[tokio::test]
async fn a_full_disk_stops_writing_and_not_reading() {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = crate::support::package_path("seed/panama-2022");
    let seed = seed.to_str().expect("a path");
    let executable = env!("CARGO_BIN_EXE_onrecord");
    let serve = format!(
        "trap '' XFSZ; ulimit -f LIMIT; exec {executable} serve --listen 127.0.0.1:0 --seed {seed} --data data --allow-citations"
    );
    let with_limit = |limit: &str| {
        let mut command = std::process::Command::new("sh");
        command.current_dir(folder.path()).arg("-c");
        command.arg(serve.replace("LIMIT", limit));
        Program::started(&mut command)
    };
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let mut kept = Vec::new();
    let server = with_limit("500");
    let url = |server: &Program, path: &str| format!("http://{}{path}", server.address);
    // Texts that do not shrink.
    let noise = Mutex::new(7_u64);
    let cite = |place: usize| {
        let mut noise = noise.lock().expect("noise");
        let words = (0..500).map(|_| {
            *noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            format!("{:016x}", *noise)
        });
        let query = format!(
            "query Q{place} {{ graph {{ version }} }} # {}",
            words.collect::<String>()
        );
        client
            .post(url(&server, "/cite"))
            .json(&json!({ "query": query }))
            .send()
    };
    let mut refused = None;
    for place in 0..200 {
        let response = cite(place).await.expect("an answer");
        let answer: serde_json::Value = response.json().await.expect("JSON");
        match answer["url"].as_str() {
            Some(url) => kept.push(url.to_owned()),
            None => {
                refused = Some(answer);
                break;
            }
        }
    }
    let refused = refused.expect("a full disk");
    let message = refused["errors"][0]["message"].as_str().expect("an error");
    assert!(
        message.contains("takes no changes since its log failed"),
        "{refused}"
    );
    let again = cite(1000).await.expect("an answer");
    assert!(!again.status().is_success(), "it stays so");
    let ready = client
        .get(url(&server, "/readyz"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(ready.status(), 200);
    let ready = ready.text().await.expect("text");
    assert!(
        ready.starts_with("ready to read; the record takes no changes: "),
        "{ready}"
    );
    let read = |address: String| client.get(address).send();
    for path in &kept {
        assert_eq!(
            read(url(&server, path)).await.expect("an answer").status(),
            200
        );
    }
    drop(server);
    let server = with_limit("unlimited");
    assert!(!kept.is_empty());
    for path in &kept {
        assert_eq!(
            read(url(&server, path)).await.expect("an answer").status(),
            200
        );
    }
    let ready = read(url(&server, "/readyz")).await.expect("an answer");
    assert_eq!(ready.text().await.expect("text"), "ready");
}
