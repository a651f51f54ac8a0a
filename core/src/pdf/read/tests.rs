//! What the gate accepts, and every reason for which it does not.

use super::limits::{
    MAX_BYTES, MAX_DEPTH, MAX_ENTRIES, MAX_INFLATED, MAX_OBJECT_NUMBER, MAX_PAGES, MAX_SECTIONS,
    MAX_SIGNATURES,
};
use super::sample::{CATALOG, PAGE, PAGES, Row, Sample, deflate};
use super::{ObjectId, PageBox, Place, Refusal, Rotation, Slot, XrefKind, open};

const fn id(number: u32) -> ObjectId {
    ObjectId { number, generation: 0 }
}

fn refusal(bytes: &[u8]) -> Refusal {
    open(bytes).map(|_| ()).expect_err("it should be refused")
}

/// A form with these fields, on one page.
fn form(fields: &str) -> Sample {
    let catalog = format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{fields}]>>>>");
    Sample::page_with(&catalog, PAGES, PAGE)
}

fn catalog_with(keys: &str) -> Sample {
    Sample::page_with(&format!("<</Type/Catalog/Pages 2 0 R{keys}>>"), PAGES, PAGE)
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "offsets must stay");
    let at = memchr::memmem::find(bytes, from.as_bytes()).expect("the text to replace");
    let mut bytes = bytes.to_vec();
    bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    bytes
}

#[test]
fn a_file_with_a_classic_table_opens() {
    let bytes = Sample::page().table("/Info 9 0 R/ID[<01><02>]");
    let document = open(&bytes).unwrap();
    assert_eq!(document.xref_kind(), XrefKind::Table);
    assert_eq!(&bytes[document.startxref()..][..4], b"xref");
    let trailer = document.trailer();
    assert_eq!((trailer.root, trailer.size), (id(1), 5));
    assert_eq!(trailer.info, Some(b"9 0 R".as_slice()));
    assert_eq!(trailer.id, Some(b"[<01><02>]".as_slice()));
    let page = document.pages()[0];
    assert_eq!(page.id, id(3));
    let a4 = PageBox { left: 0, bottom: 0, right: 595_000_000, top: 842_000_000 };
    assert_eq!((page.media_box, page.crop_box), (a4, a4));
    assert_eq!((page.rotation, page.user_unit), (Rotation::None, 1_000_000));
    assert_eq!(document.revisions().len(), 1);
    assert_eq!(document.revisions()[0].end_with_blanks, bytes.len());
    assert!(matches!(document.annots(&page), Slot::Absent));
    assert!(matches!(document.acro_form(), Slot::Absent));
    let Place::Stream { data, .. } = document.object(id(4)).unwrap().place else { panic!() };
    assert_eq!(data, b"BT ET");
    assert!(document.object(id(9)).is_none());
}

#[test]
fn a_file_with_streams_opens_and_gives_packed_objects_as_they_are_written() {
    let bytes = Sample::new()
        .packed(9, &[(1, CATALOG), (2, PAGES), (3, PAGE)])
        .stream(4, "", b"BT ET")
        .xref_stream("");
    let document = open(&bytes).unwrap();
    assert_eq!(document.xref_kind(), XrefKind::Stream);
    assert_eq!(document.trailer().size, 11);
    let page = document.object(id(3)).unwrap();
    assert_eq!(page.raw, PAGE.as_bytes());
    assert_eq!(page.place, Place::ObjectStream { number: 9 });
}

#[test]
fn predictors_of_png_are_undone() {
    // Rows of three bytes; the filters name left, up, average, Paeth and none.
    let plain: [u8; 15] = [1, 2, 3, 4, 6, 8, 9, 9, 9, 7, 1, 250, 3, 3, 3];
    let mut filtered = Vec::new();
    for (row, chunk) in plain.chunks(3).enumerate() {
        let filter = [1u8, 2, 3, 4, 0][row];
        filtered.push(filter);
        for column in 0..3usize {
            let above = |back: usize| {
                row.checked_sub(1)
                    .and_then(|_| column.checked_sub(back))
                    .map_or(0, |c| plain[row * 3 - 3 + c])
            };
            let left = if column > 0 { chunk[column - 1] } else { 0 };
            let (a, b, c) = (i32::from(left), i32::from(above(0)), i32::from(above(1)));
            let predicted = match filter {
                1 => a,
                2 => b,
                3 => (a + b) / 2,
                4 => *[a, b, c].iter().min_by_key(|x| (a + b - c - **x).abs()).unwrap(),
                _ => 0,
            };
            filtered.push(chunk[column].wrapping_sub(u8::try_from(predicted).unwrap()));
        }
    }
    let source = b"<</Filter/FlateDecode/DecodeParms[<</Predictor 15/Columns 3>>]>>";
    let dict = super::Value::whole(source).unwrap().dict().unwrap();
    let mut budget = super::Budget::new();
    let unpacked = super::inflate::unpack(1, dict, &deflate(&filtered), &mut budget).unwrap();
    assert_eq!(unpacked, plain);
}

#[test]
fn pages_inherit_boxes_and_turn() {
    let pages = "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[10 20 0 -.5]/Rotate -90>>";
    let page = "<</Type/Page/Parent 2 0 R/CropBox 5 0 R/UserUnit 2>>";
    let bytes = Sample::page_with(CATALOG, pages, page).object(5, "[-5 1.25 3 100]").table("");
    let page = open(&bytes).unwrap().pages()[0];
    assert_eq!(
        page.media_box,
        PageBox { left: 0, bottom: -500_000, right: 10_000_000, top: 20_000_000 }
    );
    assert_eq!(
        page.crop_box,
        PageBox { left: 0, bottom: 1_250_000, right: 3_000_000, top: 20_000_000 }
    );
    assert_eq!((page.rotation, page.user_unit), (Rotation::ThreeQuarters, 2_000_000));
}

#[test]
fn later_revisions_replace_objects() {
    let first = Sample::page().with_table("");
    let end = first.bytes.len();
    let turned = PAGE.replace("/Parent", "/Rotate 90/Parent");
    let bytes = first.object(3, &turned).table("");
    let document = open(&bytes).unwrap();
    assert_eq!(document.pages()[0].rotation, Rotation::Quarter);
    let ends: Vec<usize> = document.revisions().iter().map(|r| r.end_with_blanks).collect();
    assert_eq!(ends, [end, bytes.len()]);
}

#[test]
fn hybrids_open_when_table_and_stream_agree() {
    let hybrid = |also: Option<Row>| {
        let mut file = Sample::page().object(2, PAGES);
        if let Some(row) = also {
            file = file.with_row(7, 0, row);
        }
        let base = file.with_table("");
        let (file, at) = base.packed(6, &[(7, "(hidden)")]).complement(8);
        let file = match also {
            Some(Row::Free) | None => file,
            Some(row) => file.with_row(7, 0, row),
        };
        file.table(&format!("/XRefStm {at}"))
    };
    for also in [None, Some(Row::Free)] {
        let bytes = hybrid(also);
        let document = open(&bytes).unwrap();
        assert_eq!(document.object(id(7)).unwrap().raw, b"(hidden)");
        assert_eq!(document.xref_kind(), XrefKind::Table);
    }
    assert_eq!(refusal(&hybrid(Some(Row::At(15)))), Refusal::HybridXref);
}

#[test]
fn what_is_not_a_pdf_is_refused() {
    let good = Sample::page().table("");
    assert_eq!(refusal(b""), Refusal::NotPdf);
    assert_eq!(refusal(b"PK\x03\x04"), Refusal::NotPdf);
    assert_eq!(refusal(&[b"\n", good.as_slice()].concat()), Refusal::NotPdf);
    assert_eq!(refusal(&good[..good.len() - 4]), Refusal::BadEnd);
    assert_eq!(refusal(&[&good, b"<html>".as_slice()].concat()), Refusal::BadEnd);
    assert!(open(&[&good, b"\r\n \0".as_slice()].concat()).is_ok());
    assert_eq!(refusal(&[good.clone(), vec![b' '; 1100]].concat()), Refusal::BadEnd);
    let number = open(&good).unwrap().startxref();
    let at = good.len() - b"%%EOF\n".len();
    let ended = |end: &str| [&good[..at], end.as_bytes()].concat();
    assert!(open(&ended("")).is_ok());
    assert!(open(&ended(&format!("{number}\n%%EOF"))).is_ok());
    assert_eq!(refusal(&ended("7\n%%EOF")), Refusal::BadEnd);
}

#[test]
fn broken_sections_are_refused() {
    let good = Sample::page().table("");
    let at = open(&good).unwrap().startxref();
    assert_eq!(refusal(&replaced(&good, "xref\n0 1", "xreg\n0 1")), Refusal::BadXref { at });
    assert_eq!(refusal(&replaced(&good, "65535 f", "6553x f")), Refusal::BadXref { at });
    assert_eq!(refusal(&replaced(&good, "/Size 5", "/Size 4")), Refusal::BadXref { at });
    assert_eq!(refusal(&Sample::page().table("/Prev -1")), Refusal::BadXref { at });
    assert_eq!(refusal(&Sample::page().table("/Prev 99999")), Refusal::BadXref { at: 99_999 });
    assert_eq!(refusal(&Sample::page().table(&format!("/Prev {at}"))), Refusal::XrefLoop { at });
    assert_eq!(refusal(&Sample::page().table("/Size 5")), Refusal::DuplicateKey { object: 0 });
    let packed = Sample::page().with_xref_stream("");
    let at = open(&packed.bytes).unwrap().startxref();
    assert_eq!(
        refusal(&replaced(&packed.bytes, "/W[1 4 2]", "/W[1 5 2]")),
        Refusal::BadXref { at }
    );
}

#[test]
fn blanks_before_a_section_are_skipped() {
    let bytes = Sample::page().table("");
    let at = open(&bytes).unwrap().startxref();
    let before = replaced(&bytes, &format!("startxref\n{at}"), &format!("startxref\n{}", at - 1));
    assert_eq!(open(&before).unwrap().startxref(), at - 1);
}

#[test]
fn encryption_is_refused_in_any_section() {
    assert_eq!(refusal(&Sample::page().table("/Encrypt 9 0 R")), Refusal::Encrypted);
    assert_eq!(refusal(&Sample::page().xref_stream("/Encrypt<<>>")), Refusal::Encrypted);
    let older = Sample::page().with_table("/Encrypt 9 0 R");
    assert_eq!(refusal(&older.object(5, "null").table("")), Refusal::Encrypted);
}

#[test]
fn entries_must_point_at_their_object() {
    let elsewhere = |row| Sample::page().with_row(5, 0, row).table("");
    assert_eq!(refusal(&elsewhere(Row::At(0))), Refusal::BadEntry { object: 5 });
    assert_eq!(refusal(&elsewhere(Row::At(999_999))), Refusal::BadEntry { object: 5 });
    // Within a longer number: 15 is listed as 5.
    let file = Sample::page();
    let at = file.bytes.len();
    let file = file.raw(15, 0, b"15 0 obj null endobj\n").with_row(15, 0, Row::Free);
    assert_eq!(
        refusal(&file.with_row(5, 0, Row::At(at + 1)).table("")),
        Refusal::BadEntry { object: 5 }
    );
    let packed = |row| Sample::page().packed(9, &[(6, "null")]).with_row(6, 0, row).xref_stream("");
    assert!(open(&packed(Row::In(9, 0))).is_ok());
    assert_eq!(refusal(&packed(Row::In(4, 0))), Refusal::BadFilter { object: 4 });
    assert_eq!(refusal(&packed(Row::In(8, 0))), Refusal::BadEntry { object: 8 });
}

#[test]
fn renumbered_and_repacked_objects_are_refused() {
    let base = |user: &str| Sample::page().object(5, "(old)").object(6, user).with_table("");
    let never = Sample::page().object(5, "(only)").object(6, "[5 1 R]").table("");
    assert_eq!(refusal(&never), Refusal::RenumberedObject { object: 5 });
    let in_the_trailer = Sample::page().object(5, "(only)").table("/Info 5 2 R");
    assert_eq!(refusal(&in_the_trailer), Refusal::RenumberedObject { object: 5 });
    let renumbered = |user| base(user).raw(5, 1, b"5 1 obj (new) endobj\n").table("");
    assert_eq!(refusal(&renumbered("<</A 5 0 R>>")), Refusal::RenumberedObject { object: 5 });
    assert!(open(&renumbered("<</A 5 1 R>>")).is_ok());
    let again = base("5 0 R").with_row(5, 1, Row::Free).with_table("").object(5, "(new)");
    assert_eq!(refusal(&again.table("")), Refusal::BadObject { object: 6 });
    let again = base("[5 0 R]").with_row(5, 1, Row::Free).with_table("").object(5, "(new)");
    assert!(open(&again.table("")).is_ok());
    let mut repacked = Sample::page().packed(9, &[(6, "(old)")]).with_xref_stream("");
    repacked = repacked.stream(9, "/Type/ObjStm/N 1/First 4", b"6 0 (new)");
    assert_eq!(refusal(&repacked.xref_stream("")), Refusal::BadEntry { object: 6 });
}

#[test]
fn overlapping_objects_are_refused() {
    let file = Sample::page();
    let at = file.bytes.len();
    let file = file.object(5, "(6 0 obj null endobj)").with_row(6, 0, Row::At(at + 9));
    assert_eq!(refusal(&file.table("")), Refusal::Overlap { object: 6 });
}

#[test]
fn values_that_readers_guess_are_refused() {
    let bad = Refusal::BadObject { object: 5 };
    for value in [
        "",
        "1 2",
        "--1",
        "1-2",
        ".",
        "+",
        "1e5",
        "nul",
        "nullx",
        "[1",
        "[1>>",
        "<</A>>",
        "<<1 2>>",
        "<4x>",
        "(open",
        "/A#0",
        "/A#00",
        "/A#zz",
        "5 0 R",
        "1 0 r",
        "{}",
        "]",
        "12345678901234567890",
    ] {
        assert_eq!(refusal(&Sample::with(value)), bad, "{value}");
    }
    for value in [
        "-1",
        "+.5",
        "5.",
        "()",
        "(a(b)\\)c)",
        "<>",
        "<4 1\n4>",
        "/",
        "/A#20B",
        "[1 0 R 2 3]",
        "true",
        "[/A/B(c)<d>null<</E[]>>]",
        "<</A 1%comment\n/B(x)>>",
        "-99.999999999999",
    ] {
        assert!(open(&Sample::with(value)).is_ok(), "{value}");
    }
    let missing = Sample::page().raw(5, 0, b"5 0 obj null\n").table("");
    assert_eq!(refusal(&missing), bad);
}

#[test]
fn a_key_named_twice_is_refused_wherever_it_is() {
    let twice = Refusal::DuplicateKey { object: 5 };
    assert_eq!(refusal(&Sample::with("<</A 1/A 2>>")), twice);
    assert_eq!(refusal(&Sample::with("[<</A<</Cont#65nts 1/Contents 2>>>>]")), twice);
    let many: String = (0..40).map(|n| format!("/K{n} {n}")).collect();
    assert!(open(&Sample::with(&format!("<<{many}>>"))).is_ok());
    assert_eq!(refusal(&Sample::with(&format!("<<{many}/K7 0>>"))), twice);
    let packed = Sample::page().packed(9, &[(5, "<</A 1/A 2>>")]).xref_stream("");
    assert_eq!(refusal(&packed), twice);
    let stream = Sample::page().stream(5, "/A 1/A 2", b"").table("");
    assert_eq!(refusal(&stream), twice);
    let section = Refusal::DuplicateKey { object: 0 };
    assert_eq!(refusal(&Sample::page().table("/Root 1 0 R")), section);
    assert_eq!(refusal(&Sample::page().xref_stream("/Ro#6ft 1 0 R")), section);
    let older = Sample::page().with_table("/Root 1 0 R").object(5, "null");
    assert_eq!(refusal(&older.table("")), section);
    let (hybrid, at) = Sample::page().with_table("").complement_with(8, "/W[1 4 2]");
    assert_eq!(refusal(&hybrid.table(&format!("/XRefStm {at}"))), section);
}

#[test]
fn a_stream_has_the_length_that_it_states() {
    let bad = Refusal::BadStream { object: 5 };
    let stream = |dict: &str, end: &str| {
        let body = format!("5 0 obj\n{dict}\nstream\nabc{end}");
        Sample::page().raw(5, 0, body.as_bytes()).object(6, "3").table("")
    };
    let end = "\nendstream\nendobj\n";
    assert!(open(&stream("<</Length 3>>", end)).is_ok());
    assert!(open(&stream("<</Length 6 0 R>>", end)).is_ok());
    for dict in
        ["<<>>", "<</Length 2>>", "<</Length -1>>", "<</Length 9999999>>", "<</Length 5 0 R>>"]
    {
        assert_eq!(refusal(&stream(dict, end)), bad, "{dict}");
    }
    assert_eq!(refusal(&stream("<</Length 3>>", "\nendobj\n")), bad);
    assert_eq!(refusal(&stream("<</Length 3/F(x)>>", end)), Refusal::BadObject { object: 5 });
    let packed = Sample::page()
        .raw(5, 0, b"5 0 obj<</Length 6 0 R>>stream\nabc\nendstream endobj\n")
        .packed(9, &[(6, "3")]);
    assert!(open(&packed.xref_stream("")).is_ok());
}

#[test]
fn structure_that_does_not_unpack_is_refused() {
    let bad = Refusal::BadFilter { object: 9 };
    let container = |keys: &str, data: &[u8]| {
        let keys = format!("/Type/ObjStm{keys}");
        Sample::page().stream(9, &keys, data).with_row(6, 0, Row::In(9, 0)).xref_stream("")
    };
    assert!(open(&container("/N 1/First 4", b"6 0 null")).is_ok());
    assert_eq!(refusal(&container("/N 2/First 4", b"6 0 null")), bad);
    assert_eq!(refusal(&container("/N 1/First 400", b"6 0 null")), bad);
    assert_eq!(refusal(&container("/N 2/First 8", b"6 0 7 0 null")), bad);
    assert_eq!(refusal(&container("/N 1/First 4/Filter/LZWDecode", b"6 0 null")), bad);
    assert_eq!(refusal(&container("/N 1/First 4/Filter/FlateDecode", b"6 0 null")), bad);
    let cut = &deflate(b"6 0 null")[..8];
    assert_eq!(refusal(&container("/N 1/First 4/Filter/FlateDecode", cut)), bad);
}

#[test]
fn a_catalog_and_a_sound_page_tree_are_needed() {
    let tree = |catalog: &str, pages: &str, page: &str| {
        refusal(&Sample::page_with(catalog, pages, page).table(""))
    };
    assert_eq!(tree("<</Pages 2 0 R>>", PAGES, PAGE), Refusal::BadCatalog);
    assert_eq!(tree("<</Type/Catalog/Pages<<>>>>", PAGES, PAGE), Refusal::BadCatalog);
    assert_eq!(tree("[]", PAGES, PAGE), Refusal::BadCatalog);
    let tree = |pages: &str, page: &str| tree(CATALOG, pages, page);
    let node = Refusal::BadPageTree { object: 2 };
    assert_eq!(tree("<</Type/Pages/Kids[<</Type/Page>>]/Count 1>>", PAGE), node);
    assert_eq!(tree("<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>", PAGE), node);
    assert_eq!(tree("<</Type/Pages/Kids[2 0 R]/Count 1>>", PAGE), node);
    assert_eq!(tree("<</Type/Pages/Kids[9 0 R]/Count 1>>", PAGE), node);
    assert_eq!(tree("<</Kids[3 0 R]/Count 1>>", PAGE), node);
    assert_eq!(tree("<</Type/Pages/Kids[3 0 R]>>", PAGE), node);
    let page = Refusal::BadPageTree { object: 3 };
    assert_eq!(tree(PAGES, "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>"), page);
    assert_eq!(tree(PAGES, "<</Parent 2 0 R/MediaBox[0 0 9 9]>>"), page);
    assert_eq!(tree("<</Type/Pages/Kids[]/Count 0>>", PAGE), Refusal::NoPage);
    for keys in [
        "/MediaBox[0 0 9]",
        "/MediaBox[0 0 0 9]",
        "/MediaBox[0 0 9 9]/Rotate 45",
        "/MediaBox[0 0 9 9]/CropBox[20 20 30 30]",
        "/MediaBox[0 0 9 9]/UserUnit 0",
    ] {
        let dict = format!("<</Type/Page/Parent 2 0 R{keys}>>");
        assert_eq!(tree(PAGES, &dict), Refusal::BadPage { page: 1 }, "{keys}");
    }
}

#[test]
fn fields_are_objects_of_their_own() {
    assert_eq!(refusal(&form("<</T(a)>>").table("")), Refusal::BadForm { object: 0 });
    assert_eq!(refusal(&catalog_with("/AcroForm 7").table("")), Refusal::BadForm { object: 0 });
}

#[test]
fn fields_have_full_names() {
    let bytes = form("5 0 R 9 0 R")
        .object(5, "<</T<FEFF00740068007501B0>/Kids[6 0 R 7 0 R]>>")
        .object(6, "<</T(a)/FT/Tx>>")
        .object(7, "<</T(b)/FT/Sig>>")
        .table("");
    assert_eq!(open(&bytes).unwrap().field_names(), ["thuư", "thuư.a", "thuư.b"]);
}

#[test]
fn signatures_are_listed_in_the_order_in_which_they_were_made() {
    let first = form("5 0 R 7 0 R").with_table("").signed(5, "Ky1", "");
    let end = first.bytes.len();
    let bytes = first.signed(7, "Ky2", "").bytes;
    let document = open(&bytes).unwrap();
    let [one, two] = document.signatures() else { panic!() };
    assert_eq!((one.name.as_str(), one.field, one.revision), ("Ky1", id(5), 1));
    assert_eq!(&bytes[one.hole()], b"<0000000000>");
    assert_eq!(one.byte_range[2] + one.byte_range[3], u64::try_from(end).unwrap());
    assert_eq!((two.name.as_str(), two.revision), ("Ky2", 2));
    assert_eq!(
        (two.filter.as_str(), two.sub_filter.as_str()),
        ("Adobe.PPKLite", "ETSI.CAdES.detached")
    );
    assert_eq!(two.signer.as_deref(), Some("An"));
    assert_eq!(two.signed_at.as_deref(), Some("D:20261122084500+07'00'"));
}

// The next revision would not find the end of this one, and the signature would cover none.
#[test]
fn a_signed_revision_ends_right_behind_its_section() {
    let apart = |mut bytes: Vec<u8>| {
        let at = memchr::memmem::rfind(&bytes, b"\nstartxref").unwrap();
        bytes[at] = 0xA1;
        bytes
    };
    let form = form("5 0 R").with_table("");
    assert!(open(&apart(form.bytes.clone())).is_ok());
    let signed = form.signed(5, "Ky", "").bytes;
    assert!(open(&signed).is_ok());
    assert_eq!(open(&apart(signed)).err(), Some(Refusal::BadSignature { object: 6 }));
}

#[test]
fn a_signature_covers_its_revision_but_for_its_own_hole() {
    let bytes = form("5 0 R").with_table("").signed(5, "Ky", "").bytes;
    let document = open(&bytes).unwrap();
    let [_, hole, end, rest] = document.signatures()[0].byte_range;
    let bad = Refusal::BadSignature { object: 6 };
    for (from, to) in [
        (format!("{hole:010}"), format!("{:010}", hole - 1)),
        (format!("{end:010}"), format!("{:010}", end + 1)),
        (format!("{rest:010}"), format!("{:010}", rest - 9)),
        ("[0 ".to_owned() + &format!("{hole:010}"), "[1 ".to_owned() + &format!("{hole:010}")),
        ("<0000000000>".to_owned(), "(0000000000)".to_owned()),
    ] {
        assert_eq!(refusal(&replaced(&bytes, &from, &to)), bad, "{from}");
    }
}

#[test]
fn what_lay_hidden_in_signed_bytes_may_not_come_to_light() {
    let file = form("5 0 R");
    let at = file.bytes.len();
    // Object 4 a second time, named by nobody until after the signature.
    let file = file.raw(9, 0, b"4 0 obj (other) endobj\n").with_row(9, 0, Row::Free);
    let signed = file.with_table("").signed(5, "Ky", "");
    assert!(open(&signed.bytes).is_ok());
    let shown = signed.with_row(4, 0, Row::At(at)).table("");
    assert_eq!(refusal(&shown), Refusal::HiddenObject { object: 4 });
}

#[test]
fn earlier_signers_may_forbid_another_signature() {
    let signed = |reference: &str, lock: &str| {
        let reference = format!("/Reference[{reference}]");
        let mut file = form("5 0 R").with_table("");
        file = file.signed(5, &format!("Ky){lock}/TU("), &reference);
        open(&file.bytes).map(|_| ())
    };
    let transform = |method, keys| {
        format!("<</TransformMethod/{method}/TransformParams<</Type/TransformParams{keys}>>>>")
    };
    assert_eq!(signed(&transform("DocMDP", "/P 1"), ""), Err(Refusal::ChangesForbidden));
    assert_eq!(signed(&transform("DocMDP", "/P 2"), ""), Ok(()));
    assert_eq!(signed(&transform("DocMDP", ""), ""), Ok(()));
    assert_eq!(signed(&transform("FieldMDP", "/Action/All"), ""), Err(Refusal::FieldsLocked));
    assert_eq!(
        signed(&transform("FieldMDP", "/Action/Exclude/Fields[(a)]"), ""),
        Err(Refusal::FieldsLocked)
    );
    assert_eq!(signed(&transform("FieldMDP", "/Action/Include/Fields[(a)]"), ""), Ok(()));
    assert_eq!(signed("", "/Lock<</Action/All>>"), Err(Refusal::FieldsLocked));
    assert_eq!(
        signed("", "/Lock<</Action/Include/Fields[(a)]/P 1>>"),
        Err(Refusal::ChangesForbidden)
    );
    let certified = catalog_with("/Perms<</DocMDP 5 0 R>>");
    let dict = format!("<</Type/Sig/Reference[{}]>>", transform("DocMDP", "/P 1"));
    assert_eq!(refusal(&certified.object(5, &dict).table("")), Refusal::ChangesForbidden);
}

#[test]
fn scripts_and_programs_are_refused_and_going_to_a_page_is_not() {
    let root = Refusal::ActiveContent { object: 1 };
    for keys in [
        "/OpenAction<</S/JavaScript/JS(x)>>",
        "/OpenAction<</S/URI/URI(x)>>",
        "/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next[<</S/Named/N/Print>>]>>",
        "/AA<</WC<</S/SubmitForm>>>>",
        "/Names<</JavaScript<<>>>>",
        "/Pieces[<</S/Launch>>]",
    ] {
        assert_eq!(refusal(&catalog_with(keys).table("")), root, "{keys}");
    }
    for keys in [
        "/OpenAction[3 0 R/Fit]",
        "/OpenAction<</S/GoTo/D[3 0 R/Fit]>>",
        "/OpenAction 9 0 R",
        "/AA<</WC<</S/GoTo/D[3 0 R/Fit]>>>>",
        "/Dests<</AA 3 0 R>>",
        "/A<</S/URI/URI(x)>>",
    ] {
        assert!(open(&catalog_with(keys).table("")).is_ok(), "{keys}");
    }
    let apart =
        catalog_with("/OpenAction 5 0 R").object(5, "<</S 6 0 R/JS(x)>>").object(6, "/JavaScript");
    assert_eq!(refusal(&apart.table("")), Refusal::ActiveContent { object: 6 });
    // Seen as a dictionary of actions first, then as an action.
    let both = catalog_with("/AA 5 0 R/More[<</AA<</O 5 0 R>>>>]").object(5, "<</S/URI/URI(x)>>");
    assert_eq!(refusal(&both.table("")), root);
    let endless = catalog_with("/OpenAction<</S/GoTo/Next 5 0 R>>");
    assert_eq!(refusal(&endless.object(5, "[<</S/GoTo/Next 5 0 R>>]").table("")), root);
    let looped = catalog_with("/OpenAction 5 0 R").object(5, "<</S/GoTo/Next 5 0 R>>").table("");
    assert!(open(&looped).is_ok());
}

#[test]
fn limits_are_accepted_when_met_and_refused_one_above() {
    let nested = |depth| Sample::with(&("[".repeat(depth) + &"]".repeat(depth)));
    assert!(open(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(refusal(&nested(MAX_DEPTH + 1)), Refusal::TooDeep);
    assert_eq!(refusal(&nested(1_000_000)), Refusal::TooDeep);

    let numbered = |number| Sample::page().object(number, "null").table("");
    assert!(open(&numbered(MAX_OBJECT_NUMBER)).is_ok());
    assert_eq!(refusal(&numbered(MAX_OBJECT_NUMBER + 1)), Refusal::ObjectNumber);

    let pages = |count: usize| {
        let kids: String = (0..count).map(|n| format!("{} 0 R ", n + 10)).collect();
        let pages = format!("<</Type/Pages/Kids[{kids}]/Count {count}/MediaBox[0 0 9 9]>>");
        let mut file = Sample::new().object(1, CATALOG).object(2, &pages);
        for number in 0..count {
            let page = format!("{} 0 obj<</Type/Page/Parent 2 0 R>>endobj\n", number + 10);
            let at = file.bytes.len();
            file.bytes.extend_from_slice(page.as_bytes());
            file.push_row(u32::try_from(number).unwrap() + 10, Row::At(at));
        }
        file.xref_stream("")
    };
    assert_eq!(open(&pages(MAX_PAGES)).unwrap().pages().len(), MAX_PAGES);
    assert_eq!(refusal(&pages(MAX_PAGES + 1)), Refusal::TooManyPages);

    let mut revised = Sample::page().with_table("");
    for _ in 1..MAX_SECTIONS {
        revised = revised.with_table("");
    }
    assert_eq!(open(&revised.bytes).unwrap().revisions().len(), MAX_SECTIONS);
    assert_eq!(refusal(&revised.table("")), Refusal::TooManySections);
}

#[test]
fn a_file_may_have_fifty_mebibytes_and_sixty_four_signatures() {
    let padded = |bytes: usize| {
        let of = |data: usize| Sample::page().stream(5, "", &vec![b'x'; data]).table("");
        let excess = of(bytes - 1000).len() - (bytes - 1000);
        let file = of(bytes - excess);
        assert_eq!(file.len(), bytes);
        file
    };
    let largest = padded(MAX_BYTES);
    assert!(open(&largest).is_ok());
    assert_eq!(refusal(&padded(MAX_BYTES + 1)), Refusal::TooLarge);
    let fields: String = (0..=MAX_SIGNATURES).map(|n| format!("{} 0 R ", 100 + 2 * n)).collect();
    let mut file = form(&fields).with_table("");
    for number in 0..MAX_SIGNATURES {
        file = file.signed(u32::try_from(100 + 2 * number).unwrap(), &format!("K{number}"), "");
    }
    assert_eq!(open(&file.bytes).unwrap().signatures().len(), MAX_SIGNATURES);
    let above = file.signed(u32::try_from(100 + 2 * MAX_SIGNATURES).unwrap(), "K", "");
    assert_eq!(refusal(&above.bytes), Refusal::TooManySignatures);
}

#[test]
fn structure_that_unpacks_to_very_much_is_refused() {
    let bomb = deflate(&vec![b' '; MAX_INFLATED + 1]);
    assert!(bomb.len() < 1_000_000);
    let file = Sample::page().stream(9, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);
    let file = file.with_row(6, 0, Row::In(9, 0)).xref_stream("");
    assert_eq!(refusal(&file), Refusal::TooMuchInflated);

    let rows = deflate(&vec![0; (MAX_ENTRIES + 1) * 2]);
    let keys = format!(
        "/Type/XRef/Size 9/Root 1 0 R/W[1 1 0]/Index[0 {}]/Filter/FlateDecode",
        MAX_ENTRIES + 1
    );
    let mut file = Sample::page();
    let at = file.bytes.len();
    file = file.stream(5, &keys, &rows);
    file.bytes.extend_from_slice(format!("startxref\n{at}\n%%EOF").as_bytes());
    assert_eq!(refusal(&file.bytes), Refusal::TooManyEntries);
    // A claim alone costs nothing.
    let claim = Sample::page().xref_stream("/Claim 1").len();
    assert!(claim < 2000);
}

#[test]
fn bytes_are_read_once_however_they_are_nested() {
    // Objects within comments within objects: each alone would be read to the end.
    let mut file = Sample::page();
    for number in 10..20_000 {
        let at = file.bytes.len() + 1;
        file.bytes.extend_from_slice(format!("({number} 0 obj (").as_bytes());
        file.push_row(number, Row::At(at));
    }
    assert_eq!(refusal(&file.xref_stream("")), Refusal::BadObject { object: 10 });
}

#[test]
fn each_reason_has_its_own_slug() {
    let mut slugs = Refusal::SLUGS.to_vec();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), Refusal::SLUGS.len());
    for refusal in [Refusal::NotPdf, Refusal::HybridXref, Refusal::ActiveContent { object: 1 }] {
        assert!(slugs.contains(&refusal.slug()));
    }
    assert_eq!(Refusal::TooLarge.to_string(), "the file has more than 50 MiB");
    assert_eq!(Refusal::TooManyPages.to_string(), "the file has more than 5000 pages");
    assert_eq!(Refusal::TooManySignatures.to_string(), "the file has more than 64 signatures");
}

#[test]
fn people_are_told_which_limit_a_file_passes() {
    for (texts, pages) in [
        (include_str!("../../../locales/en/pdf.ftl"), "5,000"),
        (include_str!("../../../locales/vi/pdf.ftl"), "5.000"),
    ] {
        let named = [
            (Refusal::TooLarge, "50 MiB"),
            (Refusal::TooManyPages, pages),
            (Refusal::TooManySignatures, "64"),
        ];
        for (refusal, limit) in named {
            let key = format!("pdf-refusal-{} =", refusal.slug());
            let text = texts.lines().find(|line| line.starts_with(&key)).unwrap();
            assert!(text.contains(limit), "{text}");
        }
    }
}
