//! Reading a request's body within a size and a time, and within the room that there is for all of them.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use tokio::time::timeout;

use super::refusal::Refusal;
use super::room::{Held, Room};

/// A body up to this size needs no room: clients with plain operations never wait for those with large ones.
const SMALL: usize = 16 * 1024;

/// How much of a body that is too large is read and thrown away. A client that is still writing
/// when the connection closes sees a broken pipe and never the answer that says why.
const DISCARD_AT_MOST: usize = 16 * 1024 * 1024;

/// For how long it is thrown away.
const DISCARD_FOR: Duration = Duration::from_secs(2);

/// A body that was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) bytes: Vec<u8>,
    /// Its room, to be held for as long as anything is made of it.
    pub(super) held: Held,
}

/// The whole body, if it is not larger than `limit` and arrives within `patience`. For a large one room is taken as it comes.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    patience: Duration,
    room: &Room,
) -> Result<Read, Refusal> {
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

    let mut waits = false;
    let collected = collect(&mut body, announced as usize, limit, room, &mut waits);
    let collected = timeout(patience, collected).await;
    let read = match collected {
        Ok(read) => read,
        Err(_) if waits => return Err(Refusal::Busy { limit: patience }),
        Err(_) => return Err(Refusal::BodyTooSlow { limit: patience }),
    };
    if matches!(read, Err(Refusal::BodyTooLarge { .. })) {
        discard(&mut body).await;
    }
    read
}

/// Reads on to the end. `waits` tells whether it is for room, and not for the client.
async fn collect(
    body: &mut Body,
    announced: usize,
    limit: usize,
    room: &Room,
    waits: &mut bool,
) -> Result<Read, Refusal> {
    // What is announced may never come.
    let mut bytes = Vec::with_capacity(announced.min(SMALL));
    let mut held = Held::default();
    while let Some(chunk) = next_chunk(body).await {
        let chunk = chunk?;
        let length = bytes.len() + chunk.len();
        if length > limit {
            return Err(Refusal::BodyTooLarge { limit });
        }
        if length > SMALL {
            *waits = true;
            room.hold(&mut held, length).await;
            *waits = false;
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Read { bytes, held })
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
