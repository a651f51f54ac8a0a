//! Stamps and signs a PDF with a key in memory, to show the builder and to feed validators.
//!
//! ```text
//! stamp IN OUT --key KEY.pem --password TEXT --cert CHAIN.pem [--field NAME] [--at SECONDS]
//!              [--page N] [--rect L,B,R,T | --invisible] [--image PNG] [--lines COUNT]
//!              [--draw PNG]
//! ```
//!
//! The key is an encrypted PKCS#8 file, the chain starts with its certificate; lengths are
//! hundredths of a point on the displayed page. Exits with 3 when the document is refused.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::sync::Arc;

use trien_core::certificate::Certificate;
use trien_core::cms;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::image::{Images, normalise};
use trien_core::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect, Target};
use trien_core::pdf::{inspect, read, render, revise};
use trien_core::signer::SoftwareSigner;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const REFUSED: u8 = 3;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<read::Refusal>() => {
            eprintln!("refused: {error}");
            ExitCode::from(REFUSED)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let base = fs::read(&options.input)?;
    let document = read::open(&base)?;
    let mut images = Images::none();
    let recipe = recipe(&options, &document, &mut images)?;
    let signed_at = UnixSecond::new(options.number("at", 1_795_311_900)?);
    let delta = revise::build_revision(&document, &recipe, &images, signed_at)?;

    let key = SoftwareSigner::from_pem(
        &fs::read_to_string(options.required("key")?)?,
        options.required("password")?,
    )?;
    let chain = Certificate::parse_pem(&fs::read_to_string(options.required("cert")?)?)?;
    let chain: Vec<&[u8]> = chain.iter().map(Certificate::der).collect();
    let signer = chain.first().ok_or("the chain is empty")?;
    let decision = DecisionHash(Sha256::of(b"an example decides nothing"));
    let attributes = cms::signed_attributes(delta.digests(&base).signed, signer, decision);
    let signature = cms::assemble(&attributes, &key.sign_now(&attributes), &chain)?;
    let whole = [base.as_slice(), &delta.embed(&signature)?].concat();
    fs::write(&options.output, &whole)?;

    if let Some(path) = options.values.get("draw") {
        let page = match recipe.appearance {
            Appearance::Invisible => 0,
            Appearance::Stamp { page, .. } => page,
        };
        let drawing = render::Drawing::of(&read::open(&whole)?, &Arc::new(whole.clone()))?;
        fs::write(path, drawing.page_png(page, 1080)?)?;
    }
    Ok(())
}

fn recipe(options: &Options, document: &read::Document<'_>, images: &mut Images) -> Result<Recipe> {
    let used = document.field_names().len();
    let field = options.values.get("field").cloned();
    Ok(Recipe {
        builder: BUILDER.to_owned(),
        field: field.unwrap_or_else(|| format!("trien-{used}")),
        name: Text::new("Nguyễn Thị Hạnh")?,
        reason: Some(Text::new("Phê duyệt (ký số cá nhân)")?),
        location: Some(Text::new("xã Minh Tân")?),
        offset_minutes: 420,
        appearance: appearance(options, document, images)?,
        target: Target::New,
        fill: Vec::new(),
    })
}

fn appearance(
    options: &Options,
    document: &read::Document<'_>,
    images: &mut Images,
) -> Result<Appearance> {
    if options.values.contains_key("invisible") {
        return Ok(Appearance::Invisible);
    }
    let last = document.pages().len() - 1;
    let page = u32::try_from(options.number("page", i64::try_from(last)?)?)?;
    let shown = document.pages().get(usize::try_from(page)?).ok_or("no such page")?;
    let rect = match options.values.get("rect") {
        None => inspect::default_rect(PageSize::of(shown), document.signatures().len()),
        Some(text) => {
            let edges: Vec<i32> =
                text.split(',').map(str::parse).collect::<std::result::Result<_, _>>()?;
            let [left, bottom, right, top] = edges[..] else { return Err("--rect L,B,R,T".into()) };
            Rect { left, bottom, right, top }
        }
    };
    let image = match options.values.get("image") {
        None => None,
        Some(path) => {
            let image = normalise(&fs::read(path)?)?;
            let name = image.name();
            images.insert(image);
            Some(name)
        }
    };
    let mut lines = vec![
        Line::Text { text: Text::new("Người ký: Nguyễn Thị Hạnh")? },
        Line::Text { text: Text::new("Chức vụ: Chủ tịch")? },
        Line::Text { text: Text::new("Cơ quan: Ủy ban nhân dân xã Minh Tân")? },
        Line::SignedAt { label: Text::new("Thời gian ký")? },
    ];
    let wanted = usize::try_from(options.number("lines", 4)?)?;
    lines.drain(..lines.len().saturating_sub(wanted));
    Ok(Appearance::Stamp { page, rect, lines, image })
}

struct Options {
    input: String,
    output: String,
    values: BTreeMap<String, String>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let (mut files, mut values) = (Vec::new(), BTreeMap::new());
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--") {
                Some("invisible") => {
                    values.insert("invisible".to_owned(), String::new());
                }
                Some(name) => {
                    let value = arguments.next().ok_or(format!("--{name} needs a value"))?;
                    values.insert(name.to_owned(), value);
                }
                None => files.push(argument),
            }
        }
        let [input, output] = <[String; 2]>::try_from(files).map_err(|_| "stamp IN OUT …")?;
        Ok(Self { input, output, values })
    }

    fn required(&self, name: &str) -> Result<&str> {
        Ok(self.values.get(name).ok_or(format!("--{name} is needed"))?)
    }

    fn number(&self, name: &str, default: i64) -> Result<i64> {
        Ok(self.values.get(name).map_or(Ok(default), |text| text.parse())?)
    }
}
