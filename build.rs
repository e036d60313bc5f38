//! Builds the browser pages of `web` and lists them for `src/server/pages.rs`, which embeds them.
//!
//! The pages come from the first of these that is there:
//!
//! 1. the folder that `ONRECORD_WEB_DIST` names;
//! 2. `web/dist`, which a published package brings along, so that installing it needs no Node;
//! 3. a build of `web` inside cargo's output folder, with Node and npm: the source tree is never
//!    written to;
//! 4. one plain page that says what is missing. `ONRECORD_REQUIRE_WEB=1` makes this an error.
//!
//! A `web/dist` made by hand is noticed when this script runs next: `touch build.rs`.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The page shown in place of all others when there are none; `{reason}` says why.
const MISSING: &str = "src/server/pages/missing.html";
/// The pages that a folder must have to be taken for ours.
const PAGES: [&str; 2] = ["index.html", "graphiql/index.html"];
/// How much of npm's output a failure shows: the end says what went wrong.
const SHOWN_LINES: usize = 25;

fn main() {
    watch_inputs();
    if let Err(reason) = run() {
        for line in reason.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn run() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    let pages = match find_or_build(&out)? {
        Ok(pages) => pages,
        Err(reason) if is_required() => {
            return Err(format!(
                "ONRECORD_REQUIRE_WEB is set, but there are no browser pages: {reason}"
            ));
        }
        Err(reason) => {
            println!("cargo::warning=building without GraphiQL and the other browser pages:");
            for line in reason.lines() {
                println!("cargo::warning={line}");
            }
            stand_in(&out, &reason).map_err(|e| format!("writing the stand-in page: {e}"))?
        }
    };
    let table = table(&pages).map_err(|e| format!("listing {}: {e}", pages.display()))?;
    fs::write(out.join("pages.rs"), table).map_err(|e| format!("writing the list of pages: {e}"))
}

/// The folder of the pages; the inner error says why there is none and is not fatal by itself.
fn find_or_build(out: &Path) -> Result<Result<PathBuf, String>, String> {
    if let Some(named) = env::var_os("ONRECORD_WEB_DIST").filter(|named| !named.is_empty()) {
        let folder = PathBuf::from(named);
        println!("cargo::rerun-if-changed={}", folder.display());
        return match PAGES.iter().find(|page| !folder.join(page).is_file()) {
            None => Ok(Ok(folder)),
            Some(page) => Err(format!(
                "ONRECORD_WEB_DIST names {}, which has no {page}",
                folder.display()
            )),
        };
    }
    let ready = Path::new("web/dist");
    if PAGES.iter().all(|page| ready.join(page).is_file()) {
        return Ok(Ok(ready.to_path_buf()));
    }
    Ok(build(out))
}

fn is_required() -> bool {
    env::var("ONRECORD_REQUIRE_WEB").is_ok_and(|value| !value.is_empty() && value != "0")
}

/// Tells cargo what the pages are made of, so that an unchanged tree costs nothing.
fn watch_inputs() {
    println!("cargo::rerun-if-env-changed=ONRECORD_WEB_DIST");
    println!("cargo::rerun-if-env-changed=ONRECORD_REQUIRE_WEB");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={MISSING}");
    // Not `web` as a whole: a developer's `node_modules` changes all the time. And only what is
    // there: cargo takes a missing path for one that changed.
    for entry in fs::read_dir("web").into_iter().flatten().flatten() {
        if entry.file_name() != "node_modules" {
            println!("cargo::rerun-if-changed={}", entry.path().display());
        }
    }
    let examples = ["schema/examples", "schema"];
    if let Some(path) = examples.iter().find(|path| Path::new(path).exists()) {
        println!("cargo::rerun-if-changed={path}");
    }
}

/// Builds the pages in a copy of `web` below `out`.
fn build(out: &Path) -> Result<PathBuf, String> {
    let lock = fs::read("web/package-lock.json")
        .map_err(|e| format!("web/package-lock.json cannot be read: {e}"))?;
    check_node()?;

    let web = out.join("web");
    copy_sources(out).map_err(|e| format!("copying web to {}: {e}", web.display()))?;

    // Installing takes most of the time; the packages stay as long as the lock file does.
    let installed = web.join("node_modules/.onrecord-lock");
    if !fs::read(&installed).is_ok_and(|found| found == lock) {
        let options = [
            "--ignore-scripts",
            "--omit=dev",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            // Without a network, say so after seconds, not after minutes.
            "--fetch-retry-mintimeout=1000",
            "--fetch-retry-maxtimeout=5000",
        ];
        npm(&web, [&["ci"], &options[..]].concat())?;
        fs::write(&installed, &lock).map_err(|e| format!("{}: {e}", installed.display()))?;
    }
    npm(&web, vec!["run", "build"])?;
    Ok(web.join("dist"))
}

/// Vite runs on Node 20 from 20.19 on, and from 22.12 on.
fn check_node() -> Result<(), String> {
    let wanted = "Node 20.19 or 22.12 or newer, with npm, is needed to build the browser pages";
    let output = Command::new("node").arg("--version").output();
    let output = output.map_err(|e| format!("{wanted}, but node could not be run: {e}"))?;
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut numbers = found.trim_start_matches('v').split('.').map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => match (major, minor) {
            (20, 19..) | (22, 12..) | (23.., _) => Ok(()),
            (_, 0_u32..) => Err(format!("{wanted}; found {found}")),
        },
        _ => Err(format!("{wanted}; `node --version` said {found:?}")),
    }
}

fn npm(folder: &Path, arguments: Vec<&str>) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let line = format!("npm {}", arguments.join(" "));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .map_err(|e| format!("`{line}` could not be run: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said.lines().filter(|l| !l.trim().is_empty()).collect();
    let end = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
    Err(format!(
        "`{line}` failed ({}):\n{}",
        output.status,
        end.join("\n")
    ))
}

/// Copies `web` and `schema/examples`, which lie to each other as in the source tree.
fn copy_sources(out: &Path) -> io::Result<()> {
    let is_source = |name: &OsStr| name != "node_modules" && name != "dist";
    let web = out.join("web");
    fs::create_dir_all(&web)?;
    for entry in fs::read_dir(&web)? {
        let entry = entry?;
        if entry.file_name() == "node_modules" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    copy_folder(Path::new("web"), &web, &is_source)?;

    let examples = out.join("schema/examples");
    if examples.exists() {
        fs::remove_dir_all(&examples)?;
    }
    if Path::new("schema/examples").is_dir() {
        copy_folder(Path::new("schema/examples"), &examples, &|_| true)?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path, wanted: &dyn Fn(&OsStr) -> bool) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !wanted(&name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(name), &|_| true)?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// A folder in which every page says why it is not there.
fn stand_in(out: &Path, reason: &str) -> io::Result<PathBuf> {
    // Everyone may read the page; what npm said besides is for who builds.
    let reason = reason.lines().next().unwrap_or_default();
    let reason = reason.replace('&', "&amp;").replace('<', "&lt;");
    let html = fs::read_to_string(MISSING)?.replace("{reason}", &reason);
    let folder = out.join("stand-in");
    for page in PAGES {
        let file = folder.join(page);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, &html)?;
    }
    Ok(folder)
}

/// The files below `folder` as a Rust expression of type `&[File]`, sorted by path. `FILE.br`
/// and `FILE.gz` are compressed forms of `FILE`, not files of their own.
fn table(folder: &Path) -> io::Result<String> {
    let folder = folder.canonicalize()?;
    let mut paths = Vec::new();
    list(&folder, "", &mut paths)?;
    paths.sort();
    let mut table = String::from("&[\n");
    for path in &paths {
        let is_form = |ending| {
            path.strip_suffix(ending)
                .is_some_and(|p| paths.iter().any(|q| q == p))
        };
        if is_form(".br") || is_form(".gz") {
            continue;
        }
        let form = |ending: &str| {
            let name = format!("{path}{ending}");
            if paths.contains(&name) {
                body(&folder.join(name)).map(|body| format!("Some({body})"))
            } else {
                Ok("None".to_owned())
            }
        };
        let (plain, brotli, gzip) = (body(&folder.join(path))?, form(".br")?, form(".gz")?);
        table.push_str(&format!(
            "File {{ path: {path:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},\n"
        ));
    }
    table.push_str("]\n");
    Ok(table)
}

/// A `Body` with the bytes of a file and a tag that changes when they do.
fn body(file: &Path) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(file)?);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let file = file
        .to_str()
        .ok_or_else(|| io::Error::other("a path is not UTF-8"))?;
    Ok(format!(
        "Body {{ tag: {tag:?}, bytes: include_bytes!({file:?}) }}"
    ))
}

/// Adds the paths of the files below `folder`, with `/` between the parts.
fn list(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name
            .to_str()
            .ok_or_else(|| io::Error::other("a file name is not UTF-8"))?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{prefix}{name}/"), paths)?;
        } else {
            paths.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}
