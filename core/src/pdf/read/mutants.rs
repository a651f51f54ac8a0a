//! Damaged files: nothing panics, and whatever still opens looks the same to the drawing reader.

use hayro_syntax::Pdf;

use super::sample::{CATALOG, PAGE, PAGES, Sample};
use super::{ObjectId, open};
use crate::pdf::check::check;

/// xorshift64*: the same mutants on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(value).unwrap() % limit
    }
}

fn bases() -> Vec<Vec<u8>> {
    let catalog =
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R]>>/OpenAction[3 0 R/Fit]>>";
    let signed = Sample::page_with(catalog, PAGES, PAGE)
        .with_table("")
        .signed(5, "Ky1", "")
        .signed(7, "Ky2", "/Reference[<</TransformMethod/DocMDP/TransformParams<</P 2>>>>]");
    let packed = Sample::new()
        .packed(9, &[(1, CATALOG), (2, PAGES), (3, PAGE), (7, "5")])
        .raw(4, 0, b"4 0 obj<</Length 7 0 R>>stream\nBT ET\nendstream endobj\n")
        .with_xref_stream("")
        .object(3, &PAGE.replace("842", "841"))
        .xref_stream("");
    let (hybrid, at) = Sample::page().with_table("").packed(6, &[(7, "(x)")]).complement(8);
    let hybrid = hybrid.table(&format!("/XRefStm {at}"));
    vec![Sample::page().table(""), signed.bytes, packed, hybrid]
}

fn mutate(base: &[u8], dice: &mut Dice) -> Vec<u8> {
    const TOKENS: [&[u8]; 12] = [
        b"<<",
        b">>",
        b"[",
        b"]",
        b"(",
        b"0",
        b"9",
        b" R",
        b"/Kids",
        b"/Length",
        b"endobj",
        b"99999999",
    ];
    let mut bytes = base.to_vec();
    for _ in 0..=dice.below(20) {
        let at = dice.below(bytes.len());
        match dice.below(5) {
            0 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            1 => bytes[at] ^= 1 << dice.below(8),
            2 => {
                let token = TOKENS[dice.below(TOKENS.len())];
                let end = bytes.len().min(at + token.len());
                bytes[at..end].copy_from_slice(&token[..end - at]);
            }
            3 => bytes[at] = bytes[dice.below(base.len())],
            _ => bytes[at] = b"0123456789 /<>[]()%\n"[dice.below(20)],
        }
        if dice.below(3) == 0 {
            break;
        }
    }
    bytes
}

#[test]
fn no_damage_panics_and_both_readers_agree_on_what_opens() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut opened = 0;
    for base in bases() {
        assert!(open(&base).is_ok());
        for _ in 0..1500 {
            let bytes = mutate(&base, &mut dice);
            let Ok(document) = open(&bytes) else { continue };
            opened += 1;
            let _ = check(&document);
            let given = document.pinned().unwrap_or_else(|| bytes.clone());
            let drawn = Pdf::new(given).expect("what the gate accepts can be drawn");
            let ids: Vec<Option<ObjectId>> = drawn
                .pages()
                .iter()
                .map(|page| page.raw().obj_id())
                .map(|id| {
                    let id = id?;
                    let generation = u16::try_from(id.gen_number).ok()?;
                    Some(ObjectId { number: id.obj_number, generation })
                })
                .collect();
            let own: Vec<Option<ObjectId>> =
                document.pages().iter().map(|page| Some(page.id)).collect();
            assert_eq!(ids, own);
        }
    }
    assert!(opened > 300, "too few mutants opened to compare: {opened}");
}

#[test]
fn no_cut_panics() {
    for base in bases() {
        for end in 0..base.len() {
            // Only an earlier revision is whole without what came later, and its end mark may be
            // missing.
            let rest = base[..end].trim_ascii_end();
            let whole = rest.ends_with(b"%%EOF") || base[rest.len()..].starts_with(b"\n%%EOF");
            assert!(whole || open(&base[..end]).is_err());
        }
    }
}
