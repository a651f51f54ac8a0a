//! The frame of the API's description; the routes add themselves.

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes,
    SecurityScheme,
};
use utoipa::{Modify, OpenApi as _};

use super::schema;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Trien",
        description = "Documents approved and signed on the phone. Refusals are problem documents \
                       (RFC 9457) in Vietnamese, or English by Accept-Language. Times are \
                       milliseconds since 1970 UTC, where they are signed whole seconds; binary \
                       values are base64.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "document systems", description = "With an API key of their unit"),
        (name = "administration", description = "With a personal token of somebody who administers: \
            as that account, with what it may do at that moment"),
        (name = "devices", description = "Phones, signed by the device's auth key"),
        (name = "public", description = "For anybody"),
        (name = "operation", description = "For whoever runs the server"),
    ),
    components(
        schemas(schema::Submission),
        responses(schema::ProblemResponse),
    ),
    modifiers(&Credentials),
)]
struct Frame;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, description: &mut OpenApi) {
        let components = description.components.get_or_insert_default();
        let api_key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("trien_…")
            .description(Some("made by `trien api-key create`"))
            .build();
        components.add_security_scheme("api_key", SecurityScheme::Http(api_key));
        let flow = ClientCredentials::new(
            "/api/v1/oauth/token",
            Scopes::from_iter([
                ("submit", "queue documents, take requests back"),
                ("read", "read requests, documents, decisions and evidence"),
            ]),
        );
        let client_credentials = OAuth2::with_description(
            [Flow::ClientCredentials(flow)],
            "an API key, exchanged for a token of fifteen minutes",
        );
        components
            .add_security_scheme("client_credentials", SecurityScheme::OAuth2(client_credentials));
        let admin_token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("trien_admin_…")
            .description(Some(
                "made in the console, under one's own account, with the password; its verbs are read, \
                 act or sensitive",
            ))
            .build();
        components.add_security_scheme("admin_token", SecurityScheme::Http(admin_token));
        let signature = ApiKeyValue::with_description(
            "Signature-Input",
            "RFC 9421, tag \"trien-device\": @method @authority @path @query, with a body also \
             content-digest and content-type; created, nonce, keyid (the device), \
             alg=ecdsa-p256-sha256",
        );
        components.add_security_scheme(
            "device_signature",
            SecurityScheme::ApiKey(ApiKey::Header(signature)),
        );
    }
}

/// Title, tags and credentials.
pub(super) fn frame() -> OpenApi {
    Frame::openapi()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use trien_core::anchor::AnchorAct;
    use trien_core::certificate::{Assurance, PromptPolicy};
    use trien_core::decision::{Authority, DecisionHash, Verb};
    use trien_core::delegation::wire::{Delegate, DelegationState, DelegationView};
    use trien_core::delegation::{Form, Reach, UnitScope};
    use trien_core::digest::Sha256;
    use trien_core::document::{DocumentRef, Metadata, Text, Urgency};
    use trien_core::env::{OsEntropy, SystemClock, Timestamp, UnixSecond};
    use trien_core::id::{DeviceId, EntryId, PersonId, RequestId, TemplateId, UnitId};
    use trien_core::log::leaf::Salt;
    use trien_core::papers::{CopyHolder, CopyView, OnPaper};
    use trien_core::register::KeyHome;
    use trien_core::request::{Assignment, Quorum, Role, RouteState, StepNumber};
    use trien_core::template::TemplateUsed;
    use trien_core::wire::{
        Absence, AwaitedSignature, Awaits, Base64, DecidedBy, DocumentSigned, DocumentSignerView,
        DocumentView, InPlaceOf, PersonView, Post, RecordedDecision, RequestView, SignerView,
        StepView, Submission, Submitted, SyncAnswer, TaskView, UnitView,
    };

    use crate::api::integration::CertificateList;
    use crate::flow::register::{CertificateView, CertifiedView};

    fn described() -> Value {
        serde_json::from_str(&crate::api::description()).unwrap()
    }

    /// Every field that is written is described, and every field described as always there is.
    fn assert_described(description: &Value, name: &str, value: &Value) {
        let schema = &description["components"]["schemas"][name];
        let fields = schema["properties"].as_object().unwrap_or_else(|| panic!("no {name}"));
        let value = value.as_object().unwrap();
        for field in value.keys() {
            assert!(fields.contains_key(field), "{name}.{field} is not described");
        }
        for field in schema["required"].as_array().into_iter().flatten() {
            let field = field.as_str().unwrap();
            assert!(value.contains_key(field), "{name}.{field} is described, but not written");
        }
    }

    fn person() -> PersonView {
        let id = PersonId::generate(&SystemClock, &OsEntropy);
        PersonView { id, name: "An".into(), position: "Chủ tịch".into() }
    }

    fn absence() -> Absence {
        let now = Timestamp::from_millis(0);
        Absence { person: person().id, since: now, until: now }
    }

    fn document() -> DocumentRef {
        DocumentRef { sha256: Sha256::of(b""), size: 0, media_type: "application/pdf".into() }
    }

    fn signer_view() -> DocumentSignerView {
        DocumentSignerView { certificate: Base64(Vec::new()), home: KeyHome::Token }
    }

    fn request() -> RequestView {
        let decided = Assignment::Decided {
            verb: Verb::Approve,
            decision: DecisionHash(Sha256::of(b"")),
            at: Timestamp::from_millis(0),
        };
        let signer = SignerView {
            person: person(),
            assignment: decided,
            reason: Some("vì".into()),
            absent: Some(absence()),
            by: Some(DecidedBy { person: person(), form: Form::Kt, delegation: Sha256::of(b"") }),
            awaits: Some(Awaits {
                decision: DecisionHash(Sha256::of(b"")),
                until: Timestamp::from_millis(0),
            }),
        };
        let number = StepNumber(1);
        RequestView {
            id: RequestId::generate(&SystemClock, &OsEntropy),
            revision: 1,
            unit: UnitView { id: UnitId::generate(&SystemClock, &OsEntropy), name: "X".into() },
            metadata: Metadata {
                number: Some(Text::new("1/QĐ").unwrap()),
                subject: Text::new("x").unwrap(),
                kind: Text::new("x").unwrap(),
                issuer: Text::new("x").unwrap(),
                urgency: Urgency::Normal,
            },
            queued_at: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(0),
            due_at: Some(Timestamp::from_millis(0)),
            state: RouteState::Open { step: number },
            steps: vec![StepView {
                number,
                role: Role::Approve,
                quorum: Quorum::AtLeast(1),
                signers: vec![signer],
            }],
            documents: vec![DocumentView {
                name: "qd.pdf".into(),
                current: document(),
                earlier: vec![document()],
            }],
            supersedes: Some(RequestId::generate(&SystemClock, &OsEntropy)),
            superseded_by: Some(RequestId::generate(&SystemClock, &OsEntropy)),
            template: Some(TemplateUsed {
                id: TemplateId::generate(&SystemClock, &OsEntropy),
                version: 1,
                name: "x".into(),
            }),
            copies: vec![CopyView {
                holder: CopyHolder::Person { person: person() },
                delivered_at: Some(Timestamp::from_millis(0)),
                opened_at: Some(Timestamp::from_millis(0)),
            }],
            on_paper: Some(OnPaper::Finance),
            task: Some(TaskView {
                step: number,
                role: Role::Approve,
                recipe: Some(Base64(Vec::new())),
                in_place_of: Some(InPlaceOf {
                    person: person(),
                    delegation: Sha256::of(b""),
                    line: vec![UnitId::from_bytes([0; 16])],
                }),
                document_signer: Some(signer_view()),
                undone: vec![DecisionHash(Sha256::of(b""))],
            }),
        }
    }

    #[test]
    fn the_description_fits_what_is_written() {
        let description = described();
        let view = serde_json::to_value(request()).unwrap();
        assert_described(&description, "RequestView", &view);
        assert_described(&description, "UnitView", &view["unit"]);
        assert_described(&description, "Metadata", &view["metadata"]);
        assert_described(&description, "StepView", &view["steps"][0]);
        assert_described(&description, "SignerView", &view["steps"][0]["signers"][0]);
        assert_described(&description, "PersonView", &view["steps"][0]["signers"][0]["person"]);
        assert_described(&description, "DocumentView", &view["documents"][0]);
        assert_described(&description, "DocumentRef", &view["documents"][0]["current"]);
        assert_described(&description, "TaskView", &view["task"]);
        assert_described(&description, "DocumentSignerView", &view["task"]["document_signer"]);
        assert_described(&description, "Awaits", &view["steps"][0]["signers"][0]["awaits"]);
        let awaited = AwaitedSignature {
            decision: Base64(Vec::new()),
            statement: Base64(Vec::new()),
            decided_with: vec![Base64(Vec::new())],
            recipe: Base64(Vec::new()),
            signer: signer_view(),
            until: Timestamp::from_millis(0),
        };
        let awaited = serde_json::to_value(awaited).unwrap();
        assert_described(&description, "AwaitedSignature", &awaited);
        let signed = DocumentSigned { document: document(), evidence: String::new() };
        let signed = serde_json::to_value(signed).unwrap();
        assert_described(&description, "DocumentSigned", &signed);
        assert_described(&description, "TemplateUsed", &view["template"]);
        assert_described(&description, "CopyView", &view["copies"][0]);
        assert_described(&description, "InPlaceOf", &view["task"]["in_place_of"]);
        assert_described(&description, "DecidedBy", &view["steps"][0]["signers"][0]["by"]);
        let submitted = Submitted {
            request: request().id,
            document: document(),
            queued_at: Timestamp::from_millis(0),
            absent: vec![absence()],
        };
        assert_described(&description, "Submitted", &serde_json::to_value(submitted).unwrap());
        let decision = RecordedDecision {
            decision: DecisionHash(Sha256::of(b"")),
            step: StepNumber(1),
            person: person(),
            in_place_of: Some(person()),
            delegation: Some(Sha256::of(b"")),
            verb: Verb::Reject,
            reason: Some("vì".into()),
            signed_at: UnixSecond::new(0),
            recorded_at: UnixSecond::new(0),
        };
        assert_described(
            &description,
            "RecordedDecision",
            &serde_json::to_value(decision).unwrap(),
        );
        let answer = SyncAnswer {
            cursor: 0,
            more: false,
            server_time: Timestamp::from_millis(0),
            requests: vec![request()],
            checkpoint: String::new(),
            consistency: Vec::new(),
            crls: Vec::new(),
            anchor_line: vec![UnitId::from_bytes([0; 16])],
            anchor_acts: vec![AnchorAct {
                statement: String::new(),
                recorded_at: UnixSecond::new(0),
                salt: Salt([0; 32]),
                leaf: 0,
                inclusion: Vec::new(),
                certificate: Base64(Vec::new()),
            }],
            post: Some(Post {
                person: person(),
                unit: UnitView { id: UnitId::from_bytes([0; 16]), name: String::new() },
                authority: Authority::Own { position: Text::new("Chủ tịch").unwrap() },
            }),
            delegations: vec![String::new()],
        };
        let answer = serde_json::to_value(answer).unwrap();
        assert_described(&description, "SyncAnswer", &answer);
        assert_described(&description, "AnchorAct", &answer["anchor_acts"][0]);
    }

    #[test]
    fn delegations_are_written_as_described() {
        let unit = || UnitView { id: UnitId::from_bytes([0; 16]), name: "X".into() };
        let view = DelegationView {
            delegation: Sha256::of(b""),
            form: Form::Tuq,
            from: person(),
            from_unit: unit(),
            to: person(),
            to_unit: unit(),
            units: vec![UnitScope { unit: unit().id, reach: Reach::AndBelow }],
            kinds: vec![Text::new("Giấy mời").unwrap()],
            starts: UnixSecond::new(0),
            ends: UnixSecond::new(1),
            reason: Text::new("x").unwrap(),
            state: DelegationState::InForce,
            ended_at: Some(Timestamp::from_millis(0)),
        };
        let view = serde_json::to_value(view).unwrap();
        let description = described();
        assert_described(&description, "DelegationView", &view);
        assert_described(&description, "UnitScope", &view["units"][0]);
        let forms = vec![Form::Kt];
        let delegate = Delegate { person: person(), unit: unit(), is_deputy: true, forms };
        assert_described(&description, "Delegate", &serde_json::to_value(delegate).unwrap());
    }

    #[test]
    fn certificates_are_written_as_described() {
        let session = PromptPolicy::session(60, 20).unwrap();
        let view = CertificateView {
            id: EntryId::generate(&SystemClock, &OsEntropy),
            unit: request().unit,
            person: person(),
            kind: "personal",
            key: "phone",
            device: Some(DeviceId::generate(&SystemClock, &OsEntropy)),
            assurance: Some(Assurance::B),
            prompt_policy: Some(session.with_passcode(true)),
            signs_documents: false,
            state: "in-use",
            certificate: Some(CertifiedView {
                sha256: Sha256::of(b""),
                serial: "4f2a".into(),
                issuer: "CN=X".into(),
                subject: "CN=An".into(),
                not_before: UnixSecond::new(0),
                not_after: UnixSecond::new(0),
                issued_at: Timestamp::from_millis(0),
                exceeds: false,
            }),
        };
        let page = CertificateList { certificates: vec![view], cursor: Some(String::new()) };
        let page = serde_json::to_value(page).unwrap();
        let description = described();
        assert_described(&description, "CertificateList", &page);
        assert_described(&description, "CertificateView", &page["certificates"][0]);
        let entry = &page["certificates"][0];
        assert_described(&description, "Certified", &entry["certificate"]);
        assert_described(&description, "PromptPolicy", &entry["prompt_policy"]);
    }

    #[test]
    fn what_the_description_asks_for_is_taken() {
        let description = described();
        let id = request().id.to_string();
        let submission = json!({
            "unit": id,
            "metadata": { "subject": "x", "kind": "x", "issuer": "x", "urgency": "very-urgent" },
            "classification": "open",
            "sha256": Sha256::of(b""),
            "steps": [{
                "role": "approve",
                "quorum": { "at-least": 1 },
                "signers": [
                    { "person": id, "appearance": { "kind": "invisible" } },
                    { "person": id, "appearance": {
                        "kind": "stamp", "page": -1, "image": "a.png",
                        "rect": { "left": 0, "bottom": 0, "right": 1, "top": 1 },
                        "lines": [
                            { "kind": "text", "text": "An" },
                            { "kind": "signed-at", "label": "Thời gian ký" },
                        ],
                    } },
                ],
            }],
            "expires_at": 1,
        });
        assert_described(&description, "Submission", &submission);
        assert_described(&description, "SubmittedStep", &submission["steps"][0]);
        let signer = &submission["steps"][0]["signers"][1];
        assert_described(&description, "SubmittedSigner", signer);
        assert_described(&description, "Rect", &signer["appearance"]["rect"]);
        serde_json::from_value::<Submission>(submission).unwrap();
    }

    #[test]
    fn every_route_has_a_name_of_its_own() {
        let description = described();
        let mut names = std::collections::BTreeSet::new();
        for methods in description["paths"].as_object().unwrap().values() {
            for route in methods.as_object().unwrap().values() {
                let name = route["operationId"].as_str().unwrap().to_owned();
                assert!(names.insert(name.clone()), "{name} stands twice");
            }
        }
    }

    #[test]
    fn tokens_of_persons_reach_administration_and_nothing_else() {
        let description = described();
        for (path, methods) in description["paths"].as_object().unwrap() {
            for (method, route) in methods.as_object().unwrap() {
                let asked = &route["security"];
                let verbs = ["read", "act", "sensitive"].map(|it| json!([{ "admin_token": [it] }]));
                let administers = path.starts_with("/api/v1/admin/");
                assert_eq!(verbs.contains(asked), administers, "{method} {path}: {asked}");
            }
        }
    }

    #[test]
    fn every_route_says_what_it_is_for_and_how_it_refuses() {
        let description = described();
        for (path, methods) in description["paths"].as_object().unwrap() {
            for (method, route) in methods.as_object().unwrap() {
                assert!(route["summary"].is_string(), "{method} {path} has no summary");
                assert!(route["security"].is_array(), "{method} {path} names no credential");
                let open = route["security"] == json!([{}]);
                let refuses = route["responses"].get("4XX").is_some();
                assert!(open || refuses, "{method} {path} never refuses");
            }
        }
    }
}
