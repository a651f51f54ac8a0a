//! How the API answers, refuses, and keeps what it must not say to itself.

use axum::body::Body;
use base64ct::{Base64, Encoding as _};
use http::{Request, Response};
use serde_json::{Value, json as value};
use tower::ServiceExt as _;
use trien_core::digest::Sha256;
use trien_server::flow::key::Scope;

use crate::office::{
    AUTHORITY, Call, Office, Part, SAMPLE, description, random_key, submission, submission_of,
};

async fn body(answer: Response<Body>) -> Vec<u8> {
    axum::body::to_bytes(answer.into_body(), 60 << 20).await.unwrap().to_vec()
}

async fn json(answer: Response<Body>) -> Value {
    serde_json::from_slice(&body(answer).await).unwrap()
}

/// Status and problem slug of a refusal.
async fn refusal(answer: Response<Body>) -> (u16, String) {
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem = json(answer).await;
    assert_eq!(problem["status"], status);
    let slug = problem["type"].as_str().unwrap().strip_prefix("urn:trien:problem:").unwrap();
    (status, slug.to_owned())
}

pub fn get(path: &str, key: &str) -> Request<Body> {
    Request::get(path)
        .header("host", AUTHORITY)
        .header("authorization", format!("Bearer {key}"))
        .body(Body::empty())
        .unwrap()
}

fn is(status: u16, slug: &str) -> (u16, String) {
    (status, slug.to_owned())
}

#[tokio::test]
async fn refusals_speak_the_readers_language_and_vietnamese_otherwise() {
    let office = Office::open().await;
    let ask = |language: &'static str| {
        let request = Request::get("/api/v1/nothing").header("accept-language", language);
        office.ask(request.body(Body::empty()).unwrap())
    };
    let answer = ask("en").await;
    assert_eq!(answer.headers()["content-language"], "en");
    assert_eq!(json(answer).await["title"], "Not found");
    let answer = ask("fr").await;
    assert_eq!(answer.headers()["content-language"], "vi");
    assert_eq!(json(answer).await["title"], "Không tìm thấy");
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_document_too() {
    let office = Office::open().await;
    let wrong_method = Request::delete("/api/v1/units").body(Body::empty()).unwrap();
    let answer = office.ask(wrong_method).await;
    assert_eq!(answer.headers()["allow"], "GET,HEAD");
    assert_eq!(refusal(answer).await, is(405, "method-not-allowed"));
    let unknown_field = Request::post("/api/v1/enrollments")
        .header("content-type", "application/json")
        .body(Body::from("{\"invitation\":\"x\",\"extra\":1}"))
        .unwrap();
    assert_eq!(refusal(office.ask(unknown_field).await).await, is(400, "bad-request"));
    let no_json = Request::post("/api/v1/enrollments").body(Body::from("hi")).unwrap();
    assert_eq!(refusal(office.ask(no_json).await).await, is(415, "unsupported-media-type"));
}

#[tokio::test]
async fn every_answer_carries_its_id_and_forbids_framing_and_sniffing() {
    let office = Office::open().await;
    for path in ["/", "/e", "/r/01890a5d-ac96-774b-bcce-b302099a8057", "/version", "/nothing"] {
        let answer = office.ask(Request::get(path).body(Body::empty()).unwrap()).await;
        let headers = answer.headers();
        assert_eq!(headers["x-request-id"].len(), 16, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["x-frame-options"], "DENY", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn an_invitation_is_handed_to_the_app_by_the_one_script_that_its_page_may_run() {
    let office = Office::open().await;
    let answer = office.ask(Request::get("/e").body(Body::empty()).unwrap()).await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = String::from_utf8(body(answer).await).unwrap();
    let script = page.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    let hash = Base64::encode_string(Sha256::of(script.as_bytes()).as_bytes());
    assert!(policy.contains(&format!("script-src 'sha256-{hash}'")), "{policy}");
    assert!(page.contains("data-package=\"vn.trien\""), "{page}");
    // Another app that takes links of this kind must not get the secret.
    assert!(script.contains("package="), "{script}");
}

#[tokio::test]
async fn a_link_to_a_request_tells_nothing_and_leads_to_the_app() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let request = office.queue(&key).await;
    let known = page_of(&office, &format!("/r/{request}")).await;
    let unknown = page_of(&office, "/r/01890a5d-ac96-774b-bcce-b302099a8057").await;
    assert_eq!(known, unknown, "nobody learns whether there is such a request");
    let (policy, page) = known;
    let script = page.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    let hash = Base64::encode_string(Sha256::of(script.as_bytes()).as_bytes());
    assert!(policy.contains(&format!("script-src 'sha256-{hash}'")), "{policy}");
    assert!(
        script.contains("'/requests/'") && page.contains("data-package=\"vn.trien\""),
        "{page}"
    );
    let wrong = Request::get("/r/1'onload='").body(Body::empty());
    assert!(office.ask(wrong.unwrap()).await.status().is_client_error());
}

async fn page_of(office: &Office, path: &str) -> (String, String) {
    let answer = office.ask(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    (policy, String::from_utf8(body(answer).await).unwrap())
}

#[tokio::test]
async fn what_has_not_changed_is_answered_with_304_and_no_body() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit, Scope::Read]).await;
    let first = office.queue(&key).await;
    let ask = |path: String, tag: Option<String>| {
        let mut request = Request::get(path).header("authorization", format!("Bearer {key}"));
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        office.ask(request.body(Body::empty()).unwrap())
    };
    let paths = ["/api/v1/changes", "/api/v1/requests", "/api/v1/units", "/api/v1/people"];
    for path in paths.map(str::to_owned).into_iter().chain([format!("/api/v1/requests/{first}")]) {
        let answer = ask(path.clone(), None).await;
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!((answer.status().as_u16(), body(answer).await.is_empty()), (200, false));
        let again = ask(path.clone(), Some(format!("W/{tag}"))).await;
        assert_eq!(again.headers()["etag"], tag, "{path}");
        assert_eq!((again.status().as_u16(), body(again).await.is_empty()), (304, true), "{path}");
    }
    let tag = ask(paths[0].to_owned(), None).await.headers()["etag"].to_str().unwrap().to_owned();
    let second = office.queue(&key).await;
    let answer = ask(paths[0].to_owned(), Some(tag)).await;
    assert_eq!(answer.status(), 200);
    let page: serde_json::Value = serde_json::from_slice(&body(answer).await).unwrap();
    let told: Vec<_> = page["changes"].as_array().unwrap().iter().collect();
    let requests: Vec<_> = told.iter().map(|one| one["request"].as_str().unwrap()).collect();
    assert_eq!(requests, [first.to_string(), second.to_string()]);
    assert!(told.iter().all(|one| one["outcome"] == "queued"));
    let rest = ask(format!("/api/v1/changes?cursor={}", page["cursor"]), None).await;
    let rest: serde_json::Value = serde_json::from_slice(&body(rest).await).unwrap();
    assert_eq!((&rest["cursor"], rest["changes"].as_array().unwrap().len()), (&page["cursor"], 0));
}

#[tokio::test]
async fn a_signed_request_is_taken_as_sent_and_not_otherwise() {
    let office = Office::open().await;
    let phone = office.active_phone().await;
    let answer = office.ask(phone.sign(&Call::get("/api/v1/sync?cursor=0"))).await;
    assert_eq!(answer.status(), 200);

    let mut moved = phone.sign(&Call::get("/api/v1/sync?cursor=0"));
    *moved.uri_mut() = "/api/v1/sync?cursor=1".parse().unwrap();
    assert_eq!(refusal(office.ask(moved).await).await, is(401, "unauthenticated"));

    let mut posted = phone.sign(&Call::get("/api/v1/sync"));
    *posted.body_mut() = Body::from("x");
    assert_eq!(refusal(office.ask(posted).await).await, is(400, "bad-request"));

    let elsewhere = Call { authority: "evil.example", ..Call::get("/api/v1/sync") };
    assert_eq!(refusal(office.ask(phone.sign(&elsewhere)).await).await.0, 401);

    // A proxy's word for the name is not asked for.
    let mut forwarded = phone.sign(&elsewhere);
    forwarded.headers_mut().insert("x-forwarded-host", AUTHORITY.parse().unwrap());
    forwarded.headers_mut().insert("forwarded", format!("host={AUTHORITY}").parse().unwrap());
    assert_eq!(refusal(office.ask(forwarded).await).await.0, 401);
}

#[tokio::test]
async fn a_wrong_clock_is_told_the_servers_time() {
    let office = Office::open().await;
    let phone = office.active_phone().await;
    for seconds in [-400, 400] {
        let late = Call { skew_seconds: seconds, ..Call::get("/api/v1/sync") };
        let answer = office.ask(phone.sign(&late)).await;
        assert_eq!(answer.status(), 401);
        let problem = json(answer).await;
        assert_eq!(problem["type"], "urn:trien:problem:clock-skew");
        assert!(problem["server_time"].as_i64().unwrap() > 1_700_000_000_000);
    }
}

#[tokio::test]
async fn a_signed_body_beyond_the_limit_is_refused_before_it_is_hashed() {
    let office = Office::open().await;
    let phone = office.active_phone().await;
    let path = "/api/v1/requests/01890a5d-ac96-774b-bcce-b302099a8057/steps/1/decision";
    let large = vec![b' '; 600 * 1024];
    let answer = office.ask(phone.sign(&Call::put(path, &large))).await;
    assert_eq!(refusal(answer).await, is(413, "too-large"));
}

#[tokio::test]
async fn a_submission_with_unknown_doubled_or_missing_parts_is_refused() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let text = description(&office).to_string();
    let request = || Part::json("request", &text);
    let other = || Part::file("other", "x", "text/plain", b"x");
    let nameless = || Part { head: "form-data; name=\"document\"".into(), bytes: SAMPLE };
    let cases: [Vec<Part<'_>>; 6] = [
        vec![],
        vec![request()],
        vec![Part::pdf(SAMPLE)],
        vec![request(), Part::pdf(SAMPLE), other()],
        vec![request(), request(), Part::pdf(SAMPLE)],
        vec![request(), nameless()],
    ];
    for parts in cases {
        let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
        assert_eq!(refusal(answer).await, is(400, "bad-request"), "{} parts", parts.len());
    }
    let mut unknown = description(&office);
    unknown["colour"] = "red".into();
    let unknown = unknown.to_string();
    let parts = [Part::json("request", &unknown), Part::pdf(SAMPLE)];
    let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
    assert_eq!(refusal(answer).await, is(400, "bad-request"));
}

#[tokio::test]
async fn a_submission_needs_one_visible_idempotency_key() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let mut missing = submission(&office, Some(&key), "x");
    missing.headers_mut().remove("idempotency-key");
    assert_eq!(refusal(office.ask(missing).await).await, is(400, "bad-request"));
    for wrong in ["", "a b", &"x".repeat(256)] {
        let answer = office.ask(submission(&office, Some(&key), wrong)).await;
        assert_eq!(refusal(answer).await, is(400, "bad-request"));
    }
}

#[tokio::test]
async fn a_document_above_the_limit_is_refused_with_the_limit() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let large = vec![0; (50 << 20) + 1];
    let text = description(&office).to_string();
    let parts = [Part::json("request", &text), Part::pdf(&large)];
    let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
    assert_eq!(answer.status(), 413);
    assert_eq!(json(answer).await["code"], "52428800");
}

#[tokio::test]
async fn what_cannot_be_signed_is_refused_with_reason_and_cure_and_leaves_nothing() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit, Scope::Read]).await;
    let text = description(&office);
    let mut plain = text.clone();
    plain.as_object_mut().unwrap().remove("sha256");
    let plain = plain.to_string();
    let parts = [Part::json("request", &plain), Part::pdf(b"not a pdf at all")];
    let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
    let (status, problem) = (answer.status(), json(answer).await);
    assert_eq!((status.as_u16(), problem["code"].as_str()), (422, Some("not-pdf")));
    assert!(problem["detail"].as_str().unwrap().contains("Tệp không phải PDF"));

    let mut secret = text;
    secret["classification"] = "secret".into();
    let secret = secret.to_string();
    let parts = [Part::json("request", &secret), Part::pdf(SAMPLE)];
    let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
    assert_eq!(refusal(answer).await, is(422, "secret-grade"));

    let list = json(office.ask(get("/api/v1/requests", &key)).await).await;
    assert_eq!(list["requests"], serde_json::json!([]));
}

#[tokio::test]
async fn a_stamp_beside_a_text_is_queued_or_refused_with_what_to_do() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let submit = |appearance: Value, language: &str| {
        let mut description = description(&office);
        description["steps"][0]["signers"][0]["appearance"] = appearance;
        let description = description.to_string();
        let parts = [Part::json("request", &description), Part::pdf(SAMPLE)];
        let mut request = submission_of(Some(&key), &random_key(), &parts);
        request.headers_mut().insert("accept-language", language.parse().unwrap());
        office.ask(request)
    };
    let beside =
        |text: &str| value!({ "kind": "beside", "text": text, "width": 18_000, "height": 5600 });
    assert_eq!(submit(beside("CHỦ TỊCH"), "vi").await.status(), 201);
    let problem = json(submit(beside("GIÁM ĐỐC"), "vi").await).await;
    assert_eq!(
        (problem["status"].as_u64(), problem["code"].as_str()),
        (Some(422), Some("anchor-not-found"))
    );
    assert!(problem["detail"].as_str().unwrap().contains("Hãy ghi đúng"), "{problem}");
    let mut right = beside("CHỦ TỊCH");
    right["side"] = "right".into();
    let problem = json(submit(right, "en").await).await;
    assert_eq!(problem["code"], "anchor-no-room");
    assert!(problem["detail"].as_str().unwrap().contains("another side"), "{problem}");
    assert_eq!(refusal(submit(beside(" "), "en").await).await, is(400, "bad-request"));
    let mut flat = beside("CHỦ TỊCH");
    flat["height"] = 0.into();
    assert_eq!(refusal(submit(flat, "en").await).await, is(422, "invalid-request"));
}

#[tokio::test]
async fn documents_are_resumable_and_named_by_their_digest() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit, Scope::Read]).await;
    let request = office.queue(&key).await;
    let path = format!("/api/v1/requests/{request}/document");
    let answer = office.ask(get(&path, &key)).await;
    assert_eq!(answer.status(), 200);
    let tag = format!("\"{}\"", Sha256::of(SAMPLE));
    assert_eq!(answer.headers()["etag"], tag.as_str());
    assert_eq!(answer.headers()["content-length"], SAMPLE.len().to_string().as_str());
    assert_eq!(body(answer).await, SAMPLE);

    let mut part = get(&path, &key);
    part.headers_mut().insert("range", "bytes=100-".parse().unwrap());
    let answer = office.ask(part).await;
    assert_eq!(answer.status(), 206);
    let wanted = format!("bytes 100-{}/{}", SAMPLE.len() - 1, SAMPLE.len());
    assert_eq!(answer.headers()["content-range"], wanted.as_str());
    assert_eq!(body(answer).await, &SAMPLE[100..]);

    let mut beyond = get(&path, &key);
    let range = format!("bytes={}-", SAMPLE.len());
    beyond.headers_mut().insert("range", range.parse().unwrap());
    let answer = office.ask(beyond).await;
    let wanted = format!("bytes */{}", SAMPLE.len());
    assert_eq!(answer.headers()["content-range"], wanted.as_str());
    assert_eq!(refusal(answer).await, is(416, "range-not-satisfiable"));

    let mut known = get(&path, &key);
    known.headers_mut().insert("if-none-match", tag.parse().unwrap());
    assert_eq!(office.ask(known).await.status(), 304);

    let phone = office.active_phone().await;
    let path = format!("/api/v1/documents/{}", Sha256::of(SAMPLE));
    let answer = office.ask(phone.sign(&Call::get(&path))).await;
    assert_eq!(body(answer).await, SAMPLE);
}

#[tokio::test]
async fn an_authorization_header_in_another_form_is_no_key() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Read]).await;
    let send = |value: String| {
        let request = Request::get("/api/v1/units").header("authorization", value);
        office.ask(request.body(Body::empty()).unwrap())
    };
    assert_eq!(send(format!("bearer {key}")).await.status(), 200);
    for wrong in [key.clone(), format!("Basic {key}"), "Bearer ".into(), format!("Bearer {key}x")] {
        assert_eq!(send(wrong).await.status(), 401);
    }
}

#[tokio::test]
async fn the_page_says_demo_on_demo_data_only_and_lists_requests_as_text() {
    let office = Office::open().await;
    let key = office.key(office.unit, &[Scope::Submit]).await;
    let mut hostile = description(&office);
    hostile["metadata"]["subject"] = "<script>alert(1)</script>".into();
    let hostile = hostile.to_string();
    let parts = [Part::json("request", &hostile), Part::pdf(SAMPLE)];
    let answer = office.ask(submission_of(Some(&key), &random_key(), &parts)).await;
    assert_eq!(answer.status(), 201);
    let home = || Request::get("/").body(Body::empty()).unwrap();
    let page = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let real = page(body(office.ask(home()).await).await);
    assert!(!real.contains("trình diễn") && !real.contains("alert"), "{real}");
    let demo = page(body(office.demo().oneshot(home()).await.unwrap()).await);
    assert!(demo.contains("Đây là bản trình diễn"), "{demo}");
    assert!(demo.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{demo}");
    assert!(!demo.contains("<script"), "{demo}");
}
