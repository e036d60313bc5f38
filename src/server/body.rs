//! Reading a request's body within a size and a time.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use tokio::time::timeout;

use super::refusal::Refusal;

/// How much of a body that is too large is read and thrown away. A client that is still writing
/// when the connection closes sees a broken pipe and never the answer that says why.
const DISCARD_AT_MOST: usize = 16 * 1024 * 1024;

/// For how long it is thrown away.
const DISCARD_FOR: Duration = Duration::from_secs(2);

/// The whole body, if it is not larger than `limit` and arrives within `patience`.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    patience: Duration,
) -> Result<Vec<u8>, Refusal> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .unwrap_or(0);
    if announced > limit as u64 {
        // A client that asks before it sends has sent nothing yet, and now will not.
        if !headers.contains_key(EXPECT) {
            discard(&mut body).await;
        }
        return Err(Refusal::BodyTooLarge { limit });
    }

    let held = match timeout(patience, collect(&mut body, announced as usize, limit)).await {
        Ok(held) => held,
        Err(_) => return Err(Refusal::BodyTooSlow { limit: patience }),
    };
    if matches!(held, Err(Refusal::BodyTooLarge { .. })) {
        discard(&mut body).await;
    }
    held
}

async fn collect(body: &mut Body, announced: usize, limit: usize) -> Result<Vec<u8>, Refusal> {
    let mut held = Vec::with_capacity(announced);
    while let Some(chunk) = next_chunk(body).await {
        let chunk = chunk?;
        if held.len() + chunk.len() > limit {
            return Err(Refusal::BodyTooLarge { limit });
        }
        held.extend_from_slice(&chunk);
    }
    Ok(held)
}

async fn discard(body: &mut Body) {
    let read_on = async {
        let mut seen = 0;
        while let Some(Ok(chunk)) = next_chunk(body).await {
            seen += chunk.len();
            if seen > DISCARD_AT_MOST {
                break;
            }
        }
    };
    // Whether it ended, failed or took too long: the answer is the same.
    drop(timeout(DISCARD_FOR, read_on).await);
}

/// The next piece of data; trailers are passed over.
async fn next_chunk(body: &mut Body) -> Option<Result<bytes::Bytes, Refusal>> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(_) => return Some(Err(Refusal::BodyBroken)),
        }
    }
}
