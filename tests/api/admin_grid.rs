//! Who may use which route of administration: every route, every kind of caller. A route without a row
//! fails.

use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use trien_core::document::Text;
use trien_core::env::{Clock as _, SystemClock};
use trien_core::id::{ApiKeyId, DeviceId, TemplateId, WebhookId};
use trien_core::request::Quorum;
use trien_core::template::{
    PostName, TemplateBody, TemplateSigner, TemplateStep, Who as TemplateWho,
};
use trien_server::flow::account::{self, Grant, Role, Verbs};
use trien_server::flow::act::Act;
use trien_server::flow::change::{self, Changer, UnitChange, UnitChoices};
use trien_server::flow::exchange;
use trien_server::flow::invite::{self, InvitationEnd};
use trien_server::flow::key::{self, Scope};
use trien_server::flow::register::{self, Filter, Reader};
use trien_server::flow::templates::{self, Changer as TemplateChanger, Draft};
use trien_server::flow::waves::{self, Follower, NewWave, Who};
use trien_server::flow::webhook::{self, Keeper};
use trien_server::text::local_date;

use crate::office::{Call, Office, Phone, random_key, submission_by};
use crate::tokens::{Admin, Answer, SENTENCE, admin, officer, request, token};

/// What a caller sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sees {
    /// The route does its work; its own message may still be wrong, but not the caller.
    In,
    /// The act is not this caller's.
    No,
    /// There is no such thing, or not for this caller.
    Missing,
    /// Done by the caller before, or still to do: either.
    InOrMissing,
}

use Sees::{In, InOrMissing, Missing, No};

/// Who has the role that a route asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Of {
    Anybody,
    Administrator,
    Enrolling,
    Certifying,
    Planning,
    Confirming,
    Following,
    Submitting,
    Overseeing,
}

impl Of {
    fn has(self, role: Role) -> bool {
        match self {
            Self::Anybody => true,
            Self::Administrator => role == Role::Administrator,
            Self::Enrolling => role == Role::EnrollmentOfficer,
            Self::Certifying => role == Role::CaOfficer,
            Self::Planning => matches!(role, Role::Administrator | Role::EnrollmentOfficer),
            Self::Confirming => matches!(role, Role::Administrator | Role::CaOfficer),
            Self::Following => matches!(role, Role::Clerk | Role::Auditor),
            Self::Submitting => role == Role::Clerk,
            Self::Overseeing => matches!(role, Role::Administrator | Role::Auditor),
        }
    }
}

/// What somebody in another unit sees, with the same roles there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum There {
    /// Whatever the role is.
    All(Sees),
    /// Who has a role there that the route asks for; others learn that the act is not theirs.
    Having(Sees),
}

use There::{All, Having};

/// Method, path, verbs, whose, what those see, and what is seen from elsewhere.
pub type Row = (&'static str, &'static str, Verbs, Of, Sees, There);

const READ: Verbs = Verbs::Read;
const ACT: Verbs = Verbs::Act;
const SENSITIVE: Verbs = Verbs::Sensitive;

#[rustfmt::skip]
pub const GRID: [Row; 128] = [
    ("get", "/api/v1/admin/token", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/today", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/account", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/account/sessions", READ, Of::Anybody, In, All(In)),
    // Nobody has such a session or token, and nobody is linked.
    ("post", "/api/v1/admin/account/sessions/{id}/end", ACT, Of::Anybody, Missing, All(Missing)),
    ("get", "/api/v1/admin/account/tokens", READ, Of::Anybody, In, All(In)),
    ("post", "/api/v1/admin/account/tokens/{id}/end", ACT, Of::Anybody, Missing, All(Missing)),
    ("post", "/api/v1/admin/account/identity/remove", ACT, Of::Anybody, Missing, All(Missing)),
    // The unit elsewhere has nothing above it either: whoever administers it has the whole tree.
    ("get", "/api/v1/admin/levels", READ, Of::Anybody, In, All(In)),
    ("post", "/api/v1/admin/levels", SENSITIVE, Of::Administrator, In, Having(In)),
    ("post", "/api/v1/admin/levels/{code}/rename", SENSITIVE, Of::Administrator, In, Having(In)),
    ("get", "/api/v1/admin/delegations", READ, Of::Anybody, In, All(In)),
    // Nobody delegates anything here.
    ("post", "/api/v1/admin/delegations/{delegation}/end", ACT, Of::Administrator, Missing, Having(Missing)),
    ("get", "/api/v1/admin/webhook-keys", READ, Of::Administrator, In, Having(In)),
    ("get", "/api/v1/admin/webhooks", READ, Of::Administrator, In, Having(In)),
    ("post", "/api/v1/admin/webhooks", SENSITIVE, Of::Administrator, In, Having(Missing)),
    ("get", "/api/v1/admin/webhooks/{id}", READ, Of::Administrator, In, Having(Missing)),
    ("post", "/api/v1/admin/webhooks/{id}/secret", SENSITIVE, Of::Administrator, In, Having(Missing)),
    ("post", "/api/v1/admin/webhooks/{id}/pause", ACT, Of::Administrator, In, Having(Missing)),
    ("post", "/api/v1/admin/webhooks/{id}/resume", ACT, Of::Administrator, In, Having(Missing)),
    // It was told nothing yet.
    ("post", "/api/v1/admin/webhooks/{id}/deliveries/{change}/replay", ACT, Of::Administrator, Missing, Having(Missing)),
    ("post", "/api/v1/admin/webhooks/{id}/end", SENSITIVE, Of::Administrator, InOrMissing, Having(Missing)),
    ("get", "/api/v1/admin/units", READ, Of::Anybody, In, All(In)),
    ("post", "/api/v1/admin/units", ACT, Of::Administrator, In, All(No)),
    ("get", "/api/v1/admin/units/{id}", READ, Of::Anybody, In, All(Missing)),
    ("post", "/api/v1/admin/units/{id}/plan", READ, Of::Administrator, In, All(Missing)),
    ("post", "/api/v1/admin/units/{id}/change", SENSITIVE, Of::Administrator, In, All(Missing)),
    ("get", "/api/v1/admin/people", READ, Of::Anybody, In, All(In)),
    ("post", "/api/v1/admin/people", ACT, Of::Administrator, In, All(No)),
    ("get", "/api/v1/admin/people/{id}", READ, Of::Anybody, In, All(Missing)),
    ("post", "/api/v1/admin/people/{id}/plan", READ, Of::Administrator, In, All(Missing)),
    ("post", "/api/v1/admin/people/{id}/change", ACT, Of::Administrator, In, All(Missing)),
    ("post", "/api/v1/admin/people/{id}/absence", ACT, Of::Submitting, In, Having(Missing)),
    ("post", "/api/v1/admin/people/{id}/absence/end", ACT, Of::Submitting, In, Having(Missing)),
    ("post", "/api/v1/admin/people/{id}/invitations", ACT, Of::Enrolling, In, All(Missing)),
    ("get", "/api/v1/admin/people/{id}/invitations", READ, Of::Anybody, In, All(Missing)),
    // Used already, by a phone of before; whoever may not cancel does not learn that.
    ("post", "/api/v1/admin/invitations/{id}/cancel", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/invitations/{id}/resend", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/people/{id}/slip", ACT, Of::Enrolling, In, All(Missing)),
    ("get", "/api/v1/admin/people/{id}/slip", READ, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/people/{id}/slip/session", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/people/{id}/slip/cancel", ACT, Of::Enrolling, InOrMissing, All(Missing)),
    ("get", "/api/v1/admin/units/{id}/slips", READ, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/units/{id}/slips", ACT, Of::Enrolling, In, All(Missing)),
    ("get", "/api/v1/admin/units/{id}/level", READ, Of::Anybody, In, All(Missing)),
    ("post", "/api/v1/admin/units/{id}/level/plan", READ, Of::Administrator, In, All(Missing)),
    ("post", "/api/v1/admin/units/{id}/level", SENSITIVE, Of::Administrator, In, All(Missing)),
    ("get", "/api/v1/admin/units/{id}/prompt", READ, Of::Anybody, In, All(Missing)),
    ("post", "/api/v1/admin/units/{id}/prompt", SENSITIVE, Of::Administrator, In, All(Missing)),
    ("post", "/api/v1/admin/imports/{kind}", ACT, Of::Administrator, In, Having(In)),
    ("post", "/api/v1/admin/imports/{kind}/{digest}", ACT, Of::Administrator, Missing, Having(Missing)),
    ("get", "/api/v1/admin/exports/{file}", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/accounts", READ, Of::Administrator, In, Having(In)),
    ("post", "/api/v1/admin/accounts", SENSITIVE, Of::Administrator, In, All(No)),
    ("post", "/api/v1/admin/accounts/{id}/roles", SENSITIVE, Of::Administrator, In, All(Missing)),
    ("post", "/api/v1/admin/accounts/{id}/roles/withdraw", SENSITIVE, Of::Administrator, In, All(Missing)),
    ("post", "/api/v1/admin/accounts/{id}/roles/confirm", SENSITIVE, Of::Administrator, InOrMissing, All(Missing)),
    ("post", "/api/v1/admin/accounts/{id}/roles/decline", ACT, Of::Administrator, InOrMissing, All(Missing)),
    ("get", "/api/v1/admin/accounts/{id}", READ, Of::Administrator, In, Having(Missing)),
    ("post", "/api/v1/admin/accounts/{id}/sessions/end", SENSITIVE, Of::Administrator, In, Having(Missing)),
    ("post", "/api/v1/admin/accounts/{id}/end", SENSITIVE, Of::Administrator, InOrMissing, Having(Missing)),
    ("get", "/api/v1/admin/devices", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/devices/{id}", READ, Of::Anybody, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/approve", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/refuse", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/suspend", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/resume", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/resume/confirm", SENSITIVE, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/resume/decline", ACT, Of::Enrolling, InOrMissing, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/revoke", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/replacement", ACT, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/replacement/settle", ACT, Of::Enrolling, InOrMissing, All(Missing)),
    ("post", "/api/v1/admin/devices/{id}/wake", ACT, Of::Enrolling, In, All(Missing)),
    ("get", "/api/v1/admin/proposals", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/certificates", READ, Of::Anybody, In, All(In)),
    ("post", "/api/v1/admin/certificates", ACT, Of::Certifying, In, All(Missing)),
    ("get", "/api/v1/admin/certificates/counts", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/certificates/counts/{format}", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/certificates/csv", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/certificates/{id}", READ, Of::Anybody, In, All(Missing)),
    ("post", "/api/v1/admin/certificates/{id}/revoke", ACT, Of::Certifying, In, All(Missing)),
    ("post", "/api/v1/admin/certificates/{id}/renewal", ACT, Of::Enrolling, In, All(Missing)),
    ("get", "/api/v1/admin/exchange", READ, Of::Anybody, In, All(In)),
    ("post", "/api/v1/admin/exchange/requests", ACT, Of::Certifying, In, Having(Missing)),
    ("post", "/api/v1/admin/exchange/certificates", ACT, Of::Certifying, In, Having(In)),
    ("post", "/api/v1/admin/exchange/certificates/{digest}", ACT, Of::Certifying, Missing, Having(Missing)),
    ("post", "/api/v1/admin/exchange/anchors", SENSITIVE, Of::Certifying, In, All(No)),
    ("post", "/api/v1/admin/exchange/anchors/{id}/confirm", SENSITIVE, Of::Confirming, In, All(Missing)),
    ("post", "/api/v1/admin/exchange/anchors/{id}/end", SENSITIVE, Of::Confirming, InOrMissing, All(Missing)),
    ("post", "/api/v1/admin/exchange/source", SENSITIVE, Of::Certifying, In, Having(Missing)),
    ("post", "/api/v1/admin/exchange/revocations/{format}", ACT, Of::Certifying, In, Having(In)),
    ("get", "/api/v1/admin/stuck", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/waves", READ, Of::Anybody, In, All(In)),
    ("post", "/api/v1/admin/waves", ACT, Of::Planning, In, All(No)),
    ("get", "/api/v1/admin/waves/{id}", READ, Of::Anybody, In, All(Missing)),
    ("get", "/api/v1/admin/waves/{id}/slips", READ, Of::Enrolling, In, All(Missing)),
    ("post", "/api/v1/admin/waves/{id}/slips", ACT, Of::Enrolling, In, All(Missing)),
    ("get", "/api/v1/admin/waves/{id}/reminders/{format}", READ, Of::Anybody, In, All(Missing)),
    ("post", "/api/v1/admin/waves/{id}/close", ACT, Of::Planning, InOrMissing, All(Missing)),
    ("get", "/api/v1/admin/changes", READ, Of::Anybody, In, All(In)),
    ("get", "/api/v1/admin/changes/{id}", READ, Of::Anybody, In, All(Missing)),
    ("get", "/api/v1/admin/changes/{id}/csv", READ, Of::Anybody, In, All(Missing)),
    ("get", "/api/v1/admin/acts", READ, Of::Overseeing, In, Having(In)),
    ("get", "/api/v1/admin/acts/csv", READ, Of::Overseeing, In, Having(In)),
    ("get", "/api/v1/admin/requests", READ, Of::Following, In, Having(In)),
    ("post", "/api/v1/admin/requests", ACT, Of::Submitting, In, Having(Missing)),
    ("get", "/api/v1/admin/requests/{id}", READ, Of::Following, In, Having(Missing)),
    ("get", "/api/v1/admin/requests/{id}/document", READ, Of::Following, In, Having(Missing)),
    ("get", "/api/v1/admin/requests/{id}/evidence/{decision}", READ, Of::Following, Missing, Having(Missing)),
    ("get", "/api/v1/admin/on-paper", READ, Of::Following, In, Having(In)),
    ("get", "/api/v1/admin/units/{id}/numbers", READ, Of::Following, In, Having(Missing)),
    ("post", "/api/v1/admin/units/{id}/numbers", ACT, Of::Submitting, In, All(Missing)),
    ("get", "/api/v1/admin/units/{id}/templates", READ, Of::Following, In, Having(Missing)),
    ("post", "/api/v1/admin/units/{id}/templates", ACT, Of::Submitting, In, All(Missing)),
    ("get", "/api/v1/admin/templates/{id}", READ, Of::Following, In, Having(Missing)),
    ("post", "/api/v1/admin/templates/{id}", ACT, Of::Submitting, In, Having(Missing)),
    ("post", "/api/v1/admin/templates/{id}/end", ACT, Of::Submitting, In, Having(Missing)),
    ("get", "/api/v1/admin/units/{id}/copies", READ, Of::Following, In, Having(Missing)),
    // Nobody gets a copy of it.
    ("get", "/api/v1/admin/copies/{id}", READ, Of::Following, Missing, Having(Missing)),
    ("get", "/api/v1/admin/copies/{id}/document", READ, Of::Following, Missing, Having(Missing)),
    ("get", "/api/v1/admin/copies/{id}/evidence/{decision}", READ, Of::Following, Missing, Having(Missing)),
    ("get", "/api/v1/admin/requests/{id}/comments", READ, Of::Following, In, Having(Missing)),
    ("post", "/api/v1/admin/requests/{id}/comments", ACT, Of::Submitting, In, Having(Missing)),
    ("post", "/api/v1/admin/requests/{id}/comments/{comment}/withdraw", ACT, Of::Submitting, Missing, Having(Missing)),
    ("post", "/api/v1/admin/requests/{id}/remind", ACT, Of::Submitting, In, Having(Missing)),
    ("post", "/api/v1/admin/requests/{id}/recall", ACT, Of::Submitting, In, Having(Missing)),
    ("post", "/api/v1/admin/requests/{id}/reassign", ACT, Of::Submitting, In, Having(Missing)),
    // The last one: nobody has a token afterwards.
    ("delete", "/api/v1/admin/token", READ, Of::Anybody, In, All(In)),
];

/// Who calls, and with which credential.
enum Caller {
    /// None, or one that is none here: always 401.
    Stranger(&'static str, Option<String>),
    /// A phone's signature.
    Device(Box<Phone>),
    /// Somebody's token in the office's unit.
    Here(&'static str, Admin, Role, Verbs),
    /// Somebody's token in another unit.
    Elsewhere(&'static str, Admin, Role),
}

impl Caller {
    fn name(&self) -> &'static str {
        match self {
            Self::Stranger(name, _) | Self::Here(name, ..) | Self::Elsewhere(name, ..) => name,
            Self::Device(_) => "a device",
        }
    }

    fn token(&self) -> Option<&str> {
        match self {
            Self::Stranger(_, token) => token.as_deref(),
            Self::Device(_) => None,
            Self::Here(_, admin, ..) | Self::Elsewhere(_, admin, _) => Some(&admin.token),
        }
    }

    /// None: not known at all.
    fn sees(&self, row: &Row) -> Option<Sees> {
        let (_, _, verbs, of, sees, elsewhere) = row;
        match self {
            Self::Stranger(..) | Self::Device(_) => None,
            Self::Here(_, _, role, has) => {
                Some(if verbs <= has && of.has(*role) { *sees } else { No })
            }
            Self::Elsewhere(_, _, role) => Some(match elsewhere {
                There::All(sees) => *sees,
                There::Having(sees) if of.has(*role) => *sees,
                There::Having(_) => No,
            }),
        }
    }
}

/// What the paths and messages are about.
struct Things {
    unit: String,
    person: String,
    pending: String,
    active: String,
    suspended: String,
    revoked: String,
    entry: String,
    wave: String,
    report: String,
    anchor: String,
    account: String,
    invitation: String,
    request: String,
    template: String,
    webhook: String,
    key: String,
}

impl Things {
    fn path(&self, path: &str) -> String {
        let device = match path.rsplit('/').next() {
            Some("suspend") => &self.active,
            Some("resume" | "confirm" | "decline") => &self.suspended,
            Some("revoke") => &self.revoked,
            Some("replacement" | "settle") => &self.suspended,
            _ => &self.pending,
        };
        path.replace("sessions/{id}", &format!("sessions/{}", "0".repeat(64)))
            .replace("tokens/{id}", &format!("tokens/{}", self.account))
            .replace("{code}", "district")
            .replace("units/{id}", &format!("units/{}", self.unit))
            .replace("people/{id}", &format!("people/{}", self.person))
            .replace("devices/{id}", &format!("devices/{device}"))
            .replace("certificates/{id}", &format!("certificates/{}", self.entry))
            .replace("waves/{id}", &format!("waves/{}", self.wave))
            .replace("changes/{id}", &format!("changes/{}", self.report))
            .replace("anchors/{id}", &format!("anchors/{}", self.anchor))
            .replace("accounts/{id}", &format!("accounts/{}", self.account))
            .replace("invitations/{id}", &format!("invitations/{}", self.invitation))
            .replace("requests/{id}", &format!("requests/{}", self.request))
            .replace("copies/{id}", &format!("copies/{}", self.request))
            .replace("{comment}", &self.account)
            .replace("templates/{id}", &format!("templates/{}", self.template))
            .replace("webhooks/{id}", &format!("webhooks/{}", self.webhook))
            .replace("{change}", "1")
            .replace("{decision}", &"0".repeat(64))
            .replace("{kind}", "people")
            .replace("{digest}", &"0".repeat(64))
            .replace("{delegation}", &"0".repeat(64))
            .replace("{file}", "people.csv")
            .replace("{format}", "csv")
    }

    /// Right in form, so that only the caller can be what is wrong.
    fn message(&self, path: &str) -> Value {
        let (unit, why) = (&self.unit, "thử");
        let rename = json!({ "change": { "kind": "rename", "name": "Tên mới" } });
        let grant = json!({ "unit": unit, "role": "enrollment-officer" });
        let clerk = json!({ "who": { "kind": "post", "post": "clerk" } });
        let step = json!({ "role": "review", "signers": [clerk] });
        match path.strip_prefix("/api/v1/admin/").unwrap() {
            "levels" => json!({ "name": "Khu vực", "above": "province", "why": why }),
            "levels/{code}/rename" => json!({ "name": "Quận, huyện", "why": why }),
            "units" => json!({ "name": "X", "parent": unit }),
            "units/{id}/plan" => rename,
            "units/{id}/change" => json!({ "asked": rename, "seen": "", "why": why }),
            "people" => json!({ "name": "X", "position": "Y", "unit": unit }),
            "people/{id}/plan" => json!({ "kind": "retires" }),
            "people/{id}/absence" => {
                let day = local_date(SystemClock.now().second()).to_string();
                json!({ "first_day": day, "last_day": day, "why": why })
            }
            "people/{id}/change" => {
                json!({ "change": { "kind": "retires" }, "seen": "", "why": why })
            }
            "accounts" => json!({
                "login": "moi", "name": "Mới", "password": SENTENCE,
                "grants": [{ "unit": unit, "role": "auditor" }],
            }),
            "units/{id}/level/plan" => json!({ "level": "B" }),
            "units/{id}/level" => json!({ "level": "B", "why": why }),
            "units/{id}/prompt" => {
                let session = json!({ "kind": "session", "seconds": 30, "signatures": 10 });
                json!({ "prompt": session, "why": why })
            }
            "accounts/{id}/roles/confirm" => grant,
            path if path.starts_with("accounts/{id}/roles") => {
                json!({ "grant": grant, "why": why })
            }
            "devices/{id}/approve" => json!({ "code": "00000000" }),
            path if path.ends_with("/revoke") => json!({ "reason": "superseded", "why": why }),
            "certificates" => json!({
                "person": self.person, "unit": unit, "kind": "personal", "key": "token",
                "certificate": "AAAA",
            }),
            "exchange/requests" => json!({ "unit": unit }),
            "exchange/anchors" => json!({ "unit": unit, "certificate": "AAAA", "why": why }),
            "exchange/source" => json!({ "unit": unit, "source": "here", "why": why }),
            "requests/{id}/reassign" => {
                json!({ "step": 1, "from": self.person, "to": self.person, "why": why })
            }
            "requests/{id}/comments" => json!({ "page": 1, "text": "sai số" }),
            "units/{id}/templates" => json!({
                "kind": "Công văn", "name": "Mới", "why": why, "body": { "steps": [step] },
            }),
            "templates/{id}" => json!({
                "seen": 1, "name": "Mẫu", "why": why, "body": { "steps": [step] },
            }),
            "templates/{id}/end" => json!({ "seen": 2, "why": why }),
            "units/{id}/numbers" => {
                json!({ "kind": "Công văn", "notation": "UBND-VP", "reference": "cv-1" })
            }
            "webhooks" => json!({ "key": self.key, "url": "https://qlvb.example.vn/trien" }),
            "waves" => json!({
                "name": "Đợt", "who": "leaders", "first_day": "2026-12-01",
                "last_day": "2026-12-31", "units": [unit],
            }),
            _ => json!({ "why": why }),
        }
    }
}

#[tokio::test]
async fn every_route_of_administration_admits_its_callers_and_nobody_else() {
    let office = Office::open().await;
    // Accounts come before phones: later ones are no second persons.
    let mut callers = callers(&office).await;
    let things = things(&office, &callers).await;
    callers.push(Caller::Device(Box::new(office.active_phone().await)));
    let mut wrong = Vec::new();
    for row in &GRID {
        let (method, template, ..) = row;
        let path = things.path(template);
        for caller in &callers {
            let call = match caller {
                Caller::Device(phone) => {
                    let method = method.to_uppercase().parse().unwrap();
                    phone.sign(&Call { method, body: Some(b"{}"), ..Call::get(&path) })
                }
                caller if (*method, *template) == ("post", "/api/v1/admin/requests") => {
                    submission_by(&office, caller.token(), &random_key())
                }
                caller => {
                    let raw = template.ends_with("/{kind}") || template.ends_with("e/certificates");
                    let (kind, body) = match (*method, raw) {
                        ("post", true) => ("application/octet-stream", b"Sai\n".to_vec()),
                        ("post", false) => {
                            ("application/json", things.message(template).to_string().into())
                        }
                        _ => ("", Vec::new()),
                    };
                    request(&method.to_uppercase(), &path, kind, body, caller.token())
                }
            };
            let answer = Answer::of(office.ask(call).await).await;
            if !fits(caller.sees(row), &answer) {
                let (who, status) = (caller.name(), answer.status);
                wrong.push(format!("{method} {path} by {who}: {status} {:?}", answer.problem()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn fits(sees: Option<Sees>, answer: &Answer) -> bool {
    let problem = answer.problem();
    let (missing, forbidden) = (answer.status == 404, problem.as_deref() == Some("forbidden"));
    let admitted = !forbidden && answer.status != 401 && !answer.status.is_server_error();
    match sees {
        None => answer.status == 401,
        Some(Sees::No) => forbidden,
        Some(Sees::Missing) => missing,
        Some(Sees::In) => !missing && admitted,
        Some(Sees::InOrMissing) => admitted,
    }
}

async fn callers(office: &Office) -> Vec<Caller> {
    use Role::{Administrator, Auditor, CaOfficer, Clerk, EnrollmentOfficer};
    let unit = office.unit;
    let administrator = admin(office, "quan-tri", unit, &[Administrator]).await;
    let enrolling = admin(office, "dang-ky", unit, &[EnrollmentOfficer]).await;
    let certifying = admin(office, "chung-thu", unit, &[CaOfficer]).await;
    let auditor = admin(office, "kiem-tra", unit, &[Auditor]).await;
    let clerk = admin(office, "van-thu", unit, &[Clerk]).await;
    let elsewhere = [
        ("an administrator elsewhere", "so-y-1", Administrator),
        ("an enrollment officer elsewhere", "so-y-2", EnrollmentOfficer),
        ("a CA officer elsewhere", "so-y-3", CaOfficer),
        ("an auditor elsewhere", "so-y-4", Auditor),
        ("a clerk elsewhere", "so-y-5", Clerk),
    ];
    let mut there = Vec::new();
    for (name, login, role) in elsewhere {
        let admin = admin(office, login, office.other_unit, &[role]).await;
        there.push(Caller::Elsewhere(name, admin, role));
    }
    let of = async |admin: &Admin, verbs| token(office, &admin.officer, verbs).await;
    let ended = of(&administrator, SENSITIVE).await.token;
    let bearer = account::bearer(&office.app, &ended).await.unwrap();
    account::end_token(&office.app, &bearer.officer, bearer.token).await.unwrap();
    let expired = of(&administrator, SENSITIVE).await.token;
    expire(office, &expired).await;
    let key = office.key(unit, &[Scope::Submit, Scope::Read]).await;
    let wrong = "trien_admin_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let read = of(&administrator, READ).await;
    let daily = of(&administrator, ACT).await;
    // Another person: nobody confirms what they asked for.
    let daily_enrolling = admin(office, "dang-ky-2", unit, &[EnrollmentOfficer]).await;
    let daily_enrolling = of(&daily_enrolling, ACT).await;
    let mut callers = vec![
        Caller::Stranger("anonymous", None),
        Caller::Stranger("a wrong token", Some(wrong)),
        Caller::Stranger("a document system's key", Some(key)),
        Caller::Stranger("an ended token", Some(ended)),
        Caller::Stranger("an expired token", Some(expired)),
    ];
    // Those who may not come before those who do it, once.
    callers.extend(there);
    callers.extend([
        Caller::Here("an auditor", auditor, Auditor, SENSITIVE),
        Caller::Here("a clerk", clerk, Clerk, SENSITIVE),
        Caller::Here("a token that only reads", read, Administrator, READ),
        Caller::Here("a token for daily work", daily, Administrator, ACT),
        Caller::Here("an officer's for daily work", daily_enrolling, EnrollmentOfficer, ACT),
        Caller::Here("an enrollment officer", enrolling, EnrollmentOfficer, SENSITIVE),
        Caller::Here("an administrator", administrator, Administrator, SENSITIVE),
        Caller::Here("a CA officer", certifying, CaOfficer, SENSITIVE),
    ]);
    callers
}

/// Lets the life of a token be over.
async fn expire(office: &Office, token: &str) {
    let id = account::bearer(&office.app, token).await.unwrap().token;
    let path = office.app.settings().data.join("trien.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut database = options.connect().await.unwrap();
    let over = sqlx::query("UPDATE admin_token SET expires_at = 1 WHERE id = $1");
    let done = over.bind(id.as_bytes().to_vec()).execute(&mut database).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}

async fn things(office: &Office, callers: &[Caller]) -> Things {
    let certifying = callers.iter().find_map(|caller| match caller {
        Caller::Here(_, admin, Role::CaOfficer, _) => Some(admin.officer.clone()),
        _ => None,
    });
    let victim = Grant { unit: office.unit, role: Role::Auditor };
    let victim = officer(office, "tam", vec![victim]).await.account;
    let active = office.active_phone().await.id;
    let of_entry = office.active_phone().await.id;
    Things {
        unit: office.unit.to_string(),
        person: office.leader.to_string(),
        pending: office.pending_phone().await.id.to_string(),
        active: active.to_string(),
        suspended: office.suspended_phone().await.id.to_string(),
        revoked: office.active_phone().await.id.to_string(),
        entry: entry_of(office, of_entry).await,
        wave: a_wave(office).await,
        report: a_report(office).await,
        anchor: an_anchor(office, &certifying.unwrap()).await,
        account: victim.to_string(),
        invitation: a_used_invitation(office).await,
        request: a_request(office).await,
        template: a_template(office).await.to_string(),
        webhook: a_webhook(office).await.to_string(),
        key: a_key(office).await.to_string(),
    }
}

async fn entry_of(office: &Office, device: DeviceId) -> String {
    let filter = Filter::default();
    let page = register::list(&office.app, Reader::CommandLine, &filter, None, 1000).await.unwrap();
    let mut entries = page.entries.iter();
    let found = entries.find(|entry| entry.device.as_ref().is_some_and(|it| it.0 == device));
    found.unwrap().id.to_string()
}

/// The invitation of the first active phone.
async fn a_used_invitation(office: &Office) -> String {
    let listed = invite::of_person(&office.app, office.leader).await.unwrap();
    let used = listed.iter().find(|one| one.end == Some(InvitationEnd::Used));
    used.unwrap().row.id.to_string()
}

async fn a_request(office: &Office) -> String {
    let key = office.key(office.unit, &[Scope::Submit]).await;
    office.queue(&key).await.to_string()
}

/// A template in which the chief approves.
pub async fn a_template(office: &Office) -> TemplateId {
    let who = TemplateWho::Post { post: PostName::Chief, unit: None };
    let signer = TemplateSigner { who, appearance: None, fill: Vec::new() };
    let (role, quorum) = (trien_core::request::Role::Approve, Quorum::All);
    let steps = vec![TemplateStep { role, quorum, signers: vec![signer] }];
    let body = TemplateBody { steps, fields: Vec::new(), numbering: None, copies: Vec::new() };
    let draft = Draft { name: Text::new("Mẫu").unwrap(), body };
    let (by, kind) = (TemplateChanger::CommandLine, Text::new("Quyết định").unwrap());
    templates::add(&office.app, by, office.unit, kind, draft, None).await.unwrap()
}

/// A key of the office's unit that may have a webhook.
async fn a_key(office: &Office) -> ApiKeyId {
    key::create(&office.app, office.unit, &[Scope::Read], "QLVB").await.unwrap().key
}

/// A webhook of such a key; nothing was told there yet.
pub async fn a_webhook(office: &Office) -> WebhookId {
    let (key, url) = (a_key(office).await, "https://qlvb.example.vn/bao");
    webhook::add(&office.app, Keeper::CommandLine, key, url).await.unwrap().webhook
}

async fn a_wave(office: &Office) -> String {
    let starts = office.app.clock().now().second();
    let plan = trien_core::wave::Plan { starts, ends: starts.plus(86_400), target: None };
    let name = Text::new("Đợt I").unwrap();
    let new = NewWave { name, who: Who::Everybody, plan, units: vec![office.unit] };
    waves::plan(&office.app, Follower::CommandLine, new, None).await.unwrap().to_string()
}

async fn a_report(office: &Office) -> String {
    let (by, choices) = (Changer::CommandLine, UnitChoices::default());
    let choices = UnitChoices { certificates: change::Certificates::Keep, ..choices };
    let rename = UnitChange::Rename(Text::new("UBND tỉnh X mới").unwrap());
    let plan = change::look_unit(&office.app, by, office.unit, rename, choices).await.unwrap();
    let report = change::carry_out_unit(&office.app, by, &Act::COMMAND_LINE, plan).await;
    report.unwrap().to_string()
}

async fn an_anchor(office: &Office, certifying: &account::Officer) -> String {
    let now = office.app.clock().now().second().get();
    let root = crate::authority::Outside::new(now).root();
    let why = Text::new("thử").unwrap();
    let proposed =
        exchange::propose(&office.app, certifying, office.unit, root.as_bytes(), why).await;
    proposed.unwrap();
    exchange::anchors(&office.app, certifying).await.unwrap()[0].id.to_string()
}
