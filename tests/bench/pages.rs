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

/// What a look at a page takes, and how many lines of tables and lists it shows.
#[derive(Clone, Copy)]
struct Look {
    time: Duration,
    lines: usize,
}

pub async fn measure() -> Result<(), Box<dyn Error>> {
    let mut offices = Vec::new();
    for size in SIZES {
        let office = Office::on_sqlite().await;
        let start = now();
        let commune = filled::fill(&office, size).await?;
        phones::fill(&office).await?;
        documents::fill(&office).await?;
        eprintln!("{size} people, their phones and documents after {:.0?}", start.elapsed());
        offices.push((office, commune));
    }
    let few = Visits::to(&offices[0].0, offices[0].1).await?;
    let many = Visits::to(&offices[1].0, offices[1].1).await?;
    println!("| page | with {} | lines | with {} | lines | ratio |", SIZES[0], SIZES[1]);
    println!("|---|---|---|---|---|---|");
    for (one, other) in few.pages.iter().zip(&many.pages) {
        let (few, many) = in_turns(few.visitor(one), one, many.visitor(other), other).await?;
        let ratio = many.time.as_secs_f64() / few.time.as_secs_f64();
        let mark = if ratio > GOAL { " (above the goal)" } else { "" };
        let what = one.what;
        let ((one, few), (other, many)) = ((few.time, few.lines), (many.time, many.lines));
        println!("| {what} | {one:.2?} | {few} | {other:.2?} | {many} | {ratio:.2}{mark} |");
    }
    Ok(())
}

/// The same page in both offices, one look after the other: what else this machine does falls on both alike.
async fn in_turns(
    few: &Visitor<'_>,
    one: &Page,
    many: &Visitor<'_>,
    other: &Page,
) -> Result<(Look, Look), Box<dyn Error>> {
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for _ in 0..one.rounds {
        short.push(few.look(one).await?);
        long.push(many.look(other).await?);
    }
    let middle = |mut looks: Vec<Look>| {
        looks.sort_by_key(|look| look.time);
        looks[looks.len() / 2]
    };
    Ok((middle(short), middle(long)))
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

    /// One look, after the clock has been set forward.
    async fn look(&self, page: &Page) -> Result<Look, Box<dyn Error>> {
        self.office.clock.forward(page.seconds);
        let start = now();
        let text = self.get(&page.path).await?;
        let time = start.elapsed();
        Ok(Look { time, lines: text.matches("<tr").count() + text.matches("<li").count() })
    }
}

/// A page to look at.
struct Page {
    what: &'static str,
    path: String,
    rounds: usize,
    /// By how much the clock is set forward before each look.
    seconds: i64,
}

/// The pages of an office, and who looks at them.
struct Visits<'a> {
    top: Visitor<'a>,
    below: Visitor<'a>,
    pages: Vec<Page>,
}

impl<'a> Visits<'a> {
    async fn to(office: &'a Office, commune: UnitId) -> Result<Self, Box<dyn Error>> {
        let (token, officer) = first(office).await?;
        let top = Visitor::new(office, &token)?;
        let below = Visitor::new(office, &second(office, &officer, commune).await?)?;
        let mut visits = Self { top, below, pages: Vec::new() };
        for (what, path) in paths(office, &officer, commune).await? {
            let mut page = Page { what, path, rounds: ROUNDS, seconds: 0 };
            if what.ends_with("next") {
                page.path = visits.visitor(&page).after(&page.path).await?;
            }
            visits.pages.push(page);
        }
        let wave = waves::open(&office.app, &officer).await?[0].id;
        let wave = format!("/console/waves/{wave}");
        for (what, path, seconds) in [
            ("the wave, counted anew beside it (once a minute)", wave.as_str(), 61),
            ("home, counted anew beside it", "/console", 61),
            ("the wave, the first look after a start", wave.as_str(), 601),
            ("home, the first look after a start", "/console", 601),
        ] {
            visits.pages.push(Page { what, path: path.to_owned(), rounds: ANEW, seconds });
        }
        Ok(visits)
    }

    fn visitor(&self, page: &Page) -> &Visitor<'a> {
        if page.what.contains("commune's officer") { &self.below } else { &self.top }
    }
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
