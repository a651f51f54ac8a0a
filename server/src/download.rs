//! Sending documents: whole or in part (RFC 9110 §14), named by their digest.

use std::fmt::Write as _;
use std::ops::Range;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, RANGE,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;

use crate::etag::Tag;
use crate::flow::FlowError;
use crate::flow::read::Content;

/// Bytes read and sent at a time, so that a large document does not sit in memory per reader.
const CHUNK: u64 = 256 * 1024;

/// The answer to a download with these request headers.
pub async fn send(content: Content, headers: &HeaderMap) -> Result<Response, FlowError> {
    let size = content.document.size;
    let tag = Tag::of_document(&content.document.sha256);
    if tag.is_known(headers) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag.value())]).into_response());
    }
    // A part of another version is worthless: with another tag the whole is sent.
    let part = match headers.get(RANGE).and_then(|value| value.to_str().ok()) {
        Some(range) if tag.continues(headers) => parse(range, size)?,
        _ => None,
    };
    let range = part.clone().unwrap_or(0..size);
    let mut answer = HeaderMap::new();
    answer.insert(ETAG, tag.value());
    answer.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    answer.insert(CONTENT_TYPE, header(&content.document.media_type));
    answer.insert(CONTENT_DISPOSITION, header(&disposition(&content.name)));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let status = match &part {
        Some(part) => {
            let value = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            answer.insert(CONTENT_RANGE, header(&value));
            StatusCode::PARTIAL_CONTENT
        }
        None => StatusCode::OK,
    };
    Ok((status, answer, body(content, range).await?).into_response())
}

/// A file that is saved, not shown, and belongs into no cache.
#[must_use]
pub fn attached(media_type: &str, name: &str, bytes: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes.into()).into_response()
}

async fn body(content: Content, range: Range<u64>) -> Result<Body, FlowError> {
    let first_end = range.end.min(range.start.saturating_add(CHUNK));
    // Read before the status is sent: what is missing or damaged is still a problem document.
    let first = content.read(range.start..first_end).await?;
    if first_end == range.end {
        return Ok(Body::from(first));
    }
    let (reader, mut writer) = tokio::io::simplex(usize::try_from(CHUNK).unwrap_or(usize::MAX));
    tokio::spawn(async move {
        // When the reader has gone, or a read fails, dropping the writer cuts the answer short of
        // its Content-Length, which the other side notices.
        if writer.write_all(&first).await.is_err() {
            return;
        }
        let mut at = first_end;
        while at < range.end {
            let end = range.end.min(at + CHUNK);
            match content.read(at..end).await {
                Ok(bytes) if writer.write_all(&bytes).await.is_ok() => at = end,
                Ok(_) => return,
                Err(error) => {
                    tracing::error!(%error, "a document could not be sent to its end");
                    return;
                }
            }
        }
        let _ = writer.shutdown().await;
    });
    Ok(Body::from_stream(ReaderStream::new(reader)))
}

// One range is served; several at once, or another unit, are ignored as RFC 9110 §14.2 allows.
fn parse(value: &str, size: u64) -> Result<Option<Range<u64>>, FlowError> {
    let Some(spec) = value.trim().strip_prefix("bytes=") else { return Ok(None) };
    let Some((first, last)) = spec.split_once('-') else { return Ok(None) };
    let outside = Err(FlowError::Range { size });
    match (first.trim(), last.trim()) {
        ("", last) => match last.parse::<u64>() {
            Ok(0) => outside,
            Ok(_) if size == 0 => outside,
            Ok(count) => Ok(Some(size.saturating_sub(count)..size)),
            Err(_) => Ok(None),
        },
        (first, last) => {
            let Ok(first) = first.parse::<u64>() else { return Ok(None) };
            let last = match last {
                "" => u64::MAX,
                digits => match digits.parse::<u64>() {
                    Ok(last) if last >= first => last,
                    _ => return Ok(None),
                },
            };
            if first >= size { outside } else { Ok(Some(first..last.saturating_add(1).min(size))) }
        }
    }
}

// RFC 6266 with the UTF-8 form only: every client of ours knows it.
fn disposition(name: &str) -> String {
    let mut value = String::from("attachment; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            value.push(char::from(byte));
        } else {
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}

fn header(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_says() {
        assert_eq!(parse("bytes=0-4", 10).unwrap(), Some(0..5));
        assert_eq!(parse("bytes=5-", 10).unwrap(), Some(5..10));
        assert_eq!(parse("bytes=5-99", 10).unwrap(), Some(5..10));
        assert_eq!(parse("bytes=-3", 10).unwrap(), Some(7..10));
        assert_eq!(parse("bytes=-30", 10).unwrap(), Some(0..10));
        assert_eq!(parse("bytes=9-9", 10).unwrap(), Some(9..10));
        assert_eq!(parse("bytes=0-18446744073709551615", 10).unwrap(), Some(0..10));
    }

    #[test]
    fn ranges_beyond_the_end_are_refused() {
        for range in ["bytes=10-", "bytes=11-12", "bytes=-0"] {
            assert!(matches!(parse(range, 10), Err(FlowError::Range { size: 10 })), "{range}");
        }
        assert!(parse("bytes=-1", 0).is_err());
    }

    #[test]
    fn what_is_no_range_is_ignored() {
        for range in ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes", "bytes=a-b", "bytes=-"] {
            assert_eq!(parse(range, 10).unwrap(), None, "{range}");
        }
    }

    #[test]
    fn file_names_cannot_break_the_header() {
        assert_eq!(
            disposition("Quyết định\r\n\".pdf"),
            "attachment; filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%0D%0A%22.pdf"
        );
    }
}
