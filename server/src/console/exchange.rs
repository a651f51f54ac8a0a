//! The exchange with an outside authority: what waits, what goes out, what comes in, whom to trust.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use trien_core::certificate::Certificate;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::wire::UnitView;

use super::Console;
use super::error::{PageError, words};
use super::page::{self, Frame, Texts};
use super::posted::{Posted, Uploaded, Uploads};
use super::units::CHOSEN_OF;
use super::visitor::Visitor;
use crate::download::attached;
use crate::flow::account::Role;
use crate::flow::exchange::{
    self, AnchorRow, Answer, Asked, Encoding, Ended, Exchanger, MAX_FILE_BYTES, NoExchange,
    Objection, Source, Upload, Way,
};
use crate::flow::register::{Exported, Waiting};
use crate::flow::units;
use crate::flow::{FlowError, Thing, waves};
use crate::sheet::Format;

/// Entries and files on the page; the rest is in the files.
const SHOWN: usize = 100;

#[derive(askama::Template)]
#[template(path = "console/exchange.html")]
struct ExchangePage {
    frame: Frame,
    /// Whether this person exchanges files.
    certifies: bool,
    /// Whether everything is made up, so that nothing is exchanged.
    made_up: bool,
    waiting: Vec<Waiting>,
    more: usize,
    exports: Vec<Exported>,
    ended: Vec<Ended>,
    untold: usize,
    anchors: Vec<Anchor>,
    sources: Vec<(UnitView, Source)>,
    units: Option<Vec<UnitView>>,
    waves: Vec<waves::WaveRow>,
}

/// A trust anchor in words.
struct Anchor {
    row: AnchorRow,
    subject: String,
    ends: String,
    /// Whether this person proposed it.
    own: bool,
}

#[derive(askama::Template)]
#[template(path = "console/exchange_answer.html")]
struct AnswerPage {
    frame: Frame,
    answer: Answer,
}

/// What a redirect says happened.
#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references to methods of one value"
)]
impl Texts {
    /// Where certificates come from.
    pub(super) fn source(&self, source: &Source) -> String {
        self.of(match source {
            Source::Here => "exchange-source-here",
            Source::Outside => "exchange-source-outside",
        })
    }

    /// Why a certificate is not taken.
    pub(super) fn objection(&self, objection: &Objection) -> String {
        self.of(objection.key())
    }
}

/// Everything about the exchange within reach.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let news = match news.as_deref() {
        Some("taken") => Some("exchange-news-taken"),
        Some("proposed") => Some("exchange-news-proposed"),
        Some("confirm") => Some("exchange-news-confirmed"),
        Some("end") => Some("exchange-news-ended"),
        Some("source") => Some("exchange-news-source"),
        _ => None,
    };
    let frame = Frame::new(&console, &visitor, "certificates").with_news(news);
    let page = page_of(&console, &visitor, frame).await;
    let page = page.map_err(|error| PageError::of(error, visitor.language))?;
    Ok(page::of(&page, visitor.language))
}

async fn page_of(
    console: &Console,
    visitor: &Visitor,
    frame: Frame,
) -> Result<ExchangePage, FlowError> {
    let (app, officer) = (&console.app, &visitor.officer);
    let certifies = officer.is(Role::CaOfficer);
    let who = Exchanger::Officer(officer);
    let (mut waiting, mut exports, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    if certifies {
        waiting = exchange::waiting(app, who, Asked::All).await?;
        exports = exchange::exports(app, who, 20).await?;
        ended = exchange::ended(app, who).await?;
    }
    let anchors = exchange::anchors(app, officer).await?;
    let anchors = anchors.into_iter().map(|row| {
        let read = Certificate::parse(&row.der).ok();
        let own = row.proposed_by.as_ref().is_some_and(|(by, _)| *by == officer.account);
        let subject = read.as_ref().map(Certificate::subject_text).unwrap_or_default();
        let ends = read.map(|it| frame.t.day(&it.not_after())).unwrap_or_default();
        Anchor { row, subject, ends, own }
    });
    let anchors = anchors.collect();
    let more = waiting.len().saturating_sub(SHOWN);
    waiting.truncate(SHOWN);
    let untold = ended.iter().filter(|one| one.told_at.is_none()).count();
    ended.truncate(SHOWN);
    Ok(ExchangePage {
        certifies,
        made_up: app.is_made_up(),
        waiting,
        more,
        exports,
        untold,
        ended,
        anchors,
        sources: exchange::sources(app, officer).await?,
        units: units::if_few(app, officer, CHOSEN_OF).await?,
        waves: waves::open(app, officer).await?,
        frame,
    })
}

/// The page with what was wrong.
async fn again(
    console: &Console,
    visitor: &Visitor,
    error: FlowError,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let t = Texts(visitor.language);
    let fault = match error {
        FlowError::NoExchange(why) => t.of(why.key()),
        FlowError::BadRequest(_) => words(&error, visitor.language).1,
        error => return Err(refused(error)),
    };
    let frame = Frame::new(console, visitor, "certificates").with_fault(fault);
    let page = page_of(console, visitor, frame).await.map_err(refused)?;
    let mut response = page::of(&page, visitor.language);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// Which requests an officer chose.
#[derive(Deserialize)]
pub(super) struct RequestsForm {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    wave: String,
    #[serde(default)]
    encoding: String,
}

/// Hands requests out: the file is the answer.
pub(super) async fn requests(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<RequestsForm>,
) -> Result<Response, PageError> {
    let who = Exchanger::Officer(&visitor.officer);
    let encoding = if form.encoding == "der" { Encoding::Der } else { Encoding::Pem };
    let packed = match asked(&console, &visitor, &form).await {
        Ok(asked) => exchange::pack(&console.app, who, asked, encoding, None).await,
        Err(error) => Err(error),
    };
    match packed {
        Ok(packed) => Ok(attached("application/zip", "requests.zip", packed.zip)),
        Err(error) => again(&console, &visitor, error).await,
    }
}

async fn asked(
    console: &Console,
    visitor: &Visitor,
    form: &RequestsForm,
) -> Result<Asked, FlowError> {
    if !form.wave.is_empty() {
        let wave = form.wave.parse().map_err(|_| FlowError::NotFound(Thing::Wave))?;
        waves::one(&console.app, &visitor.officer, wave).await?;
        return Ok(Asked::Wave(wave));
    }
    if form.unit.is_empty() {
        return Ok(Asked::All);
    }
    Ok(Asked::Unit(units::meant(&console.app, &visitor.officer, &form.unit).await?))
}

/// Looks at files of certificates; nothing is taken yet.
pub(super) async fn check(
    State(console): State<Console>,
    Uploads { visitor, files }: Uploads<MAX_FILE_BYTES>,
) -> Result<Response, PageError> {
    let uploads = files.into_iter().map(|file| Upload { name: file.name, bytes: file.bytes });
    let file = exchange::together(uploads.collect());
    match exchange::look(&console.app, &visitor.officer, file).await {
        Ok(answer) => Ok(answered(&console, &visitor, answer)),
        Err(error) => again(&console, &visitor, error).await,
    }
}

fn answered(console: &Console, visitor: &Visitor, answer: Answer) -> Response {
    let frame = Frame::new(console, visitor, "certificates");
    let sound = answer.refused.is_empty();
    let frame = if sound {
        frame
    } else {
        let fault = frame.t.of("exchange-misfits-lead");
        frame.with_fault(fault)
    };
    let ready = answer.is_ready();
    let mut response = page::of(&AnswerPage { frame, answer }, visitor.language);
    if !ready {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

/// What an officer says when taking certificates.
#[derive(Deserialize)]
pub(super) struct TakeForm {
    digest: String,
    why: String,
}

/// Takes the certificates that were looked at.
pub(super) async fn carry_out(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<TakeForm>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let (app, officer) = (&console.app, &visitor.officer);
    if !officer.is(Role::CaOfficer) {
        return Err(refused(FlowError::Forbidden));
    }
    let digest: Option<Sha256> = form.digest.parse().ok();
    // A digest of nothing finds nothing.
    let digest = digest.unwrap_or_else(|| Sha256::of(b""));
    let answer = exchange::look_again(app, officer, &digest).await.map_err(refused)?;
    let (true, Ok(why)) = (answer.is_ready(), Text::new(form.why.trim())) else {
        return Ok(answered(&console, &visitor, answer));
    };
    let taken = exchange::carry_out(app, Exchanger::Officer(officer), answer, Some(why)).await;
    match taken {
        Ok(_) => {
            exchange::forget(app, officer).await.map_err(refused)?;
            Ok(Redirect::to("/console/exchange?news=taken").into_response())
        }
        Err(error) => again(&console, &visitor, error).await,
    }
}

/// Proposes to trust an authority.
pub(super) async fn propose(
    State(console): State<Console>,
    Uploaded { visitor, fields, file, .. }: Uploaded<MAX_FILE_BYTES>,
) -> Result<Response, PageError> {
    let field = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
    let proposed = async {
        let unit = units::meant(&console.app, &visitor.officer, field("unit")).await?;
        let why = why(field("why"))?;
        exchange::propose(&console.app, &visitor.officer, unit, &file, why).await
    };
    match proposed.await {
        Ok(()) => Ok(Redirect::to("/console/exchange?news=proposed").into_response()),
        Err(error) => again(&console, &visitor, error).await,
    }
}

/// What an officer says when confirming or ending an anchor.
#[derive(Deserialize)]
pub(super) struct AnchorForm {
    #[serde(default)]
    why: String,
}

/// What is done with a trust anchor here; whatever else an address names is not there.
pub(super) const ACTS: [&str; 2] = ["confirm", "end"];

/// Confirms or ends a trust anchor.
pub(super) async fn on_anchor(
    State(console): State<Console>,
    Path((id, act)): Path<(String, String)>,
    Posted { visitor, form }: Posted<AnchorForm>,
) -> Result<Response, PageError> {
    let done = async {
        let missing = || FlowError::NotFound(Thing::Anchor);
        if !ACTS.contains(&act.as_str()) {
            return Err(missing());
        }
        let id = id.parse().map_err(|_| missing())?;
        let (way, why) = match act.as_str() {
            "confirm" => (Way::Confirm, None),
            "end" => (Way::End, Some(why(&form.why)?)),
            _ => return Err(missing()),
        };
        exchange::act_on(&console.app, &visitor.officer, id, way, why).await
    };
    match done.await {
        Ok(()) => Ok(Redirect::to(&format!("/console/exchange?news={act}")).into_response()),
        Err(error) => again(&console, &visitor, error).await,
    }
}

/// Where a unit's certificates come from.
#[derive(Deserialize)]
pub(super) struct SourceForm {
    unit: String,
    source: String,
    why: String,
}

/// Says where certificates come from.
pub(super) async fn source(
    State(console): State<Console>,
    Posted { visitor, form }: Posted<SourceForm>,
) -> Result<Response, PageError> {
    let done = async {
        let unit = units::meant(&console.app, &visitor.officer, &form.unit).await?;
        let source = match form.source.as_str() {
            "here" => Some(Source::Here),
            "outside" => Some(Source::Outside),
            "as-above" => None,
            _ => return Err(FlowError::BadRequest("choose where they come from".to_owned())),
        };
        let (who, why) = (Exchanger::Officer(&visitor.officer), why(&form.why)?);
        exchange::set_source(&console.app, who, unit, source, why).await
    };
    match done.await {
        Ok(()) => Ok(Redirect::to("/console/exchange?news=source").into_response()),
        Err(error) => again(&console, &visitor, error).await,
    }
}

/// Nothing but the token.
#[derive(Deserialize)]
pub(super) struct Nothing {}

/// The list of what the authority has to revoke.
pub(super) async fn revocations(
    State(console): State<Console>,
    Posted { visitor, .. }: Posted<Nothing>,
) -> Result<Response, PageError> {
    let who = Exchanger::Officer(&visitor.officer);
    let list = exchange::write_ended(&console.app, who, Format::Xlsx, visitor.language, None).await;
    match list {
        Ok(list) => Ok(attached(Format::Xlsx.media_type(), "revocations.xlsx", list)),
        Err(error) => again(&console, &visitor, error).await,
    }
}

fn why(typed: &str) -> Result<Text<500>, FlowError> {
    let unclear = |_| FlowError::BadRequest("say why, in at most 500 characters".to_owned());
    Text::new(typed.trim()).map_err(unclear)
}

impl ExchangePage {
    /// What is exchanged with demo data: nothing.
    fn demo(&self) -> String {
        self.frame.t.of(NoExchange::Demo.key())
    }
}
