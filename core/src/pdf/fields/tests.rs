//! From the empty field to the locked one.

use super::*;
use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::document::Text;
use crate::env::UnixSecond;
use crate::pdf::append::{Update, with_entries};
use crate::pdf::changes::{ChangeKind, history};
use crate::pdf::check::check;
use crate::pdf::image::Images;
use crate::pdf::placement::Place;
use crate::pdf::read::sample::{CATALOG, PAGE, PAGES, Sample};
use crate::pdf::read::{Refusal, open, open_to_judge};
use crate::pdf::recipe::{Appearance, Fill, Line, Recipe, Rect, Target};
use crate::pdf::render::Drawing;
use crate::pdf::revise::{BuildError, build_revision};
use crate::testing::office::Office;
use crate::testing::{paper, read_vector};
use crate::verify::{Outcome, verify_document};

const NUMBER: &str = "so-ky-hieu";
const DATE: &str = "ngay-thang";
const WRITTEN: &str = "Số: 120/QĐ-UBND";

fn base(name: &str) -> Vec<u8> {
    read_vector(&format!("pdfrev-1/{name}.pdf"))
}

fn rect(left: i32, bottom: i32) -> Rect {
    Rect { left, bottom, right: left + 15_000, top: bottom + 2000 }
}

fn new_field(name: &str, at: Rect) -> NewField {
    NewField {
        name: name.to_owned(), label: Text::new("Số, ký hiệu").unwrap(), page: 0, rect: at
    }
}

fn both() -> [NewField; 2] {
    [new_field(NUMBER, rect(5000, 25_000)), new_field(DATE, rect(25_000, 25_000))]
}

fn with_fields(base: &[u8]) -> Vec<u8> {
    let added = add_fields(&open(base).unwrap(), &both()).unwrap();
    [base, &added].concat()
}

fn fill(field: &str, text: &str) -> Fill {
    Fill { field: Text::new(field).unwrap(), text: Text::new(text).unwrap() }
}

fn seal() -> Recipe {
    let filled = vec![fill(DATE, "ngày 05 tháng 01 năm 2026"), fill(NUMBER, WRITTEN)];
    Recipe { fill: filled, ..paper::recipe("con-dau", Appearance::Invisible) }
}

fn decision() -> DecisionHash {
    DecisionHash(Sha256::of(b"a decision"))
}

fn signed(base: &[u8], recipe: &Recipe) -> Vec<u8> {
    paper::sign_pdf_as(&Office::new(), base, recipe, decision())
}

/// Signed by a leader, then sealed by the clerk, who writes number and date.
fn sealed(base: &[u8]) -> Vec<u8> {
    let leader = paper::recipe("lanh-dao", Appearance::Invisible);
    signed(&signed(&with_fields(base), &leader), &seal())
}

fn build(base: &[u8], recipe: &Recipe) -> Result<(), BuildError> {
    let document = open(base).unwrap();
    build_revision(&document, recipe, &Images::none(), UnixSecond::new(0)).map(|_| ())
}

/// `file` with some entries of a field's dictionary changed by one more revision.
fn tampered(file: &[u8], field: &str, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let document = open(file).unwrap();
    let field = find(&document, field).unwrap();
    let mut update = Update::of(&document);
    update.put(field.id, with_entries(field.dict, entries)).unwrap();
    [file, &update.finish().bytes].concat()
}

fn found(file: &[u8]) -> Vec<ChangeKind> {
    history(&open_to_judge(file).unwrap()).changes().map(|change| change.kind).collect()
}

const BASES: [&str; 7] =
    ["table", "form", "generation", "rotated-90", "rotated-180", "rotated-270", "packed"];

#[test]
fn added_fields_wait_where_they_were_asked_for_and_raise_no_finding() {
    for name in BASES {
        let before = base(name);
        let after = with_fields(&before);
        let document = open(&after).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(check(&document), check(&open(&before).unwrap()), "{name}");
        for asked in both() {
            let field = find(&document, &asked.name).unwrap();
            assert!(field.waits_for_text(&document), "{name}");
            let place = Place { page: 0, rect: asked.rect };
            assert_eq!(field.place(&document), Some(place), "{name}");
        }
    }
}

#[test]
fn the_seal_fills_the_fields_and_no_earlier_signature_minds() {
    for name in BASES {
        let file = sealed(&base(name));
        let document = open(&file).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(found(&file), [], "{name}");
        let office = Office::new();
        let report = verify_document(&document, &office.trusted_at(paper::SIGNED_AT), None);
        assert_eq!(report.signatures.len(), 2, "{name}");
        for signature in &report.signatures {
            assert_eq!(signature.integrity.outcome, Outcome::Ok, "{name}");
            assert_eq!(signature.chain.outcome, Outcome::Ok, "{name}");
        }
        let drawing = Drawing::of(&document, &std::sync::Arc::new(file.clone())).unwrap();
        let text = drawing.text(0).unwrap();
        assert!(text.lines.iter().any(|line| line.text.contains(WRITTEN)), "{name}");
    }
}

#[test]
fn a_number_is_read_on_pages_of_any_size() {
    // A4 on its side, and A1.
    for (width, height) in [(842, 595), (2384, 1684)] {
        for turned in [0, 90] {
            let size = format!("0 0 {width} {height}]/Rotate {turned}");
            let page = PAGE.replace("0 0 595 842]", &size);
            let file = Sample::page_with(CATALOG, PAGES, &page).table("");
            let place = Rect { left: 4210, bottom: 37_125, right: 46_310, top: 38_125 };
            let field = new_field(DATE, place);
            let added = add_fields(&open(&file).unwrap(), &[field]).unwrap();
            let leader = paper::recipe("lanh-dao", Appearance::Invisible);
            let file = signed(&[file.as_slice(), &added].concat(), &leader);
            let filled = vec![fill(DATE, "Mây Ngàn, ngày 26 tháng 11 năm 2026")];
            let file = signed(&file, &Recipe { fill: filled, ..seal() });
            assert_eq!(found(&file), [], "{width} by {height}, turned by {turned}");
        }
    }
}

#[test]
fn what_the_seal_wrote_is_locked() {
    let file = sealed(&base("table"));
    let value: &[(&str, &[u8])] = &[("V", b"(So: 999/QD-UBND)")];
    for entries in [value, &[("V", b"null")], &[("AP", b"<<>>")], &[("Rect", b"[0 0 9 9]")]] {
        let changed = tampered(&file, NUMBER, entries);
        assert_ne!(found(&changed), [], "{entries:?}");
    }
    assert!(found(&tampered(&file, NUMBER, value)).contains(&ChangeKind::LockedField));
    // The same change before anybody locked the field is form filling.
    let leader = paper::recipe("lanh-dao", Appearance::Invisible);
    let open_still = signed(&with_fields(&base("table")), &leader);
    let filled = tampered(&open_still, NUMBER, value);
    assert!(!found(&filled).contains(&ChangeKind::LockedField));
}

#[test]
fn what_is_locked_cannot_be_filled_in_again() {
    let file = sealed(&base("table"));
    let again = Recipe { field: "lan-hai".to_owned(), ..seal() };
    assert_eq!(build(&file, &again), Err(BuildError::Locked(DATE.to_owned())));
    let empty = tampered(&file, DATE, &[("V", b"null")]);
    assert_eq!(build(&empty, &again), Err(BuildError::Locked(DATE.to_owned())));
}

#[test]
fn fields_come_before_the_first_signature_or_not_at_all() {
    let leader = paper::recipe("lanh-dao", Appearance::Invisible);
    let file = signed(&base("table"), &leader);
    assert_eq!(add_fields(&open(&file).unwrap(), &both()), Err(AddFieldsError::Signed));
}

#[test]
fn fields_that_make_no_sense_are_refused() {
    let file = base("form");
    let document = open(&file).unwrap();
    let add = |fields: &[NewField]| add_fields(&document, fields).unwrap_err();
    let good = rect(5000, 25_000);
    assert_eq!(add(&[]), AddFieldsError::Count);
    let many: Vec<_> = (0..9).map(|n| new_field(&format!("f{n}"), good)).collect();
    assert_eq!(add(&many), AddFieldsError::Count);
    assert_eq!(add(&[new_field("số", good)]), AddFieldsError::Name("số".to_owned()));
    let twice = [new_field("a", good), new_field("a", rect(25_000, 25_000))];
    assert_eq!(add(&twice), AddFieldsError::Twice("a".to_owned()));
    let flat = Rect { top: good.bottom, ..good };
    assert_eq!(add(&[new_field("a", flat)]), AddFieldsError::EmptyRect("a".to_owned()));
    let known = BuildError::FieldExists("note".to_owned());
    assert_eq!(add(&[new_field("note", good)]), known.into());
    let outside = new_field("a", rect(55_000, 25_000));
    assert_eq!(add(&[outside]), BuildError::OutsidePage.into());
    let elsewhere = NewField { page: 7, ..new_field("a", good) };
    assert_eq!(add(&[elsewhere]), BuildError::NoSuchPage(7).into());
}

#[test]
fn forms_that_viewers_draw_take_no_fields() {
    let file = base("table");
    let document = open(&file).unwrap();
    let catalog = document.catalog();
    let form = b"<</Fields[]/NeedAppearances true>>";
    let mut update = Update::of(&document);
    let changed = with_entries(catalog.value.dict().unwrap(), &[("AcroForm", form)]);
    update.put(catalog.id, changed).unwrap();
    let drawn = [file.as_slice(), &update.finish().bytes].concat();
    let refused = add_fields(&open(&drawn).unwrap(), &both());
    assert_eq!(refused, Err(BuildError::ViewersDraw.into()));
    assert_eq!(build(&drawn, &seal()), Err(BuildError::ViewersDraw));
}

#[test]
fn what_cannot_be_filled_in_says_why() {
    let file = with_fields(&base("form"));
    let filling = |field: &str, text: &str| {
        let recipe = paper::recipe("con-dau", Appearance::Invisible);
        build(&file, &Recipe { fill: vec![fill(field, text)], ..recipe })
    };
    assert_eq!(filling(NUMBER, "120"), Ok(()));
    assert_eq!(filling("x", "120"), Err(BuildError::NoSuchField("x".to_owned())));
    let long = "rất dài ".repeat(12);
    assert_eq!(filling(NUMBER, &long), Err(BuildError::TextTooLong(NUMBER.to_owned())));
    let unfillable = Err(BuildError::NotFillable(NUMBER.to_owned()));
    let recipe = Recipe { fill: vec![fill(NUMBER, "1")], ..seal() };
    for (key, value) in [("V", "(da co)"), ("Ff", "8192"), ("AA", "<</K<</S/JavaScript>>>>")] {
        let odd = [file.as_slice(), &changed(&file, NUMBER, key, value)].concat();
        if let Ok(document) = open(&odd) {
            let built = build_revision(&document, &recipe, &Images::none(), UnixSecond::new(0));
            assert_eq!(built.map(|_| ()), unfillable, "{key}");
        } else {
            assert_eq!(key, "AA", "actions are stopped by the gate");
        }
    }
    let short = [file.as_slice(), &changed(&file, NUMBER, "MaxLen", "2")].concat();
    let three = Recipe { fill: vec![fill(NUMBER, "120")], ..seal() };
    assert_eq!(build(&short, &three), Err(BuildError::TextTooLong(NUMBER.to_owned())));
}

fn changed(file: &[u8], field: &str, key: &str, value: &str) -> Vec<u8> {
    tampered(file, field, &[(key, value.as_bytes())]).split_off(file.len())
}

#[test]
fn a_recipe_names_what_it_fills_in_once_and_in_order() {
    let recipe = seal();
    assert_eq!(Recipe::from_cbor(&recipe.to_cbor()), Ok(recipe.clone()));
    let mut turned = recipe.clone();
    turned.fill.reverse();
    assert!(Recipe::from_cbor(&turned.to_cbor()).is_err());
    let twice = Recipe { fill: vec![fill("a", "1"), fill("a", "2")], ..recipe };
    assert!(Recipe::from_cbor(&twice.to_cbor()).is_err());
    let plain = paper::recipe("ky", Appearance::Invisible);
    assert!(!serde_json::to_string(&plain).unwrap().contains("target"));
}

// --- fields that wait for a signature ---------------------------------------------------------

/// A signature field in `table`, as another program would have left it.
fn waiting(keys: &str) -> Vec<u8> {
    let file = base("table");
    let document = open(&file).unwrap();
    let page = document.pages()[0];
    let mut update = Update::of(&document);
    let body = format!(
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(Ch\\341\\273\\257 ky.1)/F 4/Rect[100 100 280 160]\
         /P {}{keys}>>",
        crate::pdf::append::reference(page.id)
    );
    let field = update.add(body.into_bytes());
    crate::pdf::listing::list_on_page(&mut update, &document, &page, &[field]).unwrap();
    let purpose = crate::pdf::listing::Purpose::Signing;
    crate::pdf::listing::list_in_form(&mut update, &document, &[field], purpose).unwrap();
    [file.as_slice(), &update.finish().bytes].concat()
}

fn into_waiting(file: &[u8]) -> Recipe {
    let waiting = waiting_signatures(&open(file).unwrap());
    let [WaitingSignature { name, place: Some(place) }] = &waiting[..] else {
        panic!("{waiting:?}")
    };
    let lines = vec![Line::Text { text: Text::new("Nguyễn Thị Hạnh").unwrap() }];
    let Place { page, rect } = *place;
    let appearance = Appearance::Stamp { page, rect, lines, image: None };
    Recipe { target: Target::Existing, ..paper::recipe(name, appearance) }
}

#[test]
fn a_field_that_waits_takes_the_signature_where_it_stands() {
    let file = waiting("");
    let recipe = into_waiting(&file);
    let signed = signed(&file, &recipe);
    let document = open(&signed).unwrap();
    assert_eq!(document.signatures()[0].name, recipe.field);
    assert_eq!(document.field_names().len(), 1);
    assert_eq!(waiting_signatures(&document), []);
    assert_eq!(build(&signed, &recipe), Err(BuildError::NotWaiting(recipe.field.clone())));
    let moved = |appearance| Recipe { appearance, ..into_waiting(&file) };
    let elsewhere = Err(BuildError::OtherPlace(recipe.field.clone()));
    assert_eq!(build(&file, &moved(Appearance::Invisible)), elsewhere);
    let Appearance::Stamp { page, rect, lines, image } = recipe.appearance else { panic!() };
    let rect = Rect { left: rect.left + 1, ..rect };
    assert_eq!(build(&file, &moved(Appearance::Stamp { page, rect, lines, image })), elsewhere);
}

#[test]
fn what_the_author_of_a_field_demands_is_met_or_named() {
    let unmet = |seed: &str| {
        let file = waiting(&format!("/SV<<{seed}>>"));
        match build(&file, &into_waiting(&file)) {
            Ok(()) => None,
            Err(BuildError::SeedValue { entry, .. }) => Some(entry),
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(unmet("/Ff 3/Filter/Adobe.PPKLite/SubFilter[/ETSI.CAdES.detached]"), None);
    assert_eq!(unmet("/Ff 2/SubFilter[/adbe.pkcs7.detached]"), Some("SubFilter"));
    assert_eq!(unmet("/SubFilter[/adbe.pkcs7.detached]"), None, "advice");
    assert_eq!(unmet("/Ff 1/Filter/Other"), Some("Filter"));
    assert_eq!(unmet("/Ff 64/DigestMethod[(SHA384)(SHA256)]"), None);
    assert_eq!(unmet("/Ff 64/DigestMethod[(sha256)]"), None);
    assert_eq!(unmet("/Ff 64/DigestMethod[(SHA512)]"), Some("DigestMethod"));
    assert_eq!(unmet("/Ff 4/V 9"), Some("V"));
    assert_eq!(unmet("/Ff 8/Reasons[(Dong y)]"), Some("Reasons"));
    assert_eq!(unmet("/Ff 8/Reasons[(.)]"), None);
    assert_eq!(unmet("/Ff 16/LegalAttestation[(x)]"), Some("LegalAttestation"));
    assert_eq!(unmet("/Ff 32/AddRevInfo true"), Some("AddRevInfo"));
    assert_eq!(unmet("/MDP<</P 2>>"), Some("MDP"));
    assert_eq!(unmet("/MDP<</P 0>>"), None);
    assert_eq!(unmet("/TimeStamp<</URL(http://a.example)/Ff 1>>"), Some("TimeStamp"));
    assert_eq!(unmet("/Cert<</Ff 2>>"), Some("Cert"));
    assert_eq!(unmet("/LockDocument/true"), Some("LockDocument"));
}

#[test]
fn a_field_that_locks_others_locks_them_when_it_is_signed() {
    let lock_all = waiting("/Lock<</Type/SigFieldLock/Action/All>>");
    let all = signed(&lock_all, &into_waiting(&lock_all));
    assert!(memchr::memmem::find(&all, b"/TransformMethod /FieldMDP").is_some());
    assert_eq!(open(&all).map(|_| ()).unwrap_err(), Refusal::FieldsLocked);

    let one = waiting("/Lock<</Action/Include/Fields[(ngay-thang)]/P 2>>");
    let added = add_fields(&open(&one).unwrap(), &both()).unwrap();
    let with_both = [one.as_slice(), &added].concat();
    let filled = |fill| Recipe { fill, ..into_waiting(&one) };
    let left_open = Err(BuildError::LeftOpen(into_waiting(&one).field));
    assert_eq!(build(&with_both, &filled(vec![fill(NUMBER, "1")])), left_open);
    let file = signed(&with_both, &filled(vec![fill(DATE, "hôm nay")]));
    assert!(memchr::memmem::find(&file, b"/TransformMethod /DocMDP").is_some());
    let changed = tampered(&file, DATE, &[("V", b"(mai)")]);
    assert!(found(&changed).contains(&ChangeKind::LockedField));
    let without = waiting("");
    let with_both = with_fields(&without);
    let recipe = Recipe { fill: vec![fill(DATE, "hôm nay")], ..into_waiting(&without) };
    assert_eq!(build(&with_both, &recipe), Err(BuildError::LeftOpen(recipe.field.clone())));
}

#[test]
fn a_field_that_an_earlier_signer_locked_is_not_signed() {
    let first = waiting("/Lock<</Action/Include/Fields[(khac)]>>");
    let once = signed(&first, &into_waiting(&first));
    let other = paper::recipe("khac", Appearance::Invisible);
    assert_eq!(build(&once, &other), Err(BuildError::Locked("khac".to_owned())));
    assert_eq!(build(&once, &paper::recipe("nua", Appearance::Invisible)), Ok(()));
}
