//! Mail: once a working day, by the office's relay, and it says nothing of what is in a document.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::Row as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use trien_core::decision::Verb;
use trien_core::env::{OsEntropy, Timestamp};
use trien_core::id::PersonId;
use trien_server::app::{App, Settings};
use trien_server::config::Secret;
use trien_server::flow::digest;
use trien_server::jobs;
use trien_server::mail::MailSettings;

use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;
use crate::time::{at, chief, come};

on_both!(
    whoever_has_documents_waiting_gets_one_mail_a_working_day_with_counts_alone,
    a_relay_that_does_not_take_mail_is_asked_again_and_given_up,
    whoever_is_told_above_gets_a_mail_without_a_word_of_the_document,
    abstracts_are_named_where_the_rules_say_so,
    what_is_told_later_the_same_day_is_another_mail,
    what_nobody_sent_in_half_a_day_is_sent_no_more,
);

const RULES: &str = include_str!("../../server/assets/time/notices.toml");

/// A relay that takes mail, or answers to each recipient as it is told.
#[derive(Clone)]
struct Relay {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
    says: Arc<Mutex<&'static str>>,
    logins: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Self {
            port: listener.local_addr().unwrap().port(),
            taken: Arc::default(),
            says: Arc::new(Mutex::new("250 ok")),
            logins: Arc::default(),
        };
        let of = relay.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(of.clone().converse(stream));
            }
        });
        relay
    }

    fn say(&self, answer: &'static str) {
        *self.says.lock().unwrap() = answer;
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    async fn converse(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 relay\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-relay\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
                "AUTH" => {
                    self.logins.lock().unwrap().push(line.clone());
                    "235 welcome".to_owned()
                }
                "RCPT" => self.says.lock().unwrap().to_string(),
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    let mut letter = String::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        letter.push_str(&line);
                        letter.push('\n');
                    }
                    self.taken.lock().unwrap().push(letter);
                    "250 queued".to_owned()
                }
                "QUIT" => "221 bye".to_owned(),
                _ => "250 ok".to_owned(),
            };
            if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

async fn with_relay(office: &mut Office, rules: &str) -> Relay {
    let relay = Relay::start().await;
    office.keep_time(rules).await;
    office.app.shut_down().await;
    let mail = MailSettings {
        relay: format!("smtp://127.0.0.1:{}", relay.port).parse().unwrap(),
        from: "Triện <trien@xa.gov.vn>".to_owned(),
        user: Some(("trien".to_owned(), Secret::new("mat-khau".to_owned()))),
        authority: None,
        patience: Duration::from_secs(5),
    };
    let settings = Settings { mail: Some(mail), ..office.app.settings().clone() };
    office.app = App::open(settings, office.clock.clone(), Arc::new(OsEntropy)).await.unwrap();
    relay
}

async fn reachable(office: &Office, person: PersonId, address: &str) {
    let update = sqlx::query("UPDATE person SET email = $2 WHERE id = $1");
    let update = update.bind(person.as_bytes().to_vec()).bind(address.to_owned());
    assert_eq!(update.execute(&mut office.database().await).await.unwrap().rows_affected(), 1);
}

/// The time comes, what is due is queued, and then sent.
async fn morning(office: &Office, then: Timestamp) {
    come(office, then).await;
    assert!(digest::run(&office.app).await.unwrap().is_some());
    jobs::mail::run_due(&office.app).await.unwrap();
}

/// The text of a letter, whichever way it is encoded.
fn text(letter: &str) -> String {
    let (head, body) = letter.split_once("\n\n").unwrap();
    assert!(!head.contains("base64"), "{head}");
    let joined = body.replace("=\n", "");
    let bytes = joined.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let coded = (bytes[at] == b'=').then(|| joined.get(at + 1..at + 3)).flatten();
        match coded.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (out.push(byte), at += 3),
            None => (out.push(bytes[at]), at += 1),
        };
    }
    String::from_utf8(out).unwrap()
}

async fn whoever_has_documents_waiting_gets_one_mail_a_working_day_with_counts_alone(
    mut office: Office,
) {
    let relay = with_relay(&mut office, RULES).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let chi = office.person("Lê Thị Chi").await;
    let phone = Phone::enroll(&office, an).await;
    reachable(&office, an, "an@xa.gov.vn").await;
    reachable(&office, binh, "binh@xa.gov.vn").await;
    let mut package = office.package(&[an]);
    package.submission.within_hours = Some(8);
    let request = office.queue_package(package).await;
    office.queue(&[an]).await;
    // Nobody's address is known here: nobody is told.
    office.queue(&[chi]).await;
    let health = digest::health(&office.app).await.unwrap().unwrap();
    assert_eq!((health.waiting, health.last), (0, None));
    assert!(jobs::mail::try_relay(&office.app).await.unwrap().works);
    morning(&office, at(0, 8)).await;
    assert_eq!(relay.taken(), Vec::<String>::new(), "a Sunday");
    morning(&office, at(1, 8)).await;
    let taken = relay.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    let letter = &taken[0];
    assert!(
        letter.contains("To: an@xa.gov.vn") && letter.contains("Auto-Submitted: auto-generated")
    );
    let said = text(letter);
    for line in ["Văn bản chờ Ông/Bà quyết định: 2", "Đến hạn hôm nay: 1", "Due today: 1"]
    {
        assert!(said.contains(line), "{said}");
    }
    for secret in ["thử nghiệm", "Nguyễn", "Quyết định", &request.to_string()] {
        assert!(!said.contains(secret) && !letter.contains(secret), "{secret}: {said}");
    }
    assert!(!said.contains("http"), "no link decides anything");
    morning(&office, at(1, 9)).await;
    assert_eq!(relay.taken().len(), 1, "once a day");
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    morning(&office, at(2, 8)).await;
    let said = text(&relay.taken()[1]);
    assert!(said.contains("quyết định: 1") && !said.contains("quá hạn"), "{said}");
    let logins = relay.logins.lock().unwrap().clone();
    assert!(logins.iter().all(|login| login.starts_with("AUTH PLAIN")) && !logins.is_empty());
}

async fn a_relay_that_does_not_take_mail_is_asked_again_and_given_up(mut office: Office) {
    let relay = with_relay(&mut office, RULES).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    reachable(&office, an, "an@xa.gov.vn").await;
    office.queue(&[an]).await;
    office.queue(&[binh]).await;
    relay.say("451 try later");
    morning(&office, at(1, 8)).await;
    let health = digest::health(&office.app).await.unwrap().unwrap();
    assert_eq!((health.waiting, health.failing, health.given_up), (1, 1, 0));
    let (answer, taken, _) = health.last.unwrap();
    assert!(answer.contains("451") && !taken, "{answer}");
    jobs::mail::run_due(&office.app).await.unwrap();
    relay.say("250 ok");
    jobs::mail::run_due(&office.app).await.unwrap();
    assert_eq!(relay.taken().len(), 0, "not before its time");
    office.clock.forward(120);
    jobs::mail::run_due(&office.app).await.unwrap();
    assert_eq!(relay.taken().len(), 1);
    // One that is not taken all day is of no use; an address that is not known is not tried again.
    relay.say("451 try later");
    morning(&office, at(2, 8)).await;
    for _ in 0..40 {
        office.clock.forward(3600);
        jobs::mail::run_due(&office.app).await.unwrap();
    }
    reachable(&office, binh, "nobody@xa.gov.vn").await;
    relay.say("550 no such user");
    morning(&office, at(4, 8)).await;
    let health = digest::health(&office.app).await.unwrap().unwrap();
    assert_eq!((health.waiting, health.given_up), (0, 3), "{health:?}");
    assert_eq!(relay.taken().len(), 1);
}

async fn whoever_is_told_above_gets_a_mail_without_a_word_of_the_document(mut office: Office) {
    let relay = with_relay(&mut office, RULES).await;
    let an = office.person("Nguyễn Văn An").await;
    let cuong = chief(&office, "Lê Văn Cường").await;
    reachable(&office, cuong, "cuong@xa.gov.vn").await;
    let requests = [office.queue(&[an]).await, office.queue(&[an]).await];
    come(&office, at(2, 8)).await;
    jobs::mail::run_due(&office.app).await.unwrap();
    assert_eq!(relay.taken().len(), 0, "what comes together is told together");
    office.clock.forward(601);
    jobs::mail::run_due(&office.app).await.unwrap();
    let taken = relay.taken();
    assert_eq!(taken.len(), 1);
    let said = text(&taken[0]);
    assert!(said.contains("quá thời gian quy định: 2"), "{said}");
    assert!(said.contains("/console/requests") && !said.contains("thử nghiệm"), "{said}");
    assert!(requests.iter().all(|request| !said.contains(&request.to_string())), "{said}");
}

async fn what_is_told_later_the_same_day_is_another_mail(mut office: Office) {
    let relay = with_relay(&mut office, RULES).await;
    let an = office.person("Nguyễn Văn An").await;
    reachable(&office, chief(&office, "Lê Văn Cường").await, "cuong@xa.gov.vn").await;
    office.queue(&[an]).await;
    come(&office, at(1, 10)).await;
    office.queue(&[an]).await;
    for (hour, letters) in [(8, 1), (10, 2)] {
        come(&office, at(2, hour)).await;
        office.clock.forward(601);
        jobs::mail::run_due(&office.app).await.unwrap();
        assert_eq!(relay.taken().len(), letters, "at {hour}");
    }
    assert!(text(&relay.taken()[1]).contains("quá thời gian quy định: 2"));
}

async fn what_nobody_sent_in_half_a_day_is_sent_no_more(mut office: Office) {
    let relay = with_relay(&mut office, RULES).await;
    let an = office.person("Nguyễn Văn An").await;
    reachable(&office, an, "an@xa.gov.vn").await;
    office.queue(&[an]).await;
    come(&office, at(1, 8)).await;
    assert!(digest::run(&office.app).await.unwrap().is_some());
    office.clock.forward(13 * 3600);
    jobs::mail::run_due(&office.app).await.unwrap();
    let health = digest::health(&office.app).await.unwrap().unwrap();
    assert_eq!((relay.taken().len(), health.waiting, health.given_up), (0, 0, 1));
}

async fn abstracts_are_named_where_the_rules_say_so(mut office: Office) {
    let rules = RULES.replace("titles = false", "titles = true");
    let relay = with_relay(&mut office, &rules).await;
    let an = office.person("Nguyễn Văn An").await;
    reachable(&office, an, "an@xa.gov.vn").await;
    office.queue(&[an]).await;
    morning(&office, at(1, 8)).await;
    assert!(text(&relay.taken()[0]).contains("- –: Về việc thử nghiệm ký số"));
    let kept = sqlx::query("SELECT state, answer FROM mail");
    let row = kept.fetch_one(&mut office.database().await).await.unwrap();
    let (state, answer): (String, String) = (row.get(0), row.get(1));
    assert_eq!(state, "taken");
    assert!(!answer.contains("thử nghiệm"), "what it said lies nowhere");
}
