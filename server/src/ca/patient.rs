//! Asking a key that may never answer: a token's driver is somebody else's library.

use std::sync::Arc;
use std::time::Duration;

use super::key::{IssuingKey, KeyError};

/// Long enough for a PIN that is typed at the token, and less than an answer to a request may take.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// A key with the one thread that waits for it.
pub(super) struct Patient {
    key: Arc<dyn IssuingKey>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Patient {
    pub(super) fn new(key: Arc<dyn IssuingKey>) -> Self {
        Self { key, turn: Arc::default() }
    }

    /// Signs on a thread that may wait, and gives up after `patience`; `silent` says what that means. A thread
    /// that waits for a key cannot be stopped, so the others wait for it where that costs none.
    pub(super) async fn sign(
        &self,
        message: &[u8],
        patience: Duration,
        silent: impl Fn(String) -> KeyError,
    ) -> Result<Vec<u8>, KeyError> {
        let (key, message) = (self.key.clone(), message.to_vec());
        let turn = self.turn.clone();
        let signing = async move {
            let turn = turn.lock_owned().await;
            tokio::task::spawn_blocking(move || {
                let _turn = turn;
                key.sign(&message)
            })
            .await
        };
        within(patience, signing, silent).await
    }
}

/// What somebody else's library answers on a thread of its own, if it does in time.
pub(super) async fn within<T>(
    patience: Duration,
    asked: impl Future<Output = Result<Result<T, KeyError>, tokio::task::JoinError>>,
    silent: impl Fn(String) -> KeyError,
) -> Result<T, KeyError> {
    match tokio::time::timeout(patience, asked).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(silent(error.to_string())),
        Err(_) => Err(silent("it does not answer".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    /// Answers when it is told to.
    struct Stubborn {
        asked: AtomicUsize,
        told: Mutex<Receiver<()>>,
    }

    impl IssuingKey for Stubborn {
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.told.lock().unwrap().recv().unwrap();
            Ok(message.to_vec())
        }
    }

    #[tokio::test]
    async fn a_key_that_does_not_answer_holds_one_thread_and_works_again_when_it_does() {
        let (tell, told) = channel();
        let key = Arc::new(Stubborn { asked: AtomicUsize::new(0), told: Mutex::new(told) });
        let patient = Patient::new(key.clone());
        let silent = |why| KeyError::silent("CA", why);
        let soon = Duration::from_millis(100);
        for _ in 0..3 {
            let said = patient.sign(b"x", soon, silent).await.unwrap_err().to_string();
            assert!(said.contains("it does not answer"), "{said}");
        }
        assert_eq!(key.asked.load(Ordering::SeqCst), 1, "the others wait without a thread");
        tell.send(()).unwrap();
        tell.send(()).unwrap();
        assert_eq!(patient.sign(b"y", PATIENCE, silent).await, Ok(b"y".to_vec()));
    }
}
