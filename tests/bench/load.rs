//! A day of a province at once: ten thousand requests that wait, two hundred phones that sync; and a server at rest
//! after its first document, the processes that look at PDFs included.

use std::error::Error;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::stream::{self, FuturesUnordered, StreamExt as _, TryStreamExt as _};
use trien_core::wire::PersonView;

use crate::cycle::{cpu_milliseconds_of, weight};
use crate::story::{Office, Phone, approve, enroll, sample};

const PHONES: usize = 200;
const REQUESTS: usize = 10_000;
/// Submissions of a document system at once.
const AT_ONCE: usize = 8;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The office's server as a process of its own, ended when this is dropped.
struct Served(Child);

impl Served {
    async fn start(office: &Office) -> Outcome<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trien"));
        command.arg("serve").arg("--data").arg(&office.config.data);
        command.arg("--listen").arg(office.address().to_string());
        let served = Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(office.address()).await.is_ok() {
                return Ok(served);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the server does not listen".into())
    }

    fn weight(&self) -> Outcome<(usize, f64)> {
        weight(self.0.id())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Weighs a server that has looked at a document and has nothing to do.
pub async fn idle() -> Outcome<()> {
    let mut office = Office::open().await;
    let person = office.person("Nguyễn Văn An", "Chủ tịch").await;
    office.halt().await;
    let served = Served::start(&office).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (processes, before) = served.weight()?;
    println!("| idle server, SQLite | processes | PSS |\n|---|---|---|");
    println!("| nothing queued yet | {processes} | {before:.1} MiB |");
    office.submit(&office.submission(&[&person]), sample()).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (processes, after) = served.weight()?;
    println!(
        "| after its first document, with the processes that look at PDFs | {processes} | {after:.1} MiB |"
    );
    Ok(())
}

/// Ten thousand requests in flight.
pub async fn measure() -> Outcome<()> {
    let mut office = Office::open().await;
    let mut people = Vec::new();
    for number in 0..PHONES {
        people.push(office.person(&format!("Lãnh đạo {number}"), "Chủ tịch").await);
    }
    let mut phones = Vec::new();
    for person in &people {
        phones.push(enroll(&office, person).await);
    }
    office.halt().await;
    let served = Served::start(&office).await?;
    println!(
        "| {REQUESTS} requests in flight, {PHONES} phones, SQLite FULL | p50 | p99 | in all |\n|---|---|---|---|"
    );
    let begun = now();
    let submitted = queue(&office, &people).await?;
    row("a submission, 8 at once", submitted, begun);
    let (_, full) = served.weight()?;

    let begun = now();
    row("a phone's first sync of its fifty, 200 at once", sync(&phones).await?, begun);
    let (processes, most) = served.weight()?;
    for round in 0..5 {
        let begun = now();
        let nothing = sync(&phones).await?;
        if round == 4 {
            row("a sync that brings nothing, 200 at once", nothing, begun);
        }
    }
    let spent = cpu_milliseconds_of(served.0.id())?;
    let begun = now();
    row("a decision, from opening to its receipt, 200 at once", decide(&phones).await?, begun);
    let spent = cpu_milliseconds_of(served.0.id())? - spent;
    println!(
        "\nThe server used {:.1} ms of a processor for each of those decisions, and weighs (PSS, {processes} processes)",
        f64::from(spent) / PHONES as f64
    );
    let (_, after) = served.weight()?;
    println!(
        "{full:.1} MiB with all requests queued, {most:.1} MiB after all phones synced, {after:.1} MiB at the end."
    );
    Ok(())
}

async fn queue(office: &Office, people: &[PersonView]) -> Outcome<Vec<Duration>> {
    let submit = |number: usize| async move {
        let submission = office.submission(&[&people[number % people.len()]]);
        let begun = now();
        let answer = office.submit_as(&format!("load-{number}"), &submission, sample()).await;
        answer.map(|_| begun.elapsed()).map_err(|problem| format!("{problem:?}"))
    };
    let times = stream::iter(0..REQUESTS).map(submit).buffer_unordered(AT_ONCE);
    Ok(times.try_collect().await?)
}

async fn sync(phones: &[Phone]) -> Outcome<Vec<Duration>> {
    let all = phones.iter().map(|phone| async {
        let begun = now();
        phone.companion.sync().await.map(|_| begun.elapsed())
    });
    Ok(join(all).await?)
}

/// Each phone decides the first of what waits for its person.
async fn decide(phones: &[Phone]) -> Outcome<Vec<Duration>> {
    let all = phones.iter().map(|phone| async {
        let first = phone.companion.inbox().first().map(|item| item.request);
        let begun = now();
        approve(&phone.companion, first.ok_or("nothing waits")?).await;
        Ok::<_, Box<dyn Error>>(begun.elapsed())
    });
    join(all).await
}

/// All at once.
async fn join<T, E>(
    all: impl Iterator<Item = impl Future<Output = Result<T, E>>>,
) -> Result<Vec<T>, E> {
    all.collect::<FuturesUnordered<_>>().try_collect().await
}

fn row(what: &str, mut times: Vec<Duration>, begun: Instant) {
    let all = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1000.0;
    println!("| {what} | {:.1} ms | {:.1} ms | {all:.1} s |", at(50), at(99));
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
fn now() -> Instant {
    Instant::now()
}
