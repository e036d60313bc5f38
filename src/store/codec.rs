//! How the log writes a transaction down: a byte that names the format, then the JSON in that format.
//!
//! Hashes are of the JSON, so that another format is no other record.

use std::borrow::Cow;
use std::io;

/// JSON as it is.
const PLAIN: u8 = 1;
/// JSON, compressed with zstd.
const COMPRESSED: u8 = 2;
/// The latest format that is understood.
pub(crate) const LATEST: u8 = COMPRESSED;

/// What is shorter gains little, and costs time at each start.
const WORTH_COMPRESSING: usize = 1024;
/// zstd's own default: about a twentieth of the size of a record file, at some hundred megabytes a second.
const LEVEL: i32 = 3;

/// Why bytes are not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("it is empty")]
    Empty,
    #[error("it has the format {0}, which is none yet")]
    Newer(u8),
    #[error("it has the format 0, which never was one")]
    NoFormat,
    #[error("it cannot be decompressed: {0}")]
    Compressed(#[from] io::Error),
}

/// Encodes JSON.
pub(crate) fn encode(json: Vec<u8>) -> Vec<u8> {
    if json.len() >= WORTH_COMPRESSING
        && let Ok(compressed) = zstd::bulk::compress(&json, LEVEL)
        && compressed.len() < json.len()
    {
        return marked(COMPRESSED, &compressed);
    }
    marked(PLAIN, &json)
}

fn marked(format: u8, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(bytes.len() + 1);
    body.push(format);
    body.extend_from_slice(bytes);
    body
}

/// The JSON of encoded bytes.
pub(crate) fn decode(body: &[u8]) -> Result<Cow<'_, [u8]>, DecodeError> {
    match body.split_first() {
        None => Err(DecodeError::Empty),
        Some((0, _)) => Err(DecodeError::NoFormat),
        Some((&PLAIN, json)) => Ok(Cow::Borrowed(json)),
        Some((&COMPRESSED, rest)) => Ok(Cow::Owned(zstd::stream::decode_all(rest)?)),
        Some((format, _)) => Err(DecodeError::Newer(*format)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded() {
        let long = "a quote that is long ".repeat(1000).into_bytes();
        let noise: Vec<u8> = (0..5000_u32)
            .map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        for json in [b"{}".to_vec(), long.clone(), noise] {
            let body = encode(json.clone());
            assert_eq!(decode(&body).expect("decodes"), json);
        }
        assert!(encode(long.clone()).len() < long.len() / 10);
    }

    #[test]
    fn what_it_does_not_know_is_told() {
        assert!(matches!(decode(b""), Err(DecodeError::Empty)));
        assert!(matches!(decode(b"\0{}"), Err(DecodeError::NoFormat)));
        assert!(matches!(decode(b"\x03{}"), Err(DecodeError::Newer(3))));
        assert!(matches!(decode(b"\x02{}"), Err(DecodeError::Compressed(_))));
    }
}
