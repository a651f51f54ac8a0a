//! Small files that ask for very much: the server does not feel them, whoever opens them does.

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::office::SAMPLE;
use crate::served::{Served, outcome};

/// KiB by which the server may grow over any bomb.
const GROWTH: u64 = 64 * 1024;
/// KiB that a worker may take: its address space.
const WORKER: u64 = 768 * 1024;
/// A worker has 10 s of processor time and 20 s by the clock; the machine may be busy.
const WITHIN: Duration = Duration::from_secs(45);

/// A PDF by hand.
struct Pdf {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Pdf {
    fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), starts: Vec::new() }
    }

    /// Catalog, page tree and one page that draws object 4 with these resources.
    fn page(resources: &str) -> Self {
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<{resources}>>>>"
        );
        let pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
        Self::new().object("<</Type/Catalog/Pages 2 0 R>>").object(pages).object(&page)
    }

    fn object(mut self, body: &str) -> Self {
        self.starts.push(self.bytes.len());
        let number = self.starts.len();
        self.bytes.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        self
    }

    fn stream(mut self, keys: &str, data: &[u8]) -> Self {
        self.starts.push(self.bytes.len());
        let (number, length) = (self.starts.len(), data.len());
        let head = format!("{number} 0 obj\n<<{keys}/Length {length}>>\nstream\n");
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        self
    }

    fn table(mut self) -> Vec<u8> {
        let at = self.bytes.len();
        let size = self.starts.len() + 1;
        let mut end = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for start in &self.starts {
            end += &format!("{start:010} 00000 n \n");
        }
        end += &format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n");
        self.bytes.extend_from_slice(end.as_bytes());
        self.bytes
    }

    /// Ends with a cross-reference stream of these keys and data instead.
    fn xref_stream(self, keys: &str, data: &[u8]) -> Vec<u8> {
        let at = self.bytes.len();
        let mut file = self.stream(&format!("/Type/XRef/Root 1 0 R{keys}"), data).bytes;
        file.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
        file
    }
}

/// So many bytes, deflated.
fn deflated(byte: u8, count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![byte; 1 << 20];
    for start in (0..count).step_by(block.len()) {
        encoder.write_all(&block[..block.len().min(count - start)]).unwrap();
    }
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const FLATE: &str = "/Filter/FlateDecode";

fn flate_chain() -> Vec<u8> {
    let data = deflate(&deflate(&deflated(b' ', 256 << 20)));
    let filters = "/Filter[/FlateDecode/FlateDecode/FlateDecode]";
    Pdf::page("").stream(filters, &data).table()
}

fn xref_that_unpacks_to_very_much() -> Vec<u8> {
    Pdf::page("")
        .stream("", b"")
        .xref_stream(&format!("/Size 16777216/W[1 8 8]{FLATE}"), &deflated(0, 17 * (16 << 20)))
}

fn xref_of_a_petabyte() -> Vec<u8> {
    let keys = "/Size 1125899906842624/W[1 8 8]/Index[0 1125899906842624]";
    Pdf::page("").stream("", b"").xref_stream(keys, &[0; 170])
}

fn xref_of_wide_fields() -> Vec<u8> {
    let keys = "/Size 5/W[1000000000 1000000000 1000000000]";
    Pdf::page("").stream("", b"").xref_stream(keys, &[0; 100])
}

fn table_of_a_petabyte() -> Vec<u8> {
    let file = String::from_utf8_lossy(&Pdf::page("").stream("", b"").table()).into_owned();
    file.replace("xref\n0 5\n", "xref\n0 1125899906842624\n").into_bytes()
}

fn nested_arrays() -> Vec<u8> {
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    Pdf::page("").stream("", b"").object(&deep).table()
}

fn nested_arrays_in_content() -> Vec<u8> {
    Pdf::page("").stream(FLATE, &deflate("[".repeat(1_000_000).as_bytes())).table()
}

fn nested_strings() -> Vec<u8> {
    let deep = "(".repeat(1_000_000) + &")".repeat(1_000_000);
    Pdf::page("").stream("", b"").object(&deep).table()
}

fn page_cycle() -> Vec<u8> {
    let pages = "<</Type/Pages/Parent 2 0 R/Kids[2 0 R 2 0 R 3 0 R]/Count 1000000>>";
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R>>";
    Pdf::new().object("<</Type/Catalog/Pages 2 0 R>>").object(pages).object(page).table()
}

fn deep_page_tree() -> Vec<u8> {
    let mut pdf = Pdf::new().object("<</Type/Catalog/Pages 2 0 R>>");
    for number in 2..100_000 {
        let next = number + 1;
        pdf = pdf.object(&format!("<</Type/Pages/Kids[{next} 0 R {next} 0 R]/Count 1>>"));
    }
    pdf.object("<</Type/Page/MediaBox[0 0 9 9]>>").table()
}

fn length_of_a_petabyte() -> Vec<u8> {
    Pdf::page("").object("<</Length 1125899906842624>>\nstream\nBT ET\nendstream").table()
}

fn length_that_refers_to_itself() -> Vec<u8> {
    Pdf::page("").object("<</Length 4 0 R>>\nstream\nBT ET\nendstream").table()
}

fn predictor_of_wide_rows() -> Vec<u8> {
    let wide = "/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>";
    let keys = format!("{FLATE}{wide}");
    let file = Pdf::page("").stream(&keys, &deflated(1, 1 << 20));
    file.xref_stream(&format!("/Size 6/W[1 4 2]{keys}"), &deflated(1, 1 << 20))
}

fn predictor_in_content() -> Vec<u8> {
    let wide = "/DecodeParms<</Predictor 12/Columns 2147483647/Colors 32/BitsPerComponent 16>>";
    Pdf::page("").stream(&format!("{FLATE}{wide}"), &deflated(1, 1 << 20)).table()
}

fn picture_of(keys: &str, data: &[u8]) -> Vec<u8> {
    let page = Pdf::page("/XObject<</Im 5 0 R>>");
    let picture = format!("/Type/XObject/Subtype/Image/BitsPerComponent 8{keys}");
    page.stream("", b"595 0 0 842 0 0 cm /Im Do").stream(&picture, data).table()
}

fn large_picture() -> Vec<u8> {
    let keys = format!("/Width 20000/Height 20000/ColorSpace/DeviceGray{FLATE}");
    picture_of(&keys, &deflated(7, 20_000 * 20_000))
}

fn picture_of_a_petabyte() -> Vec<u8> {
    let keys = format!("/Width 33554432/Height 33554432/ColorSpace/DeviceGray{FLATE}");
    picture_of(&keys, &deflated(7, 1 << 20))
}

fn nested_forms() -> Vec<u8> {
    // Seven levels, each painting the next ten times.
    let forms: String = (5..12).map(|form| format!("/F{form} {form} 0 R")).collect();
    let mut pdf = Pdf::page(&format!("/XObject<<{forms}>>")).stream("", b"/F5 Do");
    for form in 5..12 {
        let keys = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<<{forms}>>>>"
        );
        let content = match form {
            11 => "0 0 9 9 re f ".repeat(10),
            _ => format!("/F{} Do ", form + 1).repeat(10),
        };
        pdf = pdf.stream(&keys, content.as_bytes());
    }
    pdf.table()
}

fn object_streams() -> Vec<u8> {
    const CONTAINERS: u32 = 32;
    let mut data = b"99 0    <<>>".to_vec();
    data.resize(64 << 20, b' ');
    let data = deflate(&data);
    let mut pdf = Pdf::page("").stream("", b"");
    for _ in 0..CONTAINERS {
        pdf = pdf.stream(&format!("/Type/ObjStm/N 1/First 8{FLATE}"), &data);
    }
    let mut rows = vec![0; 8];
    for start in &pdf.starts {
        rows.extend_from_slice(&row(1, u32::try_from(*start).unwrap(), 0));
    }
    for container in 5..5 + CONTAINERS {
        rows.extend_from_slice(&row(2, container, 0));
    }
    pdf.xref_stream(&format!("/Size {}/W[1 4 3]", 5 + 2 * CONTAINERS), &rows)
}

fn a_million_fields() -> Vec<u8> {
    const FIELDS: u32 = 1_000_000;
    const FIRST: u32 = 10;
    let kids: String = (0..FIELDS).map(|field| format!("{} 0 R ", FIRST + field)).collect();
    let form = format!("<</Fields[{kids}]>>");
    let catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>";
    let pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>";
    let mut pdf =
        Pdf::new().object(catalog).object(pages).object(page).object("null").object(&form);
    let mut rows = vec![0; 8];
    for start in &pdf.starts {
        rows.extend_from_slice(&row(1, u32::try_from(*start).unwrap(), 0));
    }
    for container in 6..FIRST {
        let share = FIELDS / 4;
        let first = FIRST + (container - 6) * share;
        let pairs: String =
            (0..share).map(|field| format!("{} {} ", first + field, field * 8)).collect();
        let data = pairs.clone() + &"<</T()>>".repeat(share as usize);
        rows.extend_from_slice(&row(1, u32::try_from(pdf.bytes.len()).unwrap(), 0));
        let keys = format!("/Type/ObjStm/N {share}/First {}{FLATE}", pairs.len());
        pdf = pdf.stream(&keys, &deflate(data.as_bytes()));
    }
    for field in 0..FIELDS {
        rows.extend_from_slice(&row(2, 6 + field / (FIELDS / 4), field % (FIELDS / 4)));
    }
    let keys = format!("/Size {}/W[1 4 3]{FLATE}", FIRST + FIELDS);
    pdf.xref_stream(&keys, &deflate(&rows))
}

fn row(kind: u8, second: u32, third: u32) -> [u8; 8] {
    let (b, c) = (second.to_be_bytes(), third.to_be_bytes());
    [kind, b[0], b[1], b[2], b[3], c[1], c[2], c[3]]
}

#[expect(clippy::type_complexity, reason = "a name and what makes it")]
const BOMBS: [(&str, fn() -> Vec<u8>); 21] = [
    ("flate chain", flate_chain),
    ("xref that unpacks to very much", xref_that_unpacks_to_very_much),
    ("xref of a petabyte", xref_of_a_petabyte),
    ("xref of wide fields", xref_of_wide_fields),
    ("table of a petabyte", table_of_a_petabyte),
    ("nested arrays", nested_arrays),
    ("nested arrays in content", nested_arrays_in_content),
    ("nested strings", nested_strings),
    ("page cycle", page_cycle),
    ("deep page tree", deep_page_tree),
    ("length of a petabyte", length_of_a_petabyte),
    ("length that refers to itself", length_that_refers_to_itself),
    ("predictor of wide rows", predictor_of_wide_rows),
    ("predictor in content", predictor_in_content),
    ("large picture", large_picture),
    ("picture of a petabyte", picture_of_a_petabyte),
    ("nested forms", nested_forms),
    ("object streams", object_streams),
    ("a million fields", a_million_fields),
    ("noise", || (0..1_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
    ("a header and 49 MiB of nothing", || {
        [b"%PDF-1.7\n".as_slice(), &vec![b' '; 49 << 20]].concat()
    }),
];

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
async fn a_bomb_costs_the_server_no_memory_and_the_next_request_is_served() {
    let served = Served::start();
    let settle = served.submit(SAMPLE).await;
    assert_eq!(settle.status(), 201);
    assert_eq!(served.clean_copy(SAMPLE).await.status(), 422);
    let mut wrong = Vec::new();
    for (name, bomb) in BOMBS {
        let bomb = bomb();
        // What came over the line is there for as long as the request is.
        let held = bomb.len() as u64 / 1024;
        for way in ["requests", "clean-copies"] {
            served.forget_peak();
            let (before, begun) = (served.memory("VmRSS"), Instant::now());
            let answer = match way {
                "requests" => served.submit(&bomb).await,
                _ => served.clean_copy(&bomb).await,
            };
            let (status, code) = outcome(answer).await;
            let grown = served.memory("VmHWM").saturating_sub(before + held);
            let (took, worker) = (begun.elapsed(), served.workers_peak());
            println!(
                "{name:32} {way:12} {status} {code:20} +{grown:6} KiB, worker {worker:6} KiB, {took:?}"
            );
            let answered = matches!(status, 200 | 201 | 422);
            if !answered || grown > GROWTH || worker > WORKER || took > WITHIN {
                wrong.push(format!("{name} by {way}: {status} {code}, +{grown} KiB, {took:?}"));
            }
            let next = served.submit(SAMPLE).await;
            assert_eq!(next.status(), 201, "after {name} by {way}");
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
