//! Comments beside a page, while a document is on its way: by clerks of its unit and by those who have a part in it. They never
//! enter the document, and nothing is signed by them. Nobody edits one; what is withdrawn leaves who, when and where.

use async_trait::async_trait;
use serde_json::json;
use trien_core::document::Text;
use trien_core::id::{CommentId, RequestId, UnitId};
use trien_core::papers::{CommentView, NewComment as Wish};
use trien_core::request::RouteState;

use super::account::{Officer, Role, require_role};
use super::act::Acted;
use super::device::AuthenticatedDevice;
use super::key::ApiCaller;
use super::read::require_own;
use super::requests::require_within;
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::comment::{self as store, NewComment, Writer};
use crate::store::request;
use crate::writer::{Commit, CommitError, Tx};

/// Most comments on one request.
const MOST: u64 = 500;
/// Most pages that a document has.
const MAX_PAGES: u32 = 5000;

/// The comments on a request that this person follows, the oldest first.
pub async fn list(
    app: &App,
    officer: &Officer,
    id: RequestId,
) -> Result<Vec<CommentView>, FlowError> {
    let mut connection = app.store().reader().await?;
    require_within(&mut connection, officer, id).await?;
    let mine = Writer::Account(officer.account);
    Ok(store::list(&mut connection, id, Some(mine)).await?)
}

/// The same for the document system of the unit.
pub async fn list_of_caller(
    app: &App,
    caller: &ApiCaller,
    id: RequestId,
) -> Result<Vec<CommentView>, FlowError> {
    let mut connection = app.store().reader().await?;
    require_own(&mut connection, caller, id).await?;
    Ok(store::list(&mut connection, id, None).await?)
}

/// The same for somebody with a part in the request.
pub async fn list_of_device(
    app: &App,
    device: &AuthenticatedDevice,
    id: RequestId,
) -> Result<Vec<CommentView>, FlowError> {
    device.require_active()?;
    let mut connection = app.store().reader().await?;
    let now = app.clock().now().second();
    if !store::has_part(&mut connection, id, device.person, now).await? {
        return Err(FlowError::NotFound(Thing::Request));
    }
    Ok(store::list(&mut connection, id, Some(Writer::Person(device.person))).await?)
}

/// Writes a comment, as a clerk of the request's unit.
pub async fn write(
    app: &App,
    officer: &Officer,
    request: RequestId,
    wish: Wish,
) -> Result<CommentId, FlowError> {
    let by = By::Clerk(officer, clerk(app, officer, request).await?);
    write_as(app, by, request, wish).await
}

/// Writes a comment, as somebody with a part in the request.
pub async fn write_by_device(
    app: &App,
    device: &AuthenticatedDevice,
    request: RequestId,
    wish: Wish,
) -> Result<CommentId, FlowError> {
    device.require_active()?;
    write_as(app, By::Device(device), request, wish).await
}

/// Withdraws an own comment, as a clerk of the request's unit.
pub async fn withdraw(
    app: &App,
    officer: &Officer,
    request: RequestId,
    id: CommentId,
) -> Result<(), FlowError> {
    let by = By::Clerk(officer, clerk(app, officer, request).await?);
    commit(app, by, request, What::Withdraw(id)).await
}

/// Withdraws an own comment, as somebody with a part in the request.
pub async fn withdraw_by_device(
    app: &App,
    device: &AuthenticatedDevice,
    request: RequestId,
    id: CommentId,
) -> Result<(), FlowError> {
    device.require_active()?;
    commit(app, By::Device(device), request, What::Withdraw(id)).await
}

/// Refuses whoever is no clerk of the request's unit; gives the unit.
async fn clerk(app: &App, officer: &Officer, id: RequestId) -> Result<UnitId, FlowError> {
    officer.require_somewhere(Role::Clerk)?;
    let unit = {
        let mut connection = app.store().reader().await?;
        require_within(&mut connection, officer, id).await?;
        let head = request::head(&mut connection, id).await?;
        head.ok_or(FlowError::NotFound(Thing::Request))?.unit.id
    };
    officer.require(app, unit, &[Role::Clerk]).await?;
    Ok(unit)
}

/// Who writes or withdraws.
#[derive(Clone, Copy)]
enum By<'a> {
    Clerk(&'a Officer, UnitId),
    Device(&'a AuthenticatedDevice),
}

async fn write_as(
    app: &App,
    by: By<'_>,
    request: RequestId,
    wish: Wish,
) -> Result<CommentId, FlowError> {
    let Wish { document, page, text } = wish;
    if !(1..=MAX_PAGES).contains(&page) {
        return Err(FlowError::BadRequest("a document has 1 to 5,000 pages".to_owned()));
    }
    let id = CommentId::generate(app.clock(), app.entropy());
    commit(app, by, request, What::Write { id, document, page, text }).await?;
    Ok(id)
}

async fn commit(app: &App, by: By<'_>, request: RequestId, what: What) -> Result<(), FlowError> {
    match by {
        By::Clerk(officer, unit) => {
            let who = Who::Clerk(officer.account, unit);
            let comment = Comment { who, request, what };
            app.writer().commit(Acted(officer.act(None), comment)).await?;
        }
        By::Device(device) => {
            let comment = Comment { who: Who::Device(device.clone()), request, what };
            app.writer().commit(comment).await?;
        }
    }
    Ok(())
}

enum What {
    Write { id: CommentId, document: u32, page: u32, text: Text<2000> },
    Withdraw(CommentId),
}

enum Who {
    Clerk(trien_core::id::AccountId, UnitId),
    Device(AuthenticatedDevice),
}

struct Comment {
    who: Who,
    request: RequestId,
    what: What,
}

#[async_trait]
impl Commit for Comment {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let by = self.require(tx).await?;
        match &self.what {
            What::Write { id, document, page, text } => {
                let new = NewComment {
                    id: *id,
                    request: self.request,
                    document: *document,
                    page: *page,
                    by,
                    text: text.to_string(),
                };
                written(tx, &new).await
            }
            What::Withdraw(id) => withdrawn(tx, self.request, *id, by).await,
        }
    }
}

impl Comment {
    /// Whoever writes may still, and the request is still on its way.
    async fn require(&self, tx: &mut Tx<'_>) -> Result<Writer, CommitError> {
        let missing = || CommitError::from(FlowError::NotFound(Thing::Request));
        let head = request::head(tx.connection(), self.request).await?.ok_or_else(missing)?;
        let by = match &self.who {
            Who::Clerk(account, unit) => {
                require_role(tx, *account, *unit, Role::Clerk).await?;
                if head.unit.id != *unit {
                    return Err(missing());
                }
                Writer::Account(*account)
            }
            Who::Device(device) => {
                device.still_active(tx).await?;
                let (person, now) = (device.person, tx.now().second());
                if !store::has_part(tx.connection(), self.request, person, now).await? {
                    return Err(missing());
                }
                let note = [("by".to_owned(), json!({ "device": device.id }))];
                tx.annotate(serde_json::Map::from_iter(note));
                Writer::Person(person)
            }
        };
        match head.state {
            RouteState::Open { .. } => Ok(by),
            _ => Err(FlowError::RequestEnded.into()),
        }
    }
}

async fn written(tx: &mut Tx<'_>, new: &NewComment) -> Result<(), CommitError> {
    if !store::has_document(tx.connection(), new.request, new.document).await? {
        return Err(FlowError::NotFound(Thing::Document).into());
    }
    if store::count(tx.connection(), new.request).await? >= MOST {
        let why = "a request has at most 500 comments";
        return Err(FlowError::BadRequest(why.to_owned()).into());
    }
    let now = tx.now();
    store::insert(tx.connection(), new, now).await?;
    // What it says is not the log's: it may be withdrawn.
    let after = json!({ "state": "written", "document": new.document, "page": new.page });
    let statement =
        json!({ "request": new.request, "comment": new.id, "before": null, "after": after });
    tx.state(Kind::CommentWritten, new.request.as_bytes(), &statement).await?;
    Ok(())
}

async fn withdrawn(
    tx: &mut Tx<'_>,
    request: RequestId,
    id: CommentId,
    by: Writer,
) -> Result<(), CommitError> {
    let found = store::written(tx.connection(), request, id).await?;
    // Another one's looks like one that is not there.
    found.filter(|found| found.by == by).ok_or(FlowError::NotFound(Thing::Comment))?;
    let now = tx.now();
    if store::withdraw(tx.connection(), request, id, now).await? != 1 {
        return Err(FlowError::NotFound(Thing::Comment).into());
    }
    let (before, after) = (json!({ "state": "written" }), json!({ "state": "withdrawn" }));
    let statement = json!({ "request": request, "comment": id, "before": before, "after": after });
    tx.state(Kind::CommentWithdrawn, request.as_bytes(), &statement).await?;
    Ok(())
}
