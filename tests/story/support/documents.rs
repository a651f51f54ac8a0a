//! Documents that stories submit.

/// The two-page sample.
pub fn sample() -> Vec<u8> {
    include_bytes!("../../../server/assets/sample/quyet-dinh.pdf").to_vec()
}

/// A one-page A4 document with `text` in Helvetica at `x`, `y` points from the lower left. The text
/// is WinAnsi with `\u{..}` of Vietnamese letters drawn from a `/Differences` encoding, so that
/// readers extract it as written.
pub fn with_text(text: &str, x: i32, y: i32) -> Vec<u8> {
    let mut codes: Vec<char> = Vec::new();
    let mut shown = String::new();
    for letter in text.chars() {
        let code = codes.iter().position(|c| *c == letter).unwrap_or_else(|| {
            codes.push(letter);
            codes.len() - 1
        });
        shown.push_str(&format!("{:02X}", code + 1));
    }
    let mappings: String = codes
        .iter()
        .enumerate()
        .map(|(index, letter)| format!("<{:02X}> <{:04X}>\n", index + 1, u32::from(*letter)))
        .collect();
    let to_unicode = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def \
         /CMapType 2 def 1 begincodespacerange <00> <FF> endcodespacerange {} beginbfchar\n{}\
         endbfchar endcmap end end",
        codes.len(),
        mappings
    );
    let content = format!("BT /F1 13 Tf {x} {y} Td <{shown}> Tj ET");
    let names: String = codes.iter().map(|c| format!("/uni{:04X} ", u32::from(*c))).collect();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        format!(
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 1 /LastChar {} \
             /Encoding << /Type /Encoding /Differences [1 {names}] >> /ToUnicode 6 0 R >>",
            codes.len()
        ),
        format!("<< /Length {} >>\nstream\n{to_unicode}\nendstream", to_unicode.len()),
    ];
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = pdf.len();
    pdf.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes(),
    );
    for offset in offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    pdf.extend_from_slice(trailer.as_bytes());
    pdf
}
