//! Holds the arrows of ARCHITECTURE.md: who may name whom.
//!
//! Sources are read as tokens, not compiled, so that a forbidden path is found also where a feature
//! or a platform would hide it. Unit tests inside a file may reach further than what ships.

mod source;

use std::path::{Path, PathBuf};

use source::Source;

/// The server's rooms and what each must not know. Rooms that are not named here wire the others.
const SERVER: &[(&str, &[&str])] = &[
    (
        "api",
        &["store", "console", "cli", "jobs", "push", "deliver", "mail", "ca", "blobs", "writer"],
    ),
    (
        "console",
        &["store", "api", "cli", "jobs", "push", "deliver", "mail", "ca", "blobs", "writer"],
    ),
    ("cli", &["store", "push", "deliver", "mail", "ca", "blobs", "writer"]),
    ("flow", &["api", "console", "cli", "jobs", "push", "deliver", "serve"]),
    ("jobs", &["api", "console", "cli", "serve"]),
    (
        "store",
        &["api", "console", "cli", "flow", "jobs", "push", "deliver", "serve", "ca", "worker"],
    ),
    ("push", &["api", "console", "cli", "flow", "jobs", "store", "deliver", "serve"]),
    ("egress", &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve"]),
    ("relay", &["api", "console", "cli", "flow", "jobs", "store", "deliver", "serve", "app"]),
    ("download", &["api", "console", "cli", "jobs", "store", "push", "deliver", "serve"]),
    ("room", &["api", "console", "cli", "jobs", "store", "push", "deliver", "serve"]),
    ("mail", &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve"]),
    ("deliver", &["api", "console", "cli", "flow", "jobs", "store", "push", "serve"]),
    ("blobs", &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve"]),
    ("ca", &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve"]),
    (
        "token",
        &[
            "api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve", "ca",
            "blobs", "writer", "app",
        ],
    ),
    ("oidc", &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve"]),
    ("sheet", &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve"]),
    ("worker", &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve"]),
    (
        "clean_copy",
        &["api", "console", "cli", "flow", "jobs", "store", "push", "deliver", "serve", "worker"],
    ),
];

/// What no part of the core may name, and what only its feature `client` may.
const FOREIGN_TO_CORE: &[&str] = &["axum", "sqlx", "uniffi", "trien_server", "trien_ffi"];
const ONLY_FOR_CLIENT: &[&str] = &[
    "tokio",
    "reqwest",
    "rustls",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "getrandom",
];

#[test]
fn the_servers_rooms_keep_to_their_arrows() {
    let found = faults_in("server/src", |source| {
        let room = source.module.first().cloned().unwrap_or_default();
        let forbidden = SERVER
            .iter()
            .find(|(name, _)| *name == room)
            .map_or(&[][..], |(_, forbidden)| forbidden);
        let forbidden: Vec<String> =
            forbidden.iter().map(|name| format!("crate::{name}")).collect();
        source.naming(&forbidden.iter().map(String::as_str).collect::<Vec<_>>())
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_core_names_no_server_no_database_and_no_bindings() {
    assert_eq!(
        faults_in("core/src", |source| source.naming(FOREIGN_TO_CORE)),
        Vec::<String>::new()
    );
}

#[test]
fn the_core_does_no_io_without_its_client() {
    let found = faults_in("core/src", |source| {
        // The system's clock and randomness are handed in from one file, which the feature switches;
        // the tests' own helpers read committed vectors.
        let may = |room: &String| matches!(room.as_str(), "client" | "env" | "testing");
        if source.module.first().is_some_and(may) {
            return Vec::new();
        }
        // A scoped thread gives drawing a stack of known depth, and hashes beside the gate; it waits
        // for nothing outside.
        let scoped = source.module == ["pdf", "render"] || source.module == ["digest"];
        let forbidden = ONLY_FOR_CLIENT.iter().filter(|name| !(scoped && **name == "std::thread"));
        source.naming(&forbidden.copied().collect::<Vec<_>>())
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_core_depends_on_io_only_for_its_client() {
    let manifest: toml::Table =
        toml::from_str(&read(&repository().join("core/Cargo.toml"))).expect("a manifest");
    let dependencies = manifest["dependencies"].as_table().expect("dependencies");
    for foreign in FOREIGN_TO_CORE {
        assert!(!dependencies.contains_key(*foreign), "the core depends on {foreign}");
    }
    for client in ["tokio", "reqwest", "rustls", "getrandom"] {
        let is_optional =
            dependencies.get(client).is_none_or(|entry| entry.get("optional").is_some());
        assert!(is_optional, "the core always depends on {client}");
    }
}

#[test]
fn the_bindings_decide_nothing() {
    let found =
        faults_in("mobile-ffi/src", |source| {
            let mut found = source.naming(&["axum", "sqlx", "trien_server", "reqwest"]);
            let decisions = source
                .tokens
                .iter()
                .filter(|token| matches!(token.text.as_str(), "if" | "while" | "loop"));
            found.extend(decisions.map(|token| {
                format!("{}:{} decides with `{}`", source.name, token.line, token.text)
            }));
            found
        });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_forbidden_use_is_found_however_it_is_written() {
    for planted in [
        "use crate::api::Handler;",
        "use crate::{blobs, api::{self, Handler}};",
        "use super::super::api;",
        "use super::super::{blobs::B, api::Handler};",
        "fn f() { crate::api::g::<u8>() }",
        "fn f(x: &'a crate::api::X) -> char { '\"' }",
        "pub(crate) use crate::api as other;",
        "use trien_server::api::Handler;",
        "mod inner { use super::super::super::api::Handler; }",
    ] {
        let source = Source::new("planted.rs", vec!["store".into(), "rows".into()], planted);
        assert_eq!(source.naming(&["crate::api"]), ["planted.rs:1 names crate::api"], "{planted}");
    }
}

#[test]
fn what_only_looks_forbidden_is_not_reported() {
    for innocent in [
        "// use crate::api::Handler;",
        "/* use crate::api; /* nested */ use crate::api; */",
        "const TEXT: &str = \"crate::api::Handler\"; const RAW: &str = r#\"a \" crate::api\"#;",
        "use crate::apiary::Bee;",
        "use super::api::Handler;",
        "#[cfg(test)] mod tests { use crate::api::Handler; }",
        "fn f() { x.api::<u8>() }",
    ] {
        let source = Source::new("innocent.rs", vec!["store".into(), "rows".into()], innocent);
        assert_eq!(source.naming(&["crate::api"]), Vec::<String>::new(), "{innocent}");
    }
}

#[test]
fn tests_inside_a_file_end_where_their_braces_end() {
    let text = "#[cfg(test)]\nmod tests { fn f() { { } } }\nuse std::fs;";
    let source = Source::new("a.rs", vec!["pdf".into()], text);
    assert_eq!(source.naming(ONLY_FOR_CLIENT), ["a.rs:3 names std::fs"]);
}

fn faults_in(folder: &str, faults: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    let root = repository().join(folder);
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(!files.is_empty(), "no sources in {folder}");
    files.sort();
    files
        .iter()
        .filter(|path| !is_test_support(path))
        .flat_map(|path| {
            let inside = path.strip_prefix(&root).expect("a file of this folder");
            faults(&Source::new(
                &format!("{folder}/{}", inside.display()),
                module_of(inside),
                &read(path),
            ))
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Modules of tests that have a file or folder of their own.
fn is_test_support(path: &Path) -> bool {
    path.components().any(|part| {
        matches!(part.as_os_str().to_str(), Some("tests.rs" | "tests" | "testing" | "testing.rs"))
    })
}

fn module_of(file: &Path) -> Vec<String> {
    let mut module: Vec<String> =
        file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the server's folder has a parent")
        .to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a readable source")
}
