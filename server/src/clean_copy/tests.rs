//! Files that cannot be signed become ones that can, and show the same.

use std::sync::Arc;

use trien_core::digest::Sha256;
use trien_core::pdf::check::{Finding, check};
use trien_core::pdf::clean_copy::CleanCopyMark;
use trien_core::pdf::read::{self, Refusal};
use trien_core::pdf::render::{Drawing, page_png};

use super::{ActiveContent, CleanCopy, NoCleanCopy, make};

macro_rules! vector {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/vectors/clean-copy/", $name)).as_slice()
    };
}

const BASE: &[u8] = vector!("base.pdf");
const PACKED: &[u8] = include_bytes!("../../../tests/vectors/pdfrev-1/packed.pdf");

fn copy_of(file: &[u8]) -> Result<CleanCopy, NoCleanCopy> {
    make(Arc::new(file.to_vec()), ActiveContent::Refused)
}

fn refusal(file: &[u8]) -> &'static str {
    read::open(file).map(drop).expect_err("the gate refuses the original").slug()
}

fn pictures(file: &[u8], pages: u32) -> Vec<Vec<u8>> {
    (0..pages).map(|page| page_png(file, page, 400).expect("a page that can be drawn")).collect()
}

/// Makes a copy and holds it to everything that a copy must be.
#[track_caller]
fn becomes_signable(file: &[u8]) -> CleanCopy {
    let reason = refusal(file);
    let copy = copy_of(file).unwrap_or_else(|why| panic!("{reason}: {why}"));
    let document = read::open(&copy.bytes).expect("the strict reader accepts a copy");
    let mark = CleanCopyMark::of(&document).expect("a copy is marked");
    assert_eq!(mark.original, Sha256::of(file));
    assert_eq!(mark.reason, reason);
    assert_eq!(mark, copy.account.mark);
    assert!(check(&document).contains(&Finding::CleanCopy));
    let pages = u32::try_from(document.pages().len()).unwrap();
    assert_eq!(pictures(file, pages), pictures(&copy.bytes, pages), "{reason}");
    assert_eq!(copy_of(file).as_ref(), Ok(&copy), "the same file gives the same copy");
    copy
}

fn replaced(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = memchr::memmem::find(file, from.as_bytes()).unwrap_or_else(|| panic!("no {from}"));
    [&file[..at], to.as_bytes(), &file[at + from.len()..]].concat()
}

/// Replaces text by as much text, so that nothing else moves.
fn patched(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    replaced(file, from, to)
}

#[test]
fn what_an_owners_password_protects_becomes_signable() {
    for file in [
        vector!("owner-rc4-40.pdf"),
        vector!("owner-rc4-128.pdf"),
        vector!("owner-aes-128.pdf"),
        vector!("owner-aes-256.pdf"),
        vector!("owner-aes-256-packed.pdf"),
    ] {
        assert_eq!(refusal(file), "encrypted");
        let copy = becomes_signable(file);
        assert_eq!(pictures(&copy.bytes, 2), pictures(BASE, 2));
        let text = String::from_utf8_lossy(&copy.bytes);
        assert!(text.contains("/Title<4120") && text.contains("/Lang (vi-VN)"), "{text}");
        assert_eq!(copy.account.missing, 0);
    }
}

#[test]
fn what_readers_repair_becomes_signable() {
    let junk_before = [b"junk\n", BASE].concat();
    let junk_behind = [BASE, b"<html>junk</html>\n"].concat();
    let missing_header_space = patched(BASE, "00000 n ", "0000x n ");
    for (file, reason) in [
        (patched(BASE, "startxref\n", "startxxxx\n"), "bad-end"),
        (junk_behind, "bad-end"),
        (junk_before, "not-pdf"),
        (missing_header_space, "bad-xref"),
        (patched(BASE, "0000000015", "0000000016"), "bad-entry"),
        (patched(BASE, "/Parent 3 0 R", "/Parent 2 0 R"), "bad-page-tree"),
        (patched(BASE, "/Lang(vi-VN)", "/A 1/A 2/B 3"), "duplicate-key"),
        (replaced(BASE, "/Lang(vi-VN)", "/Lang 1/Lang 2"), "bad-xref"),
    ] {
        let refused = read::open(&file).map(drop).map_err(|refusal| refusal.slug());
        assert_eq!(refused, Err(reason));
        becomes_signable(&file);
    }
}

#[test]
fn a_stream_without_its_length_becomes_signable() {
    let length = "/Length 27";
    let file = patched(BASE, length, "/Length 9 ");
    assert_eq!(refusal(&file), "bad-stream");
    becomes_signable(&file);
}

#[test]
fn earlier_states_and_orphans_stay_behind() {
    let orphan = replaced(BASE, "1 0 obj\n", "77 0 obj\n(orphan)\nendobj\n1 0 obj\n");
    let copy = becomes_signable(&orphan);
    assert!(memchr::memmem::find(&copy.bytes, b"orphan").is_none());
}

#[test]
fn a_sound_file_needs_no_copy() {
    assert_eq!(copy_of(BASE), Err(NoCleanCopy::NotNeeded));
    assert_eq!(copy_of(PACKED), Err(NoCleanCopy::NotNeeded));
}

#[test]
fn a_file_with_a_password_gets_no_copy() {
    assert_eq!(copy_of(vector!("user-aes-256.pdf")), Err(NoCleanCopy::Password));
    let unknown = patched(vector!("owner-rc4-40.pdf"), "/Filter /Standard", "/Filter /PubSecXX");
    assert_eq!(copy_of(&unknown), Err(NoCleanCopy::Encryption));
}

#[test]
fn a_signed_file_gets_no_copy_wherever_the_signature_hides() {
    let signature = "<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>";
    let hidden = replaced(BASE, "1 0 obj\n", &format!("77 0 obj\n{signature}\nendobj\n1 0 obj\n"));
    assert_eq!(copy_of(&hidden), Err(NoCleanCopy::Signed));
    let used = replaced(BASE, "/Lang(vi-VN)", &format!("/Lang {signature}"));
    assert_eq!(copy_of(&used), Err(NoCleanCopy::Signed));
    let escaped = replaced(BASE, "/Lang(vi-VN)", "/Lang <</Byte#52ange[0 1 2 3]/Contents<00>>>");
    assert_eq!(copy_of(&escaped), Err(NoCleanCopy::Signed));
}

#[test]
fn active_content_is_left_out_when_somebody_asks_and_listed() {
    let script = "<</S/JavaScript/JS(app.alert\\(1\\))>>";
    let file = replaced(BASE, "/Lang(vi-VN)", &format!("/OpenAction {script}"));
    let file = replaced(&file, "/Annots[12 0 R]", "/Annots[12 0 R]/AA<</O<</S/URI/URI(x)>>>>");
    let launch = "<</S/Launch/F(cmd.exe)>>";
    let file = replaced(&file, "<</S/GoTo/D[11 0 R/Fit]>>", launch);
    assert_eq!(copy_of(&file), Err(NoCleanCopy::ActiveContent));
    let copy = make(Arc::new(file), ActiveContent::Removed).unwrap();
    let removed = ["automatic-actions", "launch"];
    assert_eq!(copy.account.mark.removed, removed);
    for gone in ["JavaScript", "cmd.exe", "/AA <</O"] {
        assert!(memchr::memmem::find(&copy.bytes, gone.as_bytes()).is_none(), "{gone}");
    }
    // The font of that name is no action.
    assert_eq!(pictures(&copy.bytes, 2).len(), 2);
    assert!(memchr::memmem::find(&copy.bytes, b"/AA ").is_some());
}

#[test]
fn scripts_of_the_document_are_active_content_too() {
    let names = "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>/Dests<<>>>>";
    let file = replaced(BASE, "/Lang(vi-VN)", names);
    assert_eq!(copy_of(&file), Err(NoCleanCopy::ActiveContent));
    let copy = make(Arc::new(file), ActiveContent::Removed).unwrap();
    assert_eq!(copy.account.mark.removed, ["javascript"]);
}

#[test]
fn a_page_whose_content_is_gone_is_not_made_up() {
    // Cut within the last page's content: what is left is found by searching.
    let at = memchr::memmem::find(BASE, b"13 0 obj").unwrap();
    assert_eq!(copy_of(&BASE[..at]), Err(NoCleanCopy::Incomplete { page: 2 }));
    let lost = replaced(BASE, "/Lang(vi-VN)", "/Metadata 99 0 R");
    assert_eq!(becomes_signable(&lost).account.missing, 1);
}

#[test]
fn what_is_no_pdf_or_nothing_but_noise_gets_no_copy() {
    assert_eq!(copy_of(b""), Err(NoCleanCopy::Still(Refusal::NotPdf)));
    assert_eq!(copy_of(b"PK\x03\x04"), Err(NoCleanCopy::Still(Refusal::NotPdf)));
    assert_eq!(copy_of(b"%PDF-1.7\n1 0 obj"), Err(NoCleanCopy::Unreadable));
    let no_page = replaced(BASE, "/Kids[3 0 R 11 0 R]", "/Kids[]");
    assert_eq!(copy_of(&no_page), Err(NoCleanCopy::Still(Refusal::NoPage)));
}

#[test]
fn a_copy_of_a_copy_names_its_own_original() {
    let copy = becomes_signable(vector!("owner-aes-256.pdf")).bytes;
    let broken = [&copy[..], b"junk"].concat();
    let again = becomes_signable(&broken);
    assert_eq!(again.account.mark.original, Sha256::of(&broken));
    let document = read::open(&again.bytes).unwrap();
    assert!(Drawing::of_copy(&document).is_ok());
}
