//! The browser pages: built by `build.rs`, embedded in the program, sent as they are.
//!
//! The tree of files is the tree of addresses; `index.html` stands for its folder. Compressed
//! forms are made when the pages are built, so a request costs a look-up and no copy.

use axum::Router;
use axum::body::Body as HttpBody;
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, LOCATION, REFERRER_POLICY,
    VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

/// One file of the pages.
struct File {
    /// Its path below the start page, without a leading slash.
    path: &'static str,
    plain: Body,
    brotli: Option<Body>,
    gzip: Option<Body>,
}

/// The bytes of a file in one encoding.
#[derive(Clone, Copy)]
struct Body {
    /// The `ETag`: differs between any two bodies of a file, encodings included.
    tag: &'static str,
    bytes: &'static [u8],
}

/// All files, sorted by path; `build.rs` writes the list.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Files in here have a hash of their content in their name, so they never change.
const HASHED: &str = "assets/";

/// What the pages may load and do: nothing that another host has a part in. Styles may stand in
/// the page because the editor writes its own.
const POLICY: &str = "default-src 'self'; script-src 'self'; worker-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'";

/// Serves the pages at every address that no other route takes, and says so where there is none.
///
/// It brings the fallback of the whole server: a router it is merged with must not have its own.
pub(crate) fn router(enabled: bool) -> Router {
    let files = if enabled { FILES } else { &[] };
    Router::new().fallback(async move |method: Method, uri: Uri, headers: HeaderMap| {
        serve(files, &method, &uri, &headers)
    })
}

fn serve(files: &[File], method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let mut response = answer(files, method, uri, headers);
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn answer(files: &[File], method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    let path = path.strip_prefix('/').unwrap_or(path);
    let is_folder = path.is_empty() || path.ends_with('/');
    let file = if is_folder {
        find(files, &format!("{path}index.html"))
    } else {
        find(files, path)
    };
    if let Some(file) = file {
        return match *method {
            Method::GET | Method::HEAD => send(file, method, headers),
            _ => refuse_method(),
        };
    }
    if !is_folder && find(files, &format!("{path}/index.html")).is_some() {
        return add_slash(path, uri.query());
    }
    let text = if files.is_empty() {
        "There is no page at this address: this server shows none.\n"
    } else {
        "There is no page at this address; the start page / lists what there is.\n"
    };
    (StatusCode::NOT_FOUND, text).into_response()
}

fn find<'a>(files: &'a [File], path: &str) -> Option<&'a File> {
    let index = files.binary_search_by(|file| file.path.cmp(path)).ok()?;
    files.get(index)
}

fn refuse_method() -> Response {
    let text = "Pages are read with GET or HEAD; queries are posted to /graphql.\n";
    let allow = [(ALLOW, "GET, HEAD")];
    (StatusCode::METHOD_NOT_ALLOWED, allow, text).into_response()
}

/// Sends the browser to the folder, where the relative addresses in its page are right. The
/// target is relative as well: a reverse proxy may have cut a prefix off the address.
fn add_slash(path: &str, query: Option<&str>) -> Response {
    let name = path.rsplit('/').next().unwrap_or(path);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{name}/{query}");
    (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]).into_response()
}

/// What the start page leads news readers to.
const FEED: &str = "<feeds/ledger.atom>; rel=\"alternate\"; type=\"application/atom+xml\"";

fn send(file: &File, method: &Method, request: &HeaderMap) -> Response {
    let (body, encoding) = choose(file, request);
    let mut response = Response::new(HttpBody::empty());
    let cache = if file.path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut set = |name: HeaderName, value: &'static str| {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    };
    set(CACHE_CONTROL, cache);
    set(ETAG, body.tag);
    if file.brotli.is_some() || file.gzip.is_some() {
        set(VARY, "accept-encoding");
    }
    if knows(request, body.tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    if file.path == "index.html" {
        set(LINK, FEED);
    }
    set(CONTENT_TYPE, content_type(file.path));
    if let Some(encoding) = encoding {
        set(CONTENT_ENCODING, encoding);
    }
    let length = HeaderValue::from(body.bytes.len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    if *method != Method::HEAD {
        *response.body_mut() = HttpBody::from(body.bytes);
    }
    response
}

/// The form of a file that the client likes best, and the name of its encoding.
fn choose(file: &File, request: &HeaderMap) -> (Body, Option<&'static str>) {
    let forms = [("br", file.brotli), ("gzip", file.gzip)];
    let mut best = (file.plain, None);
    let mut most = 0.0;
    for (name, form) in forms {
        let weight = weight(request, name);
        if let Some(body) = form
            && weight > most
        {
            (best, most) = ((body, Some(name)), weight);
        }
    }
    best
}

/// How much the client wants an encoding, from 0 to 1 (`Accept-Encoding`, RFC 9110, 12.5.3).
fn weight(request: &HeaderMap, encoding: &str) -> f32 {
    let mut any = 0.0;
    for choice in list(request, ACCEPT_ENCODING) {
        let mut parts = choice.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let weight = quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
        if name.eq_ignore_ascii_case(encoding) {
            return weight;
        }
        if name == "*" {
            any = weight;
        }
    }
    any
}

/// Whether the client already has the body with this tag.
fn knows(request: &HeaderMap, tag: &str) -> bool {
    list(request, IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// The elements of a header whose value is a list, however many lines it came in.
fn list(request: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = request.get_all(name).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',').map(str::trim))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("ttf") => "font/ttf",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    fn body(tag: &'static str, bytes: &'static [u8]) -> Body {
        Body { tag, bytes }
    }

    fn files() -> Vec<File> {
        let plain = |path, bytes| File {
            path,
            plain: body("\"plain\"", bytes),
            brotli: None,
            gzip: None,
        };
        vec![
            File {
                path: "assets/a-1.js",
                plain: body("\"a\"", b"long"),
                brotli: Some(body("\"a-br\"", b"b")),
                gzip: Some(body("\"a-gz\"", b"gz")),
            },
            plain("graphiql/index.html", b"graphiql"),
            plain("index.html", b"start"),
        ]
    }

    fn ask(method: &str, uri: &str, headers: &[(HeaderName, &'static str)]) -> Response {
        let map = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        let method = method.parse().unwrap();
        answer(&files(), &method, &uri.parse().unwrap(), &map)
    }

    fn header(response: &Response, name: HeaderName) -> Option<&str> {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    }

    async fn text(response: Response) -> String {
        let bytes = to_bytes(response.into_body(), 1000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn the_pages_are_embedded_and_can_be_found() {
        assert!(FILES.is_sorted_by_key(|file| file.path));
        assert!(find(FILES, "index.html").is_some());
        assert!(find(FILES, "graphiql/index.html").is_some());
        assert!(FILES.iter().all(|file| !file.plain.bytes.is_empty()));
    }

    #[tokio::test]
    async fn a_folder_is_its_index() {
        assert_eq!(text(ask("GET", "/", &[])).await, "start");
        let graphiql = ask("GET", "/graphiql/?query=%7Ba%7D", &[]);
        assert_eq!(
            header(&graphiql, CONTENT_TYPE),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(header(&graphiql, CACHE_CONTROL), Some("no-cache"));
        assert_eq!(text(graphiql).await, "graphiql");
    }

    #[test]
    fn a_folder_without_its_slash_keeps_the_question() {
        let response = ask("GET", "/graphiql?query=%7Ba%7D", &[]);
        assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(header(&response, LOCATION), Some("graphiql/?query=%7Ba%7D"));
    }

    #[tokio::test]
    async fn hashed_files_are_kept_and_sent_as_the_client_can_read_them() {
        let expected = [
            ("br, gzip", Some("br"), "b", "\"a-br\""),
            ("gzip, deflate", Some("gzip"), "gz", "\"a-gz\""),
            ("gzip;q=1, br;q=0.5", Some("gzip"), "gz", "\"a-gz\""),
            ("*;q=0.1, br;q=0", Some("gzip"), "gz", "\"a-gz\""),
            ("deflate", None, "long", "\"a\""),
            ("br;q=no", None, "long", "\"a\""),
        ];
        for (accept, encoding, content, tag) in expected {
            let response = ask("GET", "/assets/a-1.js", &[(ACCEPT_ENCODING, accept)]);
            assert_eq!(header(&response, CONTENT_ENCODING), encoding, "{accept}");
            assert_eq!(header(&response, ETAG), Some(tag), "{accept}");
            assert_eq!(header(&response, VARY), Some("accept-encoding"));
            let cache = header(&response, CACHE_CONTROL).unwrap();
            assert!(cache.contains("immutable"));
            assert_eq!(text(response).await, content, "{accept}");
        }
    }

    #[tokio::test]
    async fn what_the_client_has_is_not_sent_again() {
        for known in ["\"a\"", "\"x\", W/\"a\"", "*"] {
            let response = ask("GET", "/assets/a-1.js", &[(IF_NONE_MATCH, known)]);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(header(&response, ETAG), Some("\"a\""));
            assert_eq!(text(response).await, "");
        }
        // The tag of one encoding is not that of another.
        let response = ask("GET", "/assets/a-1.js", &[(IF_NONE_MATCH, "\"a-br\"")]);
        assert_eq!(response.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn head_is_get_without_the_body() {
        let response = ask("HEAD", "/", &[]);
        assert_eq!(header(&response, CONTENT_LENGTH), Some("5"));
        assert_eq!(text(response).await, "");
    }

    #[tokio::test]
    async fn other_methods_and_addresses_are_refused_in_words() {
        let posted = ask("POST", "/", &[]);
        assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header(&posted, ALLOW), Some("GET, HEAD"));
        for unknown in [
            "/nothing",
            "/assets/",
            "/assets/../index.html",
            "/index.html/",
            "/%2e",
        ] {
            let response = ask("GET", unknown, &[]);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{unknown}");
            assert_eq!(
                header(&response, CONTENT_TYPE),
                Some("text/plain; charset=utf-8")
            );
            assert!(text(response).await.contains("no page"));
        }
    }
}
