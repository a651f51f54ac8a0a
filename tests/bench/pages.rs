//! What a page of the console costs with 1,000 people, phones and certificates and with 100,000: from the request to the
//! last byte, session and drawing included, without the network; SQLite, median.

use std::error::Error;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use tower::ServiceExt as _;
use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_server::config::Origin;
use trien_server::console::{Console, Demo};
use trien_server::flow::account::{
    self, Grant, Login, NewAccount, Officer, Password, Role, SessionToken, SignIn, Use,
};
use trien_server::flow::register::{self, Filter, Reader};
use trien_server::flow::{devices, people, waves};
use trien_server::paging::Turn;

use crate::office::Office;
use crate::{documents, people as filled, phones};

const SIZES: [usize; 2] = [1_000, 100_000];
/// Looks at each page, and at what is counted anew.
const ROUNDS: usize = 61;
const ANEW: usize = 7;
/// How much more a page may cost.
const GOAL: f64 = 1.5;
/// Largest page, in bytes.
const MOST: usize = 1 << 22;
const SENTENCE: &str = "trời xanh mây trắng nắng vàng";

type Rows = Vec<(&'static str, Look)>;

/// What a look at a page takes, and how many lines of tables and lists it shows.
#[derive(Clone, Copy)]
struct Look {
    time: Duration,
    lines: usize,
}

pub async fn measure() -> Result<(), Box<dyn Error>> {
    let mut columns = Vec::new();
    for size in SIZES {
        let office = Office::on_sqlite().await;
        let start = now();
        let unit = filled::fill(&office, size).await?;
        phones::fill(&office).await?;
        documents::fill(&office).await?;
        eprintln!("{size} people, their phones and documents after {:.0?}", start.elapsed());
        columns.push(times(&office, unit).await?);
    }
    println!("| page | with {} | lines | with {} | lines | ratio |", SIZES[0], SIZES[1]);
    println!("|---|---|---|---|---|---|");
    for ((what, few), (_, many)) in columns[0].iter().zip(&columns[1]) {
        let ratio = many.time.as_secs_f64() / few.time.as_secs_f64();
        let mark = if ratio > GOAL { " (above the goal)" } else { "" };
        let ((one, few), (other, many)) = ((few.time, few.lines), (many.time, many.lines));
        println!("| {what} | {one:.2?} | {few} | {other:.2?} | {many} | {ratio:.2}{mark} |");
    }
    Ok(())
}

/// Somebody at a browser.
struct Visitor<'a> {
    office: &'a Office,
    pages: Router,
    cookie: String,
}

impl<'a> Visitor<'a> {
    fn new(office: &'a Office, token: &SessionToken) -> Result<Self, Box<dyn Error>> {
        let origins = [Origin::parse("https://ky.example.vn")?];
        let pages = Console::new(office.app.clone(), &origins, Demo::Real).router();
        Ok(Self { office, pages, cookie: format!("__Host-trien-session={}", token.reveal()) })
    }

    async fn get(&self, path: &str) -> Result<String, Box<dyn Error>> {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        let answer = self.pages.clone().oneshot(request.body(Body::empty())?).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{path}: {}", answer.status()).into());
        }
        Ok(String::from_utf8(to_bytes(answer.into_body(), MOST).await?.to_vec())?)
    }

    /// Where the page after this one is.
    async fn after(&self, path: &str) -> Result<String, Box<dyn Error>> {
        let page = self.get(path).await?;
        let links = page.split("<a ").filter_map(|rest| rest.split('>').next());
        let next = links.into_iter().find(|link| link.contains("rel=\"next\""));
        let next = next.and_then(|link| link.split("href=\"").nth(1)?.split('"').next());
        let next = next.ok_or_else(|| format!("{path} has no next page"))?.replace("&#38;", "&");
        let base = path.split('?').next().unwrap_or(path);
        Ok(if next.starts_with('?') { format!("{base}{next}") } else { next })
    }

    /// One of so many looks, that of the middle time, the clock set forward by so many seconds before each.
    async fn time(&self, path: &str, rounds: usize, seconds: i64) -> Result<Look, Box<dyn Error>> {
        let mut times = Vec::with_capacity(rounds);
        let mut lines = 0;
        for _ in 0..rounds {
            self.office.clock.forward(seconds);
            let start = now();
            let page = self.get(path).await?;
            times.push(start.elapsed());
            lines = page.matches("<tr").count() + page.matches("<li").count();
        }
        times.sort();
        Ok(Look { time: times[rounds / 2], lines })
    }
}

async fn times(office: &Office, commune: UnitId) -> Result<Rows, Box<dyn Error>> {
    let (token, officer) = first(office).await?;
    let top = Visitor::new(office, &token)?;
    let below = Visitor::new(office, &second(office, &officer, commune).await?)?;
    let mut rows = Vec::new();
    for (what, path) in paths(office, &officer, commune).await? {
        let who = if what.contains("commune's officer") { &below } else { &top };
        let path = if what.ends_with("next") { who.after(&path).await? } else { path };
        rows.push((what, who.time(&path, ROUNDS, 0).await?));
    }
    let wave = format!("/console/waves/{}", waves::open(&office.app, &officer).await?[0].id);
    for (what, path, seconds) in [
        ("the wave, counted anew beside it (once a minute)", wave.as_str(), 61),
        ("home, counted anew beside it", "/console", 61),
        ("the wave, the first look after a start", wave.as_str(), 601),
        ("home, the first look after a start", "/console", 601),
    ] {
        rows.push((what, top.time(path, ANEW, seconds).await?));
    }
    Ok(rows)
}

/// All pages that list or count, and one of each thing.
async fn paths(
    office: &Office,
    officer: &Officer,
    commune: UnitId,
) -> Result<Vec<(&'static str, String)>, Box<dyn Error>> {
    let app = &office.app;
    let person = people::search(app, officer, "", Turn::First).await?.people[0].person.id;
    let device = devices::newest(app, None, 1).await?[0].id;
    let reader = Reader::Officer(officer);
    let entry = register::list(app, reader, &Filter::default(), None, 1).await?.entries[0].id;
    let wave = waves::open(app, officer).await?[0].id;
    let mut paths: Vec<(&'static str, String)> = [
        ("home", "/console"),
        ("home, one commune's officer", "/console"),
        ("people", "/console/people"),
        ("people, next", "/console/people"),
        ("people, a common word: nguyen", "/console/people?q=nguyen"),
        ("people, a common word, next", "/console/people?q=nguyen"),
        ("people, a rare word: hiem", "/console/people?q=hiem"),
        ("people, two common words: khue tran", "/console/people?q=khue+tran"),
        ("people, two very common words: nguyen van", "/console/people?q=nguyen+van"),
        ("people, nobody: zz", "/console/people?q=zz"),
        ("people, one commune's officer", "/console/people"),
        ("people, one commune's officer: nguyen", "/console/people?q=nguyen"),
        ("devices", "/console/devices"),
        ("devices, next", "/console/devices"),
        ("devices, suspended", "/console/devices?standing=suspended"),
        ("devices, a common word: nguyen", "/console/devices?q=nguyen"),
        ("devices, two common words: khue tran", "/console/devices?q=khue+tran"),
        ("devices, two very common words: nguyen van", "/console/devices?q=nguyen+van"),
        ("devices, one commune's officer", "/console/devices"),
        ("register", "/console/certificates"),
        ("register, next", "/console/certificates"),
        ("register, suspended", "/console/certificates?state=suspended"),
        ("register, ends in 30 days", "/console/certificates?within=30"),
        ("register, one commune's officer", "/console/certificates"),
        ("register, its counts", "/console/certificates/counts"),
        ("register, its counts, next", "/console/certificates/counts"),
        ("documents", "/console/requests"),
        ("documents, next", "/console/requests"),
        ("documents, open", "/console/requests?state=open"),
        ("documents, one number: 77 cv", "/console/requests?q=77+cv"),
        ("documents, a new one", "/console/requests/new"),
        ("units", "/console/units"),
        ("levels", "/console/levels"),
        ("stuck", "/console/stuck"),
        ("acts", "/console/acts"),
        ("outside authorities", "/console/exchange"),
        ("waves", "/console/waves"),
        ("changes", "/console/changes"),
        ("accounts", "/console/accounts"),
    ]
    .map(|(what, path)| (what, path.to_owned()))
    .to_vec();
    paths.extend([
        ("devices of one commune", format!("/console/devices?unit={commune}")),
        ("one person", format!("/console/people/{person}")),
        ("one device", format!("/console/devices/{device}")),
        ("one certificate", format!("/console/certificates/{entry}")),
        ("one unit", format!("/console/units/{commune}")),
        ("the wave of everybody", format!("/console/waves/{wave}")),
    ]);
    Ok(paths)
}

/// Whoever administers, reads and submits at the top.
async fn first(office: &Office) -> Result<(SessionToken, Officer), Box<dyn Error>> {
    let code = account::begin_setup(&office.app).await?.ok_or("the office has accounts")?;
    let roles = [Role::Administrator, Role::Auditor, Role::Clerk];
    let grants = roles.map(|role| Grant { unit: office.unit.id, role }).to_vec();
    let token = account::set_up(&office.app, &code, new("tren", grants)?, "bench").await?;
    let officer = account::officer(&office.app, &token, Use::Acts).await?;
    Ok((token, officer))
}

/// Whoever administers one commune.
async fn second(
    office: &Office,
    by: &Officer,
    unit: UnitId,
) -> Result<SessionToken, Box<dyn Error>> {
    let grants = vec![Grant { unit, role: Role::Administrator }];
    account::create(&office.app, by, new("duoi", grants)?).await?;
    let password = Password::choose(SENTENCE, "duoi").map_err(|_| "a weak password")?;
    let asked = SignIn { login: "duoi".to_owned(), password, client: "bench".to_owned() };
    Ok(account::sign_in(&office.app, asked).await?)
}

fn new(login: &str, grants: Vec<Grant>) -> Result<NewAccount, Box<dyn Error>> {
    Ok(NewAccount {
        login: Login::parse(login).ok_or("no login")?,
        name: Text::new(login)?,
        password: Password::choose(SENTENCE, login).map_err(|_| "a weak password")?,
        grants,
    })
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
fn now() -> Instant {
    Instant::now()
}
