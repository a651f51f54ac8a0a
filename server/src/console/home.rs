//! What needs a person today.

use axum::extract::State;
use axum::response::Response;
use trien_core::env::UnixSecond;
use trien_core::wire::PersonView;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::passkeys;
use super::visitor::Visitor;
use crate::flow::FlowError;
use crate::flow::account::{Role, RoleProposal};
use crate::flow::devices::MOST_WAITING;
use crate::flow::digest::{self, Health};
use crate::flow::overview::{self, MOST_WITHOUT, Overview, ToConfirm};
use crate::flow::register::{Alerts, MOST_EXCEEDING};
use crate::flow::rejudge::{Doubted, MOST_DOUBTED};
use crate::flow::replace::Asking;
use crate::flow::waves::{Everybody, Standing};

#[derive(askama::Template)]
#[template(path = "console/home.html")]
struct HomePage {
    frame: Frame,
    waiting: u32,
    to_confirm: Vec<ToConfirm>,
    roles: Vec<RoleProposal>,
    alerts: Alerts,
    without: Vec<PersonView>,
    more: usize,
    /// Whether there are more than were looked for.
    many: bool,
    root_list: Option<UnixSecond>,
    waves: Vec<Standing>,
    stuck: Everybody,
    doubted: Vec<Doubted>,
    asking: Vec<Asking>,
    /// What the mail relay does not take, for whoever administers.
    mail: Option<Health>,
    /// The name that a passkey would be bound to, as long as there is none.
    passkey_offer: Option<String>,
}

impl HomePage {
    /// How many doubts there are, as far as they are listed.
    fn doubts(&self) -> String {
        let most = self.doubted.len() >= MOST_DOUBTED as usize;
        format!("{}{}", self.doubted.len(), if most { "+" } else { "" })
    }

    /// How many certificates are valid for too long, as far as they are counted.
    fn exceeding(&self) -> String {
        let most = self.alerts.exceeding >= MOST_EXCEEDING;
        format!("{}{}", self.alerts.exceeding, if most { "+" } else { "" })
    }

    /// How many people without a phone there are beside those who are named.
    fn others(&self) -> String {
        self.frame.t.named("console-home-others", &self.more.to_string())
    }

    fn none_ends(&self) -> bool {
        self.alerts.ending.iter().all(|(_, count)| *count == 0)
    }
}

/// People without a phone that are named; the others are counted.
const NAMED: usize = 8;

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let found = overview::today(&console.app, &visitor.officer).await.map_err(refused)?;
    let Overview {
        waiting,
        to_confirm,
        roles,
        alerts,
        mut without,
        root_list,
        waves,
        stuck,
        doubted,
        asking,
    } = found;
    let many = without.len() >= MOST_WITHOUT as usize;
    let more = without.len().saturating_sub(NAMED);
    without.truncate(NAMED);
    let mail = if visitor.officer.is(Role::Administrator) {
        digest::health(&console.app).await.map_err(refused)?
    } else {
        None
    };
    let mail = mail.filter(|mail| mail.failing + mail.given_up > 0);
    let frame = Frame::new(&console, &visitor, "home");
    let passkey_offer = passkeys::offer(&console, &visitor.officer).await.map_err(refused)?;
    let page = HomePage {
        frame,
        waiting,
        to_confirm,
        roles,
        alerts,
        without,
        more,
        many,
        root_list,
        waves,
        stuck,
        doubted,
        asking,
        mail,
        passkey_offer,
    };
    Ok(page::of(&page, visitor.language))
}
