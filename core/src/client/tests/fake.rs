//! A server for one phone: honest unless a test bends its answers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::anchor::{AnchorAct, MAX_ACTS};
use crate::certificate::{Certificate, Profile as Issued, PromptPolicy, Validity, parse_csr};
use crate::decision::{Authority, DecidedDocument, Decision, DecisionHash, Verb};
use crate::delegation::evidence::DelegationEvidence;
use crate::digest::Sha256;
use crate::document::{DocumentRef, Metadata, PDF, Text, Urgency};
use crate::enrollment::{
    CHALLENGE, ComparisonCode, Invitation, InvitationSecret, Transcript, proof,
};
use crate::env::{Clock, Timestamp, UnixSecond};
use crate::evidence::Evidence;
use crate::http_signature::{self, Body, Headers};
use crate::id::{AttemptId, CommentId, DeviceId, InvitationId, PersonId, RequestId, UnitId};
use crate::log::checkpoint::LogKey;
use crate::log::leaf::{Leaf, Outcome, Salt};
use crate::log::proof::InclusionProof;
use crate::log::tree::{Frontier, NodeId, TreeHead, consistency_plan, inclusion_plan, leaf_hash};
use crate::papers::{CommentAuthor, CommentView, NewComment};
use crate::pdf::image::{Images, StampImage, normalise};
use crate::pdf::read;
use crate::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect, Target};
use crate::pdf::revise::build_revision;
use crate::problem::{Problem, ProblemKind, ProblemUri};
use crate::receipt::Receipt;
use crate::request::{Assignment, Quorum, Role, RouteState, StepNumber};
use crate::testing::office::{ISSUED_AT, Office, issue, person_name};
use crate::testing::paper;
use crate::wire::{
    Base64, Binding, DecisionSubmission, DeviceStatus, DocumentView, EnrollmentBegin,
    EnrollmentChallenge, EnrollmentKeys, EnrollmentReveal, OtherDevice, OtherDeviceState,
    PersonView, Post, Profile, RequestView, SignerView, StepView, SyncAnswer, TaskView, UnitView,
};
use crate::{cms, cose};

pub(super) const REQUEST: RequestId = RequestId::from_bytes([7; 16]);
pub(super) const PAPER: &[u8] = include_bytes!("../../../../tests/vectors/pdfrev-1/table.pdf");

/// A clock that tests move.
pub(super) struct TestClock(AtomicI64);

impl TestClock {
    pub fn new() -> Self {
        Self(AtomicI64::new(ISSUED_AT.plus(86_400).timestamp().as_millis()))
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// An answer on its way out.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Bytes of the body after which the connection breaks off.
    pub cut: Option<usize>,
    /// The answer waits for this.
    pub held: Option<Arc<Notify>>,
}

impl Reply {
    pub fn json<T: serde::Serialize>(status: u16, value: &T) -> Self {
        let body = serde_json::to_vec(value).unwrap();
        Self { status, headers: Vec::new(), body, cut: None, held: None }
    }

    pub fn nothing() -> Self {
        Self { status: 204, headers: Vec::new(), body: Vec::new(), cut: None, held: None }
    }

    pub fn problem(kind: ProblemKind) -> Self {
        Self::of(&Problem {
            kind: ProblemUri(kind),
            title: kind.slug().to_owned(),
            status: kind.status(),
            detail: "detail".to_owned(),
            code: None,
            server_time: None,
            receipt: None,
        })
    }

    pub fn of(problem: &Problem) -> Self {
        Self::json(problem.status, problem)
    }

    /// Reads the JSON, changes it, and writes it again.
    pub fn edit<T: serde::de::DeserializeOwned + serde::Serialize>(
        &mut self,
        change: impl FnOnce(&mut T),
    ) {
        let mut value: T = serde_json::from_slice(&self.body).unwrap();
        change(&mut value);
        self.body = serde_json::to_vec(&value).unwrap();
    }
}

type Twist = Box<dyn FnMut(&Asked, &mut Reply) + Send>;

/// What the server knows.
pub(super) struct Desk {
    pub office: Office,
    pub log_key: LogKey,
    pub invitation: Invitation,
    pub approved: bool,
    /// Which device the next keys become.
    pub device: DeviceId,
    pub documents: HashMap<Sha256, Vec<u8>>,
    pub requests: Vec<RequestView>,
    pub decided: HashMap<DecisionHash, Receipt>,
    pub submissions: Vec<Vec<u8>>,
    pub signed: Vec<Vec<u8>>,
    pub asked: Vec<Asked>,
    pub code: Option<ComparisonCode>,
    pub skew: i64,
    pub post: Option<Post>,
    /// Acts about anchors; their proofs are made when they are asked for.
    pub anchor_acts: Vec<AnchorAct>,
    /// Delegations that tasks name; their proofs are made when they are asked for.
    pub delegations: Vec<DelegationEvidence>,
    /// The phone's unit and those above it.
    pub line: Vec<UnitId>,
    pub refuse_decisions: Option<ProblemKind>,
    /// Suspended or revoked: only its status and its decisions are answered.
    pub stopped: Option<DeviceStatus>,
    pub others: Vec<OtherDevice>,
    pub proofs: HashMap<DecisionHash, Evidence>,
    pub comments: Vec<CommentView>,
    frontier: Frontier,
    nodes: HashMap<NodeId, Sha256>,
    attempt: Option<EnrollmentChallenge>,
    keys: Option<(EnrollmentKeys, Certificate)>,
    twist: Option<Twist>,
}

/// A file with one more signature, and the decision that it carries.
pub(super) struct Approved {
    pub file: Vec<u8>,
    pub decision: DecisionHash,
}

pub(super) struct Fake {
    pub desk: Arc<Mutex<Desk>>,
    pub clock: Arc<TestClock>,
    pub address: String,
}

const C1: [u8; 32] = [11; 32];
const C2: [u8; 32] = [12; 32];
pub(super) const DEVICE: DeviceId = DeviceId::from_bytes([3; 16]);
/// The phone's unit, and the one above it.
pub(super) const UNIT: UnitId = UnitId::from_bytes([2; 16]);
pub(super) const ABOVE: UnitId = UnitId::from_bytes([6; 16]);
pub(super) const PERSON: PersonId = PersonId::from_bytes([4; 16]);

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let clock = Arc::new(TestClock::new());
        let desk = Arc::new(Mutex::new(Desk::new()));
        let (served, time, name) = (Arc::clone(&desk), Arc::clone(&clock), authority.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (desk, clock, name) = (Arc::clone(&served), Arc::clone(&time), name.clone());
                tokio::spawn(async move { serve(stream, &desk, &clock, &name).await });
            }
        });
        Self { desk, clock, address: format!("http://{authority}") }
    }

    pub fn link(&self) -> String {
        self.desk.lock().unwrap().invitation.to_link(&self.address)
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut Desk) -> T) -> T {
        change(&mut self.desk.lock().unwrap())
    }

    pub fn twist(&self, twist: impl FnMut(&Asked, &mut Reply) + Send + 'static) {
        self.desk.lock().unwrap().twist = Some(Box::new(twist));
    }

    pub fn honest(&self) {
        self.desk.lock().unwrap().twist = None;
    }

    pub fn count(&self, start: &str) -> usize {
        self.desk.lock().unwrap().asked.iter().filter(|it| it.path.starts_with(start)).count()
    }
}

async fn serve(mut stream: TcpStream, desk: &Mutex<Desk>, clock: &TestClock, authority: &str) {
    let Some(asked) = read_request(&mut stream).await else { return };
    let reply = {
        let mut desk = desk.lock().unwrap();
        let mut reply = desk.answer(&asked, clock, authority);
        desk.asked.push(asked.clone());
        if let Some(mut twist) = desk.twist.take() {
            twist(&asked, &mut reply);
            desk.twist.get_or_insert(twist);
        }
        reply
    };
    if let Some(held) = &reply.held {
        held.notified().await;
    }
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", reply.body.len()));
    if reply.cut == Some(0) {
        return;
    }
    let _ = stream.write_all(head.as_bytes()).await;
    let end = reply.cut.unwrap_or(reply.body.len()).min(reply.body.len());
    let _ = stream.write_all(&reply.body[..end]).await;
    let _ = stream.shutdown().await;
}

async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = bytes[end..].to_vec();
    Some(Asked { method, path: path.to_owned(), query: query.to_owned(), headers, body })
}

impl Desk {
    fn new() -> Self {
        let log_key = LogKey::from_seed("trien.example/log", &[7; 32]).unwrap();
        let invitation = Invitation {
            version: 1,
            id: InvitationId::from_bytes([5; 16]),
            secret: InvitationSecret([6; 32]),
            pins: Vec::new(),
            log_key: log_key.verifier().fingerprint(),
            expires: ISSUED_AT.plus(1_000_000),
            unit: "UBND xã Minh Tân".to_owned(),
        };
        let mut desk = Self {
            office: Office::new(),
            log_key,
            invitation,
            approved: false,
            device: DEVICE,
            documents: HashMap::new(),
            requests: Vec::new(),
            decided: HashMap::new(),
            submissions: Vec::new(),
            signed: Vec::new(),
            asked: Vec::new(),
            code: None,
            skew: 0,
            post: None,
            anchor_acts: Vec::new(),
            delegations: Vec::new(),
            line: vec![UNIT, ABOVE],
            refuse_decisions: None,
            stopped: None,
            others: Vec::new(),
            proofs: HashMap::new(),
            comments: Vec::new(),
            frontier: Frontier::new(),
            nodes: HashMap::new(),
            attempt: None,
            keys: None,
            twist: None,
        };
        desk.append(b"first");
        desk.queue(PAPER);
        desk
    }

    pub fn append(&mut self, data: &[u8]) -> u64 {
        let index = self.frontier.size();
        for node in self.frontier.append(leaf_hash(data)) {
            self.nodes.insert(node.id, node.hash);
        }
        index
    }

    pub fn checkpoint(&self) -> String {
        self.log_key.sign(TreeHead { size: self.frontier.size(), root: self.frontier.root() })
    }

    /// Keeps the first `kept` entries and goes on with others, to one more than there were.
    pub fn fork(&mut self, kept: u64) {
        self.grow_anew(kept, self.frontier.size() + 1);
    }

    /// Goes back to the first `size` entries.
    pub fn forget_after(&mut self, size: u64) {
        self.grow_anew(size, size);
    }

    fn grow_anew(&mut self, kept: u64, size: u64) {
        let first = self.nodes.clone();
        (self.frontier, self.nodes) = (Frontier::new(), HashMap::new());
        for index in 0..size {
            let other = leaf_hash(&index.to_be_bytes());
            let leaf = first.get(&NodeId { level: 0, index }).filter(|_| index < kept);
            for node in self.frontier.append(*leaf.unwrap_or(&other)) {
                self.nodes.insert(node.id, node.hash);
            }
        }
    }

    /// Queues a document for the person's signature.
    pub fn queue(&mut self, bytes: &[u8]) {
        let current = self.store(bytes);
        let view = DocumentView { name: "van-ban.pdf".into(), current, earlier: Vec::new() };
        self.requests = vec![RequestView {
            id: REQUEST,
            revision: 1,
            unit: unit(),
            metadata: Metadata {
                number: None,
                subject: Text::new("Về việc phê duyệt kế hoạch").unwrap(),
                kind: Text::new("Quyết định").unwrap(),
                issuer: Text::new("Ủy ban nhân dân xã Minh Tân").unwrap(),
                urgency: Urgency::Normal,
            },
            queued_at: ISSUED_AT.timestamp(),
            expires_at: ISSUED_AT.plus(30 * 86_400).timestamp(),
            due_at: None,
            state: RouteState::Open { step: StepNumber(1) },
            steps: vec![StepView {
                number: StepNumber(1),
                role: Role::Approve,
                quorum: Quorum::All,
                signers: Vec::new(),
            }],
            documents: vec![view],
            supersedes: None,
            superseded_by: None,
            template: None,
            copies: Vec::new(),
            on_paper: None,
            task: Some(TaskView {
                step: StepNumber(1),
                role: Role::Approve,
                recipe: Some(Base64(recipe("trien-1-1").to_cbor())),
                in_place_of: None,
                document_signer: None,
                undone: Vec::new(),
            }),
        }];
    }

    /// Queues another one beside those that are there.
    pub fn queue_beside(&mut self, id: RequestId, bytes: &[u8]) {
        let mut view = self.requests[0].clone();
        view.id = id;
        view.documents[0].current = self.store(bytes);
        self.requests.push(view);
    }

    pub fn store(&mut self, bytes: &[u8]) -> DocumentRef {
        let sha256 = Sha256::of(bytes);
        self.documents.insert(sha256, bytes.to_vec());
        DocumentRef { sha256, size: bytes.len() as u64, media_type: PDF.into() }
    }

    /// Adds a signature by another person to the queued document.
    pub fn somebody_signs(&mut self) {
        let earlier = self.requests[0].documents[0].current.clone();
        let base = self.documents[&earlier.sha256].clone();
        let document = read::open(&base).unwrap();
        let at = ISSUED_AT.plus(80_000);
        let delta = build_revision(&document, &recipe("other-1"), &Images::none(), at).unwrap();
        let digest = delta.digests(&base).signed;
        let hash = DecisionHash(Sha256::of(b"other decision"));
        let attributes = cms::signed_attributes(digest, self.office.person.der(), hash);
        let signature = self.office.person_key.sign_now(&attributes);
        let signed = cms::assemble(&attributes, &signature, &[self.office.person.der()]).unwrap();
        let tail = delta.embed(&signed).unwrap();
        let current = self.store(&[base.as_slice(), &tail].concat());
        self.requests[0].documents[0] =
            DocumentView { name: "van-ban.pdf".into(), current, earlier: vec![earlier] };
    }

    fn answer(&mut self, asked: &Asked, clock: &TestClock, authority: &str) -> Reply {
        let parts: Vec<&str> = asked.path.trim_start_matches("/api/v1/").split('/').collect();
        if let (Some((keys, _)), true) = (&self.keys, parts[0] != "enrollments") {
            let now = clock.now().plus_seconds(self.skew);
            let key = keys.auth_key.0.clone();
            if let Err(reply) = authenticate(asked, authority, (self.device, &key), now) {
                return reply;
            }
        }
        match (asked.method.as_str(), parts.as_slice()) {
            (_, ["sync" | "documents", ..]) if self.stopped.is_some() => {
                Reply::problem(match self.stopped {
                    Some(DeviceStatus::Suspended) => ProblemKind::DeviceSuspended,
                    _ => ProblemKind::DeviceRevoked,
                })
            }
            ("POST", ["enrollments"]) => self.begin(asked),
            ("POST", ["enrollments", _, "keys"]) => self.keys(asked),
            ("GET", ["device"]) => self.device(),
            ("GET", ["device", "others"]) => Reply::json(200, &self.others),
            ("POST", ["device", "others", id, "suspend"]) => self.suspend(id),
            ("POST", ["device", "replacement"]) => Reply::nothing(),
            ("POST", ["device", "delegations"]) => self.take_delegation(&asked.body),
            ("GET", ["device", "requests", _, "comments"]) => Reply::json(200, &self.comments),
            ("POST", ["device", "requests", _, "comments"]) => self.comment(&asked.body),
            ("POST", ["device", "requests", _, "comments", id, "withdraw"]) => self.withdraw(id),
            ("GET", ["device", "requests", _, "evidence", hash]) => self.evidence(hash),
            ("GET", ["sync"]) => self.sync(asked, clock),
            ("GET", ["images", _]) => Reply::json(200, &seal().to_view()),
            ("GET", ["documents", sha256]) => self.document(asked, &sha256.parse().unwrap()),
            ("PUT", ["requests", _, "steps", _, "decision"]) => self.decide(asked, clock),
            _ => Reply::problem(ProblemKind::NotFound),
        }
    }

    fn suspend(&mut self, id: &str) -> Reply {
        let Some(other) = self.others.iter_mut().find(|other| other.id.to_string() == id) else {
            return Reply::problem(ProblemKind::NotFound);
        };
        other.state = OtherDeviceState::Suspended;
        Reply::nothing()
    }

    fn comment(&mut self, body: &[u8]) -> Reply {
        let NewComment { document, page, text } = serde_json::from_slice(body).unwrap();
        let id = CommentId::from_bytes([5; 16]);
        let by = CommentAuthor { name: person().name, position: person().position };
        let text = Some(text.to_string());
        let (written_at, withdrawn_at, mine) = (ISSUED_AT.timestamp(), None, true);
        let view = CommentView { id, document, page, by, text, written_at, withdrawn_at, mine };
        self.comments.push(view);
        Reply::json(201, &serde_json::json!({ "id": id }))
    }

    fn withdraw(&mut self, id: &str) -> Reply {
        let mut comments = self.comments.iter_mut();
        let Some(comment) = comments.find(|comment| comment.id.to_string() == id) else {
            return Reply::problem(ProblemKind::NotFound);
        };
        comment.text = None;
        Reply::nothing()
    }

    fn begin(&mut self, asked: &Asked) -> Reply {
        let begin: EnrollmentBegin = serde_json::from_slice(&asked.body).unwrap();
        let secret = &self.invitation.secret;
        let expected = proof(secret, crate::enrollment::BEGIN, &[begin.invitation.as_bytes()]);
        assert_eq!(begin.proof.0, expected);
        let attempt = AttemptId::from_bytes([8; 16]);
        let (commitment, log_key) = (Sha256::of(&C2), self.log_key.verifier().to_string());
        let parts: [&[u8]; 5] = [
            self.invitation.id.as_bytes(),
            attempt.as_bytes(),
            &C1,
            commitment.as_bytes(),
            log_key.as_bytes(),
        ];
        let challenge = EnrollmentChallenge {
            attempt,
            c1: Base64(C1.to_vec()),
            commitment,
            proof: Base64(proof(secret, CHALLENGE, &parts).to_vec()),
            log_key,
            person: person(),
            unit: unit(),
            prompt_policy: PromptPolicy::PER_USE,
            server_time: ISSUED_AT.timestamp(),
        };
        self.attempt = Some(challenge.clone());
        Reply::json(201, &challenge)
    }

    fn keys(&mut self, asked: &Asked) -> Reply {
        let message: EnrollmentKeys = serde_json::from_slice(&asked.body).unwrap();
        let challenge = self.attempt.clone().unwrap();
        let key = parse_csr(&message.csr.0).unwrap().public_key;
        self.code = Some(ComparisonCode::of(&Transcript {
            invitation: &self.invitation,
            c1: &C1,
            commitment: &challenge.commitment,
            auth_key: &message.auth_key.0,
            csr: &message.csr.0,
            nonce: &message.nonce.0.clone().try_into().unwrap(),
            c2: &C2,
        }));
        let (office, crl_url) = (&self.office, "http://127.0.0.1/crl");
        let profile = Issued::Person { issuer: &office.issuing, crl_url, ocsp_url: None };
        let validity = Validity::days(ISSUED_AT, 365);
        let certificate = issue(profile, 77, &person_name(), &key, validity, &office.issuing_key);
        self.keys = Some((message, certificate));
        Reply::json(200, &EnrollmentReveal { c2: Base64(C2.to_vec()), device: self.device })
    }

    fn device(&self) -> Reply {
        if let Some(stopped) = &self.stopped {
            return Reply::json(200, stopped);
        }
        let Some((_, certificate)) = self.keys.as_ref().filter(|_| self.approved) else {
            return Reply::json(200, &DeviceStatus::Pending);
        };
        let der = |certificate: &Certificate| Base64(certificate.der().to_vec());
        let profile = Box::new(Profile {
            device: self.device,
            person: person(),
            unit: unit(),
            authority: Authority::Own { position: Text::new("Chủ tịch").unwrap() },
            certificate: der(certificate),
            chain: vec![der(&self.office.issuing), der(&self.office.root)],
            anchors: vec![der(&self.office.root)],
            log_key: self.log_key.verifier().to_string(),
            pins: Vec::new(),
            prompt_policy: PromptPolicy::PER_USE,
        });
        Reply::json(200, &DeviceStatus::Active { profile })
    }

    fn sync(&self, asked: &Asked, clock: &TestClock) -> Reply {
        let consistency = match asked.query.split_once("checkpoint=") {
            None => Vec::new(),
            Some((_, note)) => {
                use base64ct::{Base64UrlUnpadded, Encoding as _};
                let note = String::from_utf8(Base64UrlUnpadded::decode_vec(note).unwrap()).unwrap();
                let known = self.log_key.verifier().open(&note).unwrap();
                match consistency_plan(known.size, self.frontier.size()) {
                    Ok(plan) => plan.fold(|id| self.nodes.get(&id).copied()).unwrap(),
                    Err(_) => Vec::new(),
                }
            }
        };
        Reply::json(
            200,
            &SyncAnswer {
                cursor: 1,
                more: false,
                server_time: clock.now().plus_seconds(self.skew),
                requests: self.requests.clone(),
                checkpoint: self.checkpoint(),
                consistency,
                crls: vec![Base64(self.office.crl(&[])), Base64(self.office.root_crl())],
                anchor_line: self.line.clone(),
                anchor_acts: self.acts_from(asked),
                post: self.post.clone(),
                delegations: self.delegations.iter().map(|it| self.proved(it)).collect(),
            },
        )
    }

    /// The evidence with a proof under the present checkpoint.
    pub fn proved(&self, of: &DelegationEvidence) -> String {
        let index = of.proof.index;
        let plan = inclusion_plan(index, self.frontier.size()).unwrap();
        let hashes = plan.fold(|id| self.nodes.get(&id).copied()).unwrap();
        let proof = InclusionProof { index, hashes, checkpoint: self.checkpoint() };
        DelegationEvidence { proof, ..of.clone() }.to_string()
    }

    /// DER of the phone's certificate.
    pub fn certificate(&self) -> Vec<u8> {
        self.keys.as_ref().unwrap().1.der().to_vec()
    }

    fn acts_from(&self, asked: &Asked) -> Vec<AnchorAct> {
        let from = asked.query.split('&').find_map(|part| part.strip_prefix("anchors="));
        let from: u64 = from.unwrap().parse().unwrap();
        let known = self.anchor_acts.iter().filter(|act| act.leaf >= from);
        let proved = known.map(|act| {
            let plan = inclusion_plan(act.leaf, self.frontier.size()).unwrap();
            let inclusion = plan.fold(|id| self.nodes.get(&id).copied()).unwrap();
            AnchorAct { inclusion, ..act.clone() }
        });
        proved.take(MAX_ACTS).collect()
    }

    fn document(&self, asked: &Asked, sha256: &Sha256) -> Reply {
        let Some(bytes) = self.documents.get(sha256) else {
            return Reply::problem(ProblemKind::NotFound);
        };
        let start = asked.header("range").and_then(|range| range.strip_prefix("bytes="));
        let start = start.and_then(|range| range.strip_suffix('-')).map(|n| n.parse().unwrap());
        let body = bytes[start.unwrap_or(0)..].to_vec();
        let headers = start.map(|start: usize| {
            let range = format!("bytes {start}-{}/{}", bytes.len() - 1, bytes.len());
            ("content-range".to_owned(), range)
        });
        let status = if start.is_some() { 206 } else { 200 };
        Reply { status, headers: headers.into_iter().collect(), body, cut: None, held: None }
    }

    fn decide(&mut self, asked: &Asked, clock: &TestClock) -> Reply {
        self.submissions.push(asked.body.clone());
        let submission: DecisionSubmission = serde_json::from_slice(&asked.body).unwrap();
        let decision = Decision::from_cbor(&submission.decision.0).unwrap();
        if let Some(receipt) = self.decided.get(&decision.hash()) {
            return Reply::json(200, receipt);
        }
        let certificate = self.keys.as_ref().unwrap().1.clone();
        assert_eq!(decision.certificate, certificate.sha256());
        let asked_for = self.requests.iter().find(|view| view.id == decision.request).unwrap();
        assert_eq!(decision.documents[0].document, asked_for.documents[0].current);
        match &submission.binding {
            Binding::Cms { revision_digest, signature } => {
                let signed = self.rebuild(&decision, *revision_digest, &signature.0, &certificate);
                self.signed.push(signed);
            }
            Binding::Cose { statement } => {
                assert_ne!((decision.verb, decision.signs_document()), (Verb::Approve, true));
                let key = certificate.public_key();
                let read = cose::verify(&statement.0, certificate.sha256(), key).unwrap();
                assert_eq!(read.payload, submission.decision.0);
            }
        }
        let outcome = match self.refuse_decisions {
            None => Outcome::Recorded,
            Some(why) => Outcome::Refused { why },
        };
        let receipt = self.receipt(&decision, outcome, clock.now().second());
        match outcome {
            Outcome::Recorded => {
                self.decided.insert(decision.hash(), receipt.clone());
                Reply::json(200, &receipt)
            }
            Outcome::Refused { why } => {
                let Reply { body, .. } = Reply::problem(why);
                let problem: Problem = serde_json::from_slice(&body).unwrap();
                Reply::of(&Problem { receipt: Some(Box::new(receipt)), ..problem })
            }
        }
    }

    // What the office does: the same revision by the same core, and nothing else is taken.
    fn rebuild(
        &self,
        decision: &Decision,
        claimed: Sha256,
        signature: &[u8],
        certificate: &Certificate,
    ) -> Vec<u8> {
        let base = &self.documents[&decision.documents[0].document.sha256];
        let recipe = self.requests[0].task.clone().unwrap().recipe.unwrap();
        let recipe = Recipe::from_cbor(&recipe.0).unwrap();
        assert_eq!(decision.documents[0].signing.as_ref().unwrap().recipe, recipe.hash());
        let document = read::open(base).unwrap();
        let images = [seal()].into_iter().collect();
        let delta = build_revision(&document, &recipe, &images, decision.signed_at).unwrap();
        let digest = delta.digests(base).signed;
        assert_eq!(digest, claimed);
        let attributes = cms::signed_attributes(digest, certificate.der(), decision.hash());
        let signed = cms::assemble(&attributes, signature, &[certificate.der()]).unwrap();
        [base.as_slice(), &delta.embed(&signed).unwrap()].concat()
    }

    /// Ends the request as done: somebody reviewed it, and what this phone approved comes after that.
    pub fn finish(&mut self, clock: &TestClock) {
        let at = clock.now().second();
        let reviewed = self.review(at);
        let mine: Vec<DecisionHash> = self.decided.keys().copied().collect();
        let signer = |decision| SignerView {
            person: person(),
            assignment: Assignment::Decided { verb: Verb::Approve, decision, at: at.timestamp() },
            reason: None,
            absent: None,
            awaits: None,
            by: None,
        };
        let step = |number, role, decisions: &[DecisionHash]| StepView {
            number: StepNumber(number),
            role,
            quorum: Quorum::All,
            signers: decisions.iter().copied().map(signer).collect(),
        };
        let steps = vec![step(1, Role::Review, &[reviewed]), step(2, Role::Approve, &mine)];
        if let Some(signed) = self.signed.last().cloned() {
            let earlier = vec![self.requests[0].documents[0].current.clone()];
            let current = self.store(&signed);
            self.requests[0].documents[0] =
                DocumentView { name: "van-ban.pdf".into(), current, earlier };
        }
        let request = &mut self.requests[0];
        (request.steps, request.state, request.task) = (steps, RouteState::Completed, None);
    }

    /// What was approved, and nothing else, is listed and done; the main document has these bytes.
    pub fn finish_with(&mut self, at: UnixSecond, approvals: &[DecisionHash], file: &[u8]) {
        let earlier = vec![self.requests[0].documents[0].current.clone()];
        let current = self.store(file);
        let request = &mut self.requests[0];
        request.documents[0] = DocumentView { name: "van-ban.pdf".into(), current, earlier };
        let signer = |decision: &DecisionHash| SignerView {
            person: person(),
            assignment: Assignment::Decided {
                verb: Verb::Approve,
                decision: *decision,
                at: at.timestamp(),
            },
            reason: None,
            absent: None,
            awaits: None,
            by: None,
        };
        request.steps.truncate(1);
        request.steps[0].signers = approvals.iter().map(signer).collect();
        (request.state, request.task) = (RouteState::Completed, None);
    }

    /// Somebody else signs a file, in a revision of its own, and the log records the approval.
    pub fn signed_beside(&mut self, base: &[u8], field: &str, at: UnixSecond) -> Approved {
        let mut document = paper::decision(&self.office, base).documents.remove(0);
        document.document = self.store(base);
        let decision = Decision {
            request: REQUEST,
            documents: vec![document],
            signed_at: paper::SIGNED_AT,
            ..paper::decision(&self.office, base)
        };
        let mut recipe = paper::recipe(field, Appearance::Invisible);
        recipe.builder = BUILDER.to_owned();
        let file = paper::sign_pdf_as(&self.office, base, &recipe, decision.hash());
        let receipt = self.receipt(&decision, Outcome::Recorded, at);
        let proof = Evidence::new(decision.to_cbor(), None, &receipt).unwrap();
        self.proofs.insert(decision.hash(), proof);
        Approved { file, decision: decision.hash() }
    }

    /// Somebody else's review of the request's document, in the log.
    fn review(&mut self, at: UnixSecond) -> DecisionHash {
        let current = self.requests[0].documents[0].current.clone();
        let document = DecidedDocument { document: current, signing: None };
        let decision = Decision {
            request: REQUEST,
            documents: vec![document],
            signed_at: at,
            valid_until: at.plus(60),
            ..paper::decision(&self.office, PAPER)
        };
        let (cbor, certificate) = (decision.to_cbor(), self.office.person.clone());
        let message = cose::sig_structure(&cbor, certificate.sha256());
        let signature = self.office.person_key.sign_now(&message);
        let key = certificate.public_key();
        let cose = cose::assemble(&cbor, certificate.sha256(), &signature, key).unwrap();
        let receipt = self.receipt(&decision, Outcome::Recorded, at);
        let proof = Evidence::new(cbor, Some(cose), &receipt).unwrap();
        self.proofs.insert(decision.hash(), proof);
        decision.hash()
    }

    fn evidence(&self, hash: &str) -> Reply {
        let proof = self.proofs.iter().find(|(decision, _)| decision.to_string() == hash);
        let Some((_, proof)) = proof else { return Reply::problem(ProblemKind::NotFound) };
        let body = proof.to_string().into_bytes();
        Reply { body, ..Reply::json(200, &()) }
    }

    pub fn receipt(&mut self, decision: &Decision, outcome: Outcome, at: UnixSecond) -> Receipt {
        let salt = Salt([9; 32]);
        let leaf = Leaf::of_decision(outcome, at, &salt, &decision.hash());
        let index = self.append(&leaf.to_cbor());
        let plan = inclusion_plan(index, self.frontier.size()).unwrap();
        let hashes = plan.fold(|id| self.nodes.get(&id).copied()).unwrap();
        let proof = InclusionProof { index, hashes, checkpoint: self.checkpoint() };
        Receipt::new(decision.hash(), outcome, at, salt, &proof)
    }
}

fn authenticate(
    asked: &Asked,
    authority: &str,
    (device, key): (DeviceId, &[u8]),
    now: Timestamp,
) -> Result<(), Reply> {
    let pairs = asked.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let presented = http_signature::parse(&Headers::collect(pairs).unwrap()).unwrap();
    assert_eq!(presented.keyid, device);
    let content_type = asked.header("content-type");
    let request = http_signature::Request {
        method: &asked.method,
        authority,
        path: &asked.path,
        query: &asked.query,
        body: content_type.map(|content_type| Body { content_type, bytes: &asked.body }),
    };
    match presented.verify(&request, key, now) {
        Ok(()) => Ok(()),
        Err(http_signature::SignatureError::ClockSkew { .. }) => {
            let mut reply = Reply::problem(ProblemKind::ClockSkew);
            reply.edit::<Problem>(|problem| problem.server_time = Some(now));
            Err(reply)
        }
        Err(error) => panic!("{error}"),
    }
}

/// A picture of two by one pixels.
pub(super) fn seal() -> StampImage {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 2, 1);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[200, 0, 0, 255, 0, 0, 200, 128]).unwrap();
    writer.finish().unwrap();
    normalise(&png).unwrap()
}

pub(super) fn recipe(field: &str) -> Recipe {
    Recipe {
        builder: BUILDER.to_owned(),
        field: field.to_owned(),
        name: Text::new("Nguyễn Thị Hạnh").unwrap(),
        reason: None,
        location: None,
        offset_minutes: 420,
        appearance: Appearance::Stamp {
            page: 0,
            rect: Rect { left: 5000, bottom: 5000, right: 23_000, top: 10_600 },
            lines: vec![Line::SignedAt { label: Text::new("Thời gian ký").unwrap() }],
            image: None,
        },
        target: Target::New,
        fill: Vec::new(),
    }
}

fn person() -> PersonView {
    PersonView { id: PERSON, name: "Nguyễn Thị Hạnh".into(), position: "Chủ tịch".into() }
}

fn unit() -> UnitView {
    UnitView { id: UNIT, name: "UBND xã Minh Tân".into() }
}
