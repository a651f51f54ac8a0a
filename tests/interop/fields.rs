//! Fields that wait, for judges that we did not write: `fields FOLDER < ORDERS`
//!
//! Each line of ORDERS is a kind, a tab and a file. FOLDER receives the trust (`root.pem`, `*.crl`), the
//! files, and `outcomes.jsonl` with one line per file written, or the reason why none was.
//!
//! - `number`: fields for number and date are added (`NAME.0.pdf`), a leader signs (`NAME.1.pdf`), and the
//!   office's seal fills them in and locks them (`NAME.2.pdf`).
//! - `waiting`: a leader signs in the first signature field that waits (`NAME.1.pdf`).

mod pki;
#[expect(dead_code, reason = "the corpus is signed in other ways")]
mod signing;

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use trien_core::document::Text;
use trien_core::env::{Clock, OsEntropy, SystemClock, UnixSecond};
use trien_core::pdf::fields::{NewField, add_fields, waiting_signatures};
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::image::StampImage;
use trien_core::pdf::placement::Place;
use trien_core::pdf::read;
use trien_core::pdf::recipe::{Appearance, Fill, Recipe, Rect, Target};
use trien_core::pdf::render::Drawing;

use pki::TestPki;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The fields, in the order of their names, and what the seal writes into them.
const FIELDS: [(&str, &str, &str); 2] = [
    ("Trien-ngay", "Địa danh, ngày tháng", "Mây Ngàn, ngày 26 tháng 11 năm 2026"),
    ("Trien-so", "Số, ký hiệu", "120/QĐ-UBND"),
];

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("usage: fields FOLDER < ORDERS")?;
    let now = SystemClock.now().second();
    let pki = TestPki::new(&OsEntropy, now)?;
    pki.write(&folder)?;
    let outcomes = File::create(folder.join("outcomes.jsonl"))?;
    let mut office = Office { pki, image: signing::seal(), now, folder, outcomes };
    for order in io::stdin().lines() {
        let order = order?;
        let (kind, file) = order.split_once('\t').ok_or("an order is a kind, a tab and a file")?;
        office.follow(kind, Path::new(file))?;
    }
    Ok(())
}

struct Office {
    pki: TestPki,
    image: StampImage,
    now: UnixSecond,
    folder: PathBuf,
    outcomes: File,
}

impl Office {
    fn follow(&mut self, kind: &str, file: &Path) -> Result<()> {
        let mut base = file.to_owned();
        let steps: &[u8] = if kind == "number" { &[0, 1, 2] } else { &[1] };
        let name = file.file_stem().ok_or("a file without a name")?.to_string_lossy().into_owned();
        for &step in steps {
            let made = self.step(kind, step, &fs::read(&base)?);
            let path = self.folder.join(format!("{name}.{step}.pdf"));
            let refused = made.as_ref().err().map(ToString::to_string);
            let outcome =
                json!({"file": file, "base": base, "step": step, "made": path, "refused": refused});
            writeln!(self.outcomes, "{outcome}")?;
            let Ok(content) = made else { break };
            fs::write(&path, content)?;
            base = path;
        }
        Ok(())
    }

    fn step(&self, kind: &str, step: u8, base: &[u8]) -> Result<Vec<u8>> {
        let document = read::open(base)?;
        let recipe = match (kind, step) {
            ("number", 0) => {
                let page = PageSize::of(document.pages().first().ok_or("no page")?);
                let rows = blank_rows(&document, page)?;
                let fields = FIELDS.iter().zip(rows).map(|(&(name, label, _), rect)| {
                    let (name, label) = (name.to_owned(), Text::new(label)?);
                    Ok(NewField { name, label, page: 0, rect })
                });
                let added = add_fields(&document, &fields.collect::<Result<Vec<_>>>()?)?;
                return Ok([base, &added].concat());
            }
            ("number", 1) => {
                signing::recipe(&document, "Trien-1-lanh-dao".to_owned(), 1, &self.image)
            }
            ("number", _) => self.seal(&document)?,
            _ => self.in_waiting_field(&document)?,
        };
        let number = if step == 2 { 3 } else { 1 };
        let tail = signing::tail(base, number, &self.image, &self.pki, self.now, |_| recipe)?;
        Ok([base, &tail].concat())
    }

    /// The seal, which is seen, and writes number and date.
    fn seal(&self, document: &read::Document<'_>) -> Result<Recipe> {
        let fill = FIELDS
            .iter()
            .map(|&(field, _, text)| Ok(Fill { field: Text::new(field)?, text: Text::new(text)? }));
        let fill = fill.collect::<Result<Vec<_>>>()?;
        // As the second person's stamp, so that it does not lie on the first one's.
        let recipe = signing::recipe(document, "Trien-2-con-dau".to_owned(), 2, &self.image);
        Ok(Recipe { fill, ..recipe })
    }

    fn in_waiting_field(&self, document: &read::Document<'_>) -> Result<Recipe> {
        let waiting = waiting_signatures(document).into_iter().next().ok_or("no field waits")?;
        let recipe = signing::recipe(document, waiting.name, 1, &self.image);
        let appearance = match (recipe.appearance, waiting.place) {
            (Appearance::Stamp { lines, image, .. }, Some(Place { page, rect })) => {
                Appearance::Stamp { page, rect, lines, image }
            }
            _ => Appearance::Invisible,
        };
        Ok(Recipe { appearance, target: Target::Existing, ..recipe })
    }
}

/// Pixels across of the picture in which blank paper is looked for.
const ACROSS: u32 = 600;

/// Rows on blank paper, from the head of the page, where Decree 30/2020 has number and date: what is written
/// over something else is not legible, and our check says so.
fn blank_rows(document: &read::Document<'_>, page: PageSize) -> Result<Vec<Rect>> {
    let picture = Drawing::of_copy(document)?.page_png(0, ACROSS)?;
    let mut reader = png::Decoder::new(io::Cursor::new(picture)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("a picture too large")?];
    let frame = reader.next_frame(&mut pixels)?;
    let (width, height) = (frame.width as usize, frame.height as usize);
    let channels = pixels.len() / (width * height);
    let share =
        |at: i32, of: i32, length: usize| (at.max(0) as usize * length / of as usize).min(length);
    let is_blank = |rect: &Rect| {
        let rows = height - share(rect.top, page.height, height)
            ..height - share(rect.bottom, page.height, height);
        let columns = share(rect.left, page.width, width)..share(rect.right, page.width, width);
        rows.into_iter().all(|y| {
            columns
                .clone()
                .all(|x| pixels[(y * width + x) * channels..][..3].iter().all(|&light| light > 250))
        })
    };
    let all: Vec<Rect> = (0..30)
        .map(|row| at_the_head(page, row))
        .filter(|rect| rect.bottom > page.height / 3)
        .collect();
    let blank: Vec<Rect> = all.iter().copied().filter(is_blank).take(FIELDS.len()).collect();
    if blank.len() == FIELDS.len() { Ok(blank) } else { Err("no blank paper for two rows".into()) }
}

/// A row from the head of the page.
fn at_the_head(page: PageSize, row: i32) -> Rect {
    let (width, height) = (page.width / 2, (page.height / 40).clamp(600, 2200));
    let top = page.height - page.height / 50 - row * (height + page.height / 100);
    Rect { left: page.width / 20, bottom: top - height, right: page.width / 20 + width, top }
}
