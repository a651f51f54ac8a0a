//! `--help` of every command is a text that people read: it is kept, and changes on purpose only.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

const COMMANDS: &[&str] = &[
    "",
    "demo",
    "init",
    "serve",
    "unit",
    "unit add",
    "unit list",
    "unit import",
    "unit export",
    "unit rename",
    "unit merge",
    "unit split",
    "unit level",
    "unit prompt",
    "unit dissolve",
    "levels",
    "levels list",
    "levels add",
    "levels rename",
    "person",
    "person add",
    "person list",
    "person import",
    "person export",
    "person move",
    "invite",
    "invitation",
    "invitation list",
    "invitation cancel",
    "invitation resend",
    "device",
    "device list",
    "device approve",
    "device refuse",
    "device suspend",
    "device resume",
    "device replace",
    "device revoke",
    "certificates",
    "certificates list",
    "certificates show",
    "certificates export",
    "certificates counts",
    "certificates export-requests",
    "certificates import",
    "certificates trust",
    "certificates source",
    "certificates documents",
    "certificates export-revocations",
    "authority",
    "authority show",
    "authority new-issuing",
    "authority export-root",
    "authority revoke",
    "authority root-list",
    "wave",
    "wave plan",
    "wave list",
    "wave show",
    "wave remind",
    "wave close",
    "changes",
    "changes list",
    "changes show",
    "changes export",
    "audit",
    "audit list",
    "audit verify",
    "administer",
    "administer token",
    "administer people",
    "administer import",
    "api-key",
    "api-key create",
    "api-key list",
    "api-key revoke",
    "webhook",
    "webhook add",
    "webhook list",
    "webhook deliveries",
    "webhook replay",
    "webhook renew-secret",
    "webhook pause",
    "webhook resume",
    "webhook end",
    "number",
    "number list",
    "number reserve",
    "template",
    "template list",
    "template show",
    "template add",
    "template edit",
    "template end",
    "calendar",
    "calendar check",
    "calendar show",
    "calendar after",
    "submit",
    "request",
    "request list",
    "request changes",
    "request recall",
    "request remind",
    "request show",
    "request download",
    "request evidence",
    "verify",
    "clean-copy",
    "attestation",
    "attestation show",
    "phone",
    "phone enroll",
    "phone status",
    "phone lost",
    "phone replace",
    "phone delegate",
    "phone delegations",
    "phone end-delegation",
    "phone sync",
    "phone list",
    "phone show",
    "phone approve",
    "phone reject",
    "phone return",
    "phone outbox",
    "phone listen",
    "phone sign-with",
    "phone push",
    "phone push show",
    "phone push set",
    "phone push none",
    "phone push remove",
    "phone push test",
    "token",
    "token list",
    "doctor",
    "doctor push",
    "doctor mail",
    "push-relay",
    "push-relay serve",
    "push-relay new-key",
    "migrate",
    "completions",
];

fn trien(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trien"));
    // The reader's own settings must not show in the texts.
    command.env_clear().args(arguments).output().unwrap()
}

#[test]
fn help_is_what_was_agreed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/api/help");
    let update = env::var_os("TRIEN_UPDATE").is_some();
    let mut differing = Vec::new();
    for command in COMMANDS {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let output = trien(&arguments);
        assert!(output.status.success(), "{command}");
        let said = String::from_utf8(output.stdout).unwrap();
        let name = if command.is_empty() { "trien" } else { command };
        let path = folder.join(format!("{}.txt", name.replace(' ', "-")));
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &said).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != said {
            differing.push(name);
        }
    }
    assert!(
        differing.is_empty(),
        "help of {differing:?} changed; TRIEN_UPDATE=1 cargo test --test api accepts it"
    );
}

#[test]
fn a_usage_error_is_64_because_2_means_cannot_be_determined() {
    assert_eq!(trien(&["no-such-command"]).status.code(), Some(64));
    assert_eq!(trien(&["verify", "--no-such-option"]).status.code(), Some(64));
    assert_eq!(trien(&["--version"]).status.code(), Some(0));
}

#[test]
fn a_failure_is_one_line_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none").display().to_string();
    let output = trien(&["serve", "--data", &data, "--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(64));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("--behind-proxy"), "{said}");
    let output = trien(&["submit", "none.pdf", "--signer", "An", "--subject", "Thử"]);
    assert_eq!(output.status.code(), Some(66));
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
}

#[test]
fn a_stamp_has_one_place_and_a_side_only_beside_a_text() {
    let submit = |more: &[&str]| {
        let always = ["submit", "none.pdf", "--signer", "An", "--subject", "Thử"];
        trien(&[&always, more].concat()).status.code()
    };
    let (beside, stamp) = (["--beside", "CHỦ TỊCH"], ["--stamp", "1:1,2,3,4"]);
    assert_eq!(submit(&[&beside[..], &["--side", "left", "--image", "a.png"]].concat()), Some(66));
    assert_eq!(submit(&[beside, stamp].concat()), Some(64));
    for wrong in [["--side", "left"], ["--size", "9x9"], ["--image", "a.png"]] {
        assert_eq!(submit(&wrong), Some(64), "{wrong:?}");
    }
    assert_eq!(submit(&[&beside[..], &["--invisible"]].concat()), Some(64));
    assert_eq!(submit(&[&beside[..], &["--side", "under"]].concat()), Some(64));
}

#[test]
fn the_configuration_in_effect_is_shown_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trien.toml");
    fs::write(&file, "origin = [\"https://ky.x.gov.vn\"]\nlisten = \"127.0.0.1:1\"\n").unwrap();
    let file = file.display().to_string();
    let url = "postgres://trien:hunter2@db/trien";
    let output = trien(&["serve", "--config", &file, "--database-url", url, "--print-config"]);
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("listen = \"127.0.0.1:1\""), "{said}");
    assert!(said.contains("database-url = \"…\""), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn an_attestation_is_shown_with_what_it_says_and_where_it_leads() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/android-keyattestation");
    let chain = folder.join("testdata/caiman/sdk36/TEE_EC_RKP.pem");
    let (chain, roots) = (chain.to_str().unwrap(), folder.join("roots.json"));
    let show = |more: &[&str]| trien(&[&["attestation", "show", chain], more].concat());

    let shown = show(&["--json"]);
    assert_eq!(shown.status.code(), Some(0));
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["attestation_level"], "trusted-environment");
    assert_eq!(shown["hardware"]["osPatchLevel"], "202511");
    assert_eq!(shown["path"], serde_json::Value::Null);

    // Its device's own certificate ran out in October 2025.
    let roots = ["--roots", roots.to_str().unwrap()];
    let followed = show(&[&roots[..], &["--json"]].concat());
    assert_eq!(followed.status.code(), Some(1));
    let followed: serde_json::Value = serde_json::from_slice(&followed.stdout).unwrap();
    assert_eq!(followed["path"], "not-valid-now");

    let told = String::from_utf8(show(&[&roots[..], &["--lang", "vi"]].concat()).stdout).unwrap();
    assert!(told.contains("không còn hiệu lực") && told.contains("Pixel 9 Pro"), "{told}");
    assert_eq!(trien(&["attestation", "show", "nowhere.pem"]).status.code(), Some(66));
}

#[test]
fn the_register_is_read_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let run = |arguments: &[&str]| {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--data", data]).collect();
        let output = trien(&arguments);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(&["init", "--unit", "UBND xã X"]).0, Some(0));
    assert_eq!(run(&["certificates", "list"]), (Some(0), String::new()));
    let (code, sheet) = run(&["certificates", "export", "--lang", "vi", "--within", "60"]);
    assert_eq!(code, Some(0));
    assert!(sheet.contains("Người giữ,Chức vụ,") && sheet.lines().count() == 1, "{sheet}");
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(run(&["certificates", "show", nobody]).0, Some(1));
    for wrong in [["--state", "gone"], ["--within", "8"], ["--unit", "x"]] {
        assert_eq!(run(&["certificates", "list", wrong[0], wrong[1]]).0, Some(64));
    }
}

#[test]
fn levels_and_authority_are_given_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let run = |arguments: &[&str]| {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--data", data]).collect();
        let output = trien(&arguments);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(&["init", "--unit", "UBND tỉnh X"]).0, Some(0));
    let add = ["levels", "add", "--name", "Khu vực", "--below", "province", "--why", "NQ 12"];
    assert_eq!(run(&add), (Some(0), "khu-vuc  Khu vực\n".to_owned()));
    assert_eq!(run(&add).0, Some(1), "it is there");
    assert_eq!(run(&["levels", "rename", "khu-vuc", "--name", "Vùng"]).0, Some(0));
    let (_, listed) = run(&["levels", "list"]);
    let second = listed.lines().position(|line| line == "khu-vuc  Vùng");
    assert_eq!(second, Some(2), "below its province: {listed}");
    let (_, units) = run(&["unit", "list"]);
    let top = units.split_whitespace().next().unwrap();
    let unit = ["unit", "add", "--name", "Khu Đông", "--parent", top, "--level"];
    assert_eq!(run(&[&unit[..], &["none"]].concat()).0, Some(1));
    assert_eq!(run(&[&unit[..], &["khu-vuc"]].concat()).0, Some(0));
    let person =
        ["person", "add", "--unit", top, "--name", "Lê Thị Khuê", "--position", "Chủ tịch"];
    assert_eq!(run(&[&person[..], &["--authority", "chief"]].concat()).0, Some(0));
    for (table, row) in [("unit", "Khu Đông,Vùng,"), ("person", "Chủ tịch,Cấp trưởng,")]
    {
        let file = folder.path().join(format!("{table}.csv"));
        let file = file.to_str().unwrap();
        assert_eq!(run(&[table, "export", file, "--lang", "vi"]).0, Some(0));
        let table = std::fs::read_to_string(file).unwrap();
        assert!(table.contains(row), "{table}");
    }
}
