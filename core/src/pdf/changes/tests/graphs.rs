//! Hostile graphs: nothing panics, and all of these end: walked by every way, the chains below would
//! outlast the machine.

use proptest::prelude::*;

use super::*;

/// A later revision: some objects written again with random values.
fn revision() -> impl Strategy<Value = Vec<(u32, String)>> {
    let number = prop_oneof![1_u32..16, 17_u32..24, Just(30), Just(31)];
    let leaf = prop_oneof![
        (1_u32..33).prop_map(|number| format!("{number} 0 R")),
        (-3_i32..800).prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "null", "true", "/Sig", "/Page", "/Widget", "(x)", "<00>", "/Tx"
        ])
        .prop_map(str::to_owned),
    ];
    let value = leaf.prop_recursive(3, 24, 5, |inner| {
        let key = prop::sample::select(vec![
            "Type",
            "Kids",
            "Parent",
            "Contents",
            "Resources",
            "Annots",
            "Fields",
            "V",
            "AP",
            "N",
            "FT",
            "T",
            "Rect",
            "DSS",
            "Certs",
            "VRI",
            "Metadata",
            "P",
            "Font",
            "XFA",
            "Subtype",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[{}]", items.join(" "))),
            prop::collection::btree_map(key, inner, 0..6).prop_map(|entries| {
                let entries: String =
                    entries.iter().map(|(key, value)| format!("/{key} {value}")).collect();
                format!("<<{entries}>>")
            }),
        ]
    });
    prop::collection::vec((number, value), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_revisions_never_panic_nor_loop(first in revision(), second in revision()) {
        let write = |file: Sample, objects: &[(u32, String)]| {
            objects.iter().fold(file, |file, (number, body)| file.object(*number, body))
        };
        let once = write(signed(), &first).with_table("");
        for file in [once.clone(), write(once, &second).with_table("")] {
            if let Ok(document) = open_to_judge(&file.bytes) {
                let _ = history(&document);
            }
        }
    }

    #[test]
    fn a_damaged_revision_never_panics(at in 0_usize..100, byte: u8, fill: bool) {
        let before = signed().bytes.len();
        let mut file = super::allowed::sign_in_place(signed(), "<<>>").bytes;
        let at = before + (file.len() - before) * at / 100;
        file[at] = byte;
        if fill {
            file.truncate(at);
            file.extend_from_slice(b"%%EOF\n");
        }
        if let Ok(document) = open_to_judge(&file) {
            let _ = history(&document);
        }
    }
}

#[test]
fn objects_that_share_their_parts_are_not_walked_by_every_way() {
    // Each refers twice to the next: 2^40 ways to the last.
    let chain = |file: Sample, first: u32| {
        (0..40).fold(file, |file, step| {
            let next = first + step + 1;
            file.object(first + step, &format!("[{next} 0 R {next} 0 R]"))
        })
    };
    let file = chain(signed_with("", "/Piece 100 0 R", ""), 200);
    let file = chain(file.object(100, "[200 0 R]"), 300).with_table("");
    let file = super::allowed::sign_in_place(file, "<<>>");
    // The second chain takes the place of the first.
    let file = chain(file, 400).object(100, "[400 0 R]").table("");
    assert_eq!(kinds(&file), [ChangeKind::PageContent]);
}

#[test]
fn many_references_to_one_changed_object_are_followed_once() {
    let many = "9 0 R ".repeat(100_000);
    let file = signed_with("", "/Piece 100 0 R", "").object(100, &format!("[{many}]"));
    let file = super::allowed::sign_in_place(file.with_table(""), "<<>>");
    let file = file.object(9, "<</Type/Font>>").table("");
    assert_eq!(kinds(&file), [ChangeKind::PageContent]);
}
