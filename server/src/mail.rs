//! Mail by the office's own relay (SMTP, RFC 5321), as text.
//!
//! Here is how a letter is written and handed over, and what answers mean. Who is told what and when is decided elsewhere;
//! this room knows no database and no flow.

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use reqwest::Url;
use trien_core::env::Timestamp;

use crate::config::Secret;
use crate::egress::answer::Answer;

/// The longest wait for one answer of the relay.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// The longest wait for a whole conversation.
const WHOLE: Duration = Duration::from_secs(90);
/// What each kind of relay listens on.
const SUBMISSIONS: u16 = 465;
const SUBMISSION: u16 = 587;

/// The office's relay, from the configuration file.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `smtps://host`, TLS from the start, or `smtp://host`, which must begin TLS before anything is said; on this machine
    /// itself it need not.
    pub relay: Url,
    /// Who writes.
    pub from: String,
    /// Who the relay knows this server as.
    pub user: Option<(String, Secret)>,
    /// Certificates in PEM to trust beside the system's.
    pub authority: Option<PathBuf>,
    /// The longest wait for an answer.
    pub patience: Duration,
}

/// Why mail cannot be sent as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The relay's address.
    #[error(
        "mail-relay: write it as smtps://mail.example.gov.vn, or smtp:// for one that begins TLS by STARTTLS"
    )]
    Relay,
    /// The writer's address.
    #[error("mail-from: {0:?} is not a mail address")]
    From(String),
    /// The file of certificates.
    #[error("{path}: {why}", path = path.display())]
    Authority {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// TLS cannot be used.
    #[error("TLS to the mail relay cannot be used: {0}")]
    Tls(String),
}

/// One letter to one person.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says: plain text.
    pub text: String,
    /// The same for each try, so that a relay that has it knows it again.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The relay has it.
    Taken(Answer),
    /// It never will (5yz, or no address).
    Refused(Answer),
    /// Another try may go through.
    Again(Answer),
}

impl Outcome {
    /// What was said.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        match self {
            Self::Taken(answer) | Self::Refused(answer) | Self::Again(answer) => answer,
        }
    }
}

/// The way to the relay.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

impl Mailer {
    /// A way that keeps to the settings; nothing is sent yet.
    pub fn new(settings: &MailSettings) -> Result<Self, MailError> {
        let from: Mailbox =
            settings.from.parse().map_err(|_| MailError::From(settings.from.clone()))?;
        let host = settings.relay.host_str().ok_or(MailError::Relay)?.to_owned();
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let here = bare == "localhost"
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        let (tls, port) = match settings.relay.scheme() {
            "smtps" => (Tls::Wrapper(parameters(settings, &bare)?), SUBMISSIONS),
            "smtp" if here => (Tls::None, SUBMISSION),
            "smtp" => (Tls::Required(parameters(settings, &bare)?), SUBMISSION),
            _ => return Err(MailError::Relay),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(bare)
            .port(settings.relay.port().unwrap_or(port))
            .tls(tls)
            .timeout(Some(settings.patience));
        if let Some((user, password)) = &settings.user {
            let password = password.reveal().to_owned();
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self { transport: transport.build(), from, host })
    }

    /// Hands a letter over.
    pub async fn send(&self, letter: &Letter) -> Outcome {
        let message = match self.write(letter) {
            Ok(message) => message,
            Err(why) => return Outcome::Refused(Answer::new(&why)),
        };
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(said)) => {
                let words: Vec<&str> = said.message().collect();
                Outcome::Taken(Answer::new(&format!("{} {}", said.code(), words.join(" "))))
            }
            Ok(Err(error)) if is_about_recipient(&error) => Outcome::Refused(answer(&error)),
            Ok(Err(error)) => Outcome::Again(answer(&error)),
            Err(_) => Outcome::Again(Answer::new("the relay did not answer in time")),
        }
    }

    /// Greets the relay, without a letter.
    pub async fn greet(&self) -> Outcome {
        match tokio::time::timeout(WHOLE, self.transport.test_connection()).await {
            Ok(Ok(true)) => Outcome::Taken(Answer::new("answers")),
            Ok(Ok(false)) => Outcome::Again(Answer::new("ends the conversation")),
            Ok(Err(error)) => Outcome::Again(answer(&error)),
            Err(_) => Outcome::Again(Answer::new("the relay did not answer in time")),
        }
    }

    /// The relay's name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    fn write(&self, letter: &Letter) -> Result<Message, String> {
        let to: Mailbox = letter.to.parse().map_err(|_| "not a mail address".to_owned())?;
        let millis = u64::try_from(letter.at.as_millis()).unwrap_or(0);
        // Says to other machines that nobody wrote it, so that none of them answers (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let automatic = HeaderValue::new(automatic, "auto-generated".to_owned());
        let written = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.clone())
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(letter.text.clone());
        written.map_err(|error| error.to_string())
    }
}

/// Whether the relay refuses this letter for good. A password that ended or a relay that is closed is refused with the
/// same class of codes, and somebody can mend that within the day.
fn is_about_recipient(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().map(u16::from);
    code.is_some_and(|code| matches!(code, 550..=553 | 556))
}

fn parameters(settings: &MailSettings, host: &str) -> Result<TlsParameters, MailError> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(path) = &settings.authority {
        let failed = |why: String| MailError::Authority { path: path.clone(), why };
        let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let roots = Certificate::from_pem(&pem);
        let roots = roots.map_err(|_| failed("not certificates in PEM".to_owned()))?;
        tls = tls.add_root_certificate(roots);
    }
    tls.build().map_err(|error| MailError::Tls(error.to_string()))
}

// The chain of causes: "connection error" alone helps nobody.
fn answer(error: &lettre::transport::smtp::Error) -> Answer {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    Answer::new(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(relay: &str, from: &str) -> MailSettings {
        MailSettings {
            relay: relay.parse().unwrap(),
            from: from.to_owned(),
            user: None,
            authority: None,
            patience: PATIENCE,
        }
    }

    #[test]
    fn only_a_relay_on_this_machine_is_spoken_to_in_the_clear() {
        let way = |relay: &str| Mailer::new(&settings(relay, "trien@so.gov.vn"));
        assert!(way("smtps://mail.so.gov.vn").is_ok() && way("smtp://127.0.0.1:25").is_ok());
        assert!(matches!(way("http://mail.so.gov.vn"), Err(MailError::Relay)));
        let debug = |relay: &str| format!("{:?}", way(relay).unwrap().transport);
        assert!(debug("smtp://mail.so.gov.vn").contains("Required"));
        assert!(debug("smtps://127.0.0.1").contains("Wrapper"));
        assert!(debug("smtp://[::1]:25").contains("None"));
        let nobody = Mailer::new(&settings("smtp://localhost", "nobody"));
        assert!(matches!(nobody, Err(MailError::From(_))));
    }

    #[test]
    fn a_letter_has_one_line_a_header_whatever_its_words_are() {
        let mailer = Mailer::new(&settings("smtp://localhost", "Triện <trien@so.gov.vn>")).unwrap();
        let mut letter = Letter {
            to: "an@so.gov.vn".to_owned(),
            subject: "5 văn bản\r\nBcc: x@y.vn".to_owned(),
            text: "Chờ ký".to_owned(),
            id: "1234".to_owned(),
            at: Timestamp::from_millis(1_795_305_600_000),
        };
        let written = String::from_utf8(mailer.write(&letter).unwrap().formatted()).unwrap();
        assert!(!written.contains("\r\nBcc:"), "{written}");
        assert!(written.contains("\r\nMessage-ID: <1234@so.gov.vn>\r\n"), "{written}");
        assert!(written.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{written}");
        assert!(written.contains("\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\n"), "{written}");
        for to in ["an@so.gov.vn\r\nBcc: x@y.vn", "an", ""] {
            to.clone_into(&mut letter.to);
            assert!(mailer.write(&letter).is_err(), "{to:?}");
        }
    }
}
