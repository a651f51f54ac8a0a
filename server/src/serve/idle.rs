//! Connections that say nothing are closed: a sender that never finishes its headers would
//! otherwise hold one for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Longer than any answer takes, because a connection is silent while it waits for one.
const SILENCE: Duration = Duration::from_secs(150);

/// A listener whose connections end after [`SILENCE`].
#[derive(Debug)]
pub(super) struct Impatient<L>(pub L);

impl<L: Listener> Listener for Impatient<L>
where
    L::Io: 'static,
{
    type Io = Watched<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (connection, address) = self.0.accept().await;
        (Watched::new(connection, SILENCE), address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// A connection that fails when nothing was read or written for a while.
#[derive(Debug)]
pub(super) struct Watched<T> {
    connection: T,
    limit: Duration,
    silence: Pin<Box<Sleep>>,
}

impl<T> Watched<T> {
    fn new(connection: T, limit: Duration) -> Self {
        Self { connection, limit, silence: Box::pin(sleep(limit)) }
    }

    fn heard<O>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<O>>,
    ) -> Poll<io::Result<O>> {
        if polled.is_ready() {
            self.silence.as_mut().reset(Instant::now() + self.limit);
            return polled;
        }
        match self.silence.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::Error::from(io::ErrorKind::TimedOut))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.connection).poll_read(context, buffer);
        self.heard(context, polled)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.connection).poll_write(context, bytes);
        self.heard(context, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.connection).poll_write_vectored(context, slices);
        self.heard(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn a_silent_connection_ends_and_a_talking_one_does_not() {
        let limit = Duration::from_millis(200);
        let (mut phone, server) = duplex(16);
        let mut server = Watched::new(server, limit);
        for _ in 0..4 {
            sleep(limit / 3).await;
            phone.write_all(b"x").await.unwrap();
            assert_eq!(server.read_u8().await.unwrap(), b'x');
        }
        let error = server.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
