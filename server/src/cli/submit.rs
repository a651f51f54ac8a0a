//! `trien submit`.

mod find;
mod typed;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use reqwest::multipart::{Form, Part};
use trien_core::classification::Claimed;
use trien_core::digest::Sha256;
use trien_core::document::{MAX_DOCUMENT_BYTES, Metadata, Text, Urgency};
use trien_core::id::RequestId;
use trien_core::papers::OnPaper;
use trien_core::pdf::placement::{Occurrence, Side};
use trien_core::pdf::recipe::Fill;
use trien_core::request::{Quorum, Role};
use trien_core::wire::{
    Numbering, PersonView, Submission, Submitted, SubmittedAppearance, SubmittedField,
    SubmittedSigner, SubmittedStep, UnitView,
};

use find::{find_copy, find_person, find_template, find_unit, standing_units};
use typed::{AddedField, Size, Stamp, Step, filled, on_paper, side, urgency};

use super::CliError;
use super::init::text;
use super::remote::{Remote, RemoteArgs};

/// Queue a PDF for signing
///
/// Signers are named by id or by full name (see `trien person list`). Repeating the command with
/// the same file and words queues nothing twice.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("place").args(["stamp", "beside", "into_field"]))]
#[command(after_help = "Examples:
  trien submit qd.pdf --signer \"Nguyễn Văn An\" --kind \"Quyết định\" \\
      --issuer \"UBND tỉnh X\" --subject \"Phê duyệt dự toán\" --number 120/QĐ-UBND
  trien submit qd.pdf … --step \"review:Trần Thị Bình\" --step \"approve:Nguyễn Văn An\"
  trien submit qd.pdf … --add-field number=1:90,700,260,720
  trien submit qd.pdf … --add-field so=1:90,700,260,720 --step \"approve:Nguyễn Văn An\" \\
      --step \"seal:Văn thư\" --register QĐ-UBND --number-field so
  trien submit qd-signed.pdf … --step \"seal:Văn thư\" --fill number=120/QĐ-UBND
  trien submit qd.pdf … --kind \"Quyết định\" --template \"Quyết định của Chủ tịch\"
  trien submit qd-2.pdf … --supersedes REQUEST
  trien submit qd.pdf … --signer ID --stamp 1:300,80,560,160 --image chu-ky.png
  trien submit qd.pdf … --signer ID --beside \"CHỦ TỊCH\" --size 200x60 --image chu-ky.png")]
pub struct SubmitArgs {
    /// The document, PDF
    file: PathBuf,
    /// Who signs, by id or full name; several sign in any order
    #[arg(long, value_name = "PERSON", required_unless_present_any = ["steps", "template"])]
    signer: Vec<String>,
    /// One step of a longer route, in order: review, initial, approve or seal, and its people
    #[arg(long = "step", value_name = "ROLE:PERSON[;PERSON…]", conflicts_with = "signer")]
    steps: Vec<Step>,
    /// The template that says who signs, by id or name (see `trien template list`); its posts are resolved now
    #[arg(
        long,
        value_name = "TEMPLATE",
        conflicts_with_all = ["signer", "steps", "place", "invisible", "add_field", "fill", "register"]
    )]
    template: Option<String>,
    /// Abstract (trích yếu)
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    subject: Text<500>,
    /// Kind (loại văn bản)
    #[arg(long, value_name = "TEXT", default_value = "Văn bản", value_parser = text::<100>)]
    kind: Text<100>,
    /// The issuing unit as written on the document [default: the unit's name]
    #[arg(long, value_name = "TEXT", value_parser = text::<200>)]
    issuer: Option<Text<200>>,
    /// Number and notation (số, ký hiệu), when already reserved
    #[arg(long, value_name = "TEXT", value_parser = text::<41>)]
    number: Option<Text<41>>,
    /// How soon: normal, urgent, very-urgent or flash
    #[arg(long, default_value = "normal", value_parser = urgency)]
    urgency: Urgency,
    /// The unit that submits [default: the only one]
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// Where the stamp goes, in points from the lower left; page -1 is the last
    #[arg(long, value_name = "PAGE:LEFT,BOTTOM,RIGHT,TOP", allow_hyphen_values = true)]
    stamp: Option<Stamp>,
    /// Put the stamp beside a text of the document, where it stands last: whole words of one line,
    /// capitals as in the document
    #[arg(long, value_name = "TEXT", value_parser = text::<200>)]
    beside: Option<Text<200>>,
    /// On which side of that text: below, above, left, right or over
    #[arg(long, default_value = "below", value_parser = side, requires = "beside")]
    side: Side,
    /// Size of the stamp beside a text, in points
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "180x56", requires = "beside")]
    size: Size,
    /// Picture in the stamp, PNG; with --stamp, --beside or --into-field
    #[arg(long, value_name = "FILE", requires = "place")]
    image: Option<PathBuf>,
    /// Sign without a stamp
    #[arg(long, conflicts_with_all = ["place", "image"])]
    invisible: bool,
    /// Sign in the signature field of this name, which waits in the document
    #[arg(long, value_name = "FIELD")]
    into_field: Option<String>,
    /// Add an empty text field before anybody signs, such as for number or date; may be repeated
    #[arg(long, value_name = "NAME=PAGE:LEFT,BOTTOM,RIGHT,TOP")]
    add_field: Vec<AddedField>,
    /// What the step of the role seal writes into a field and locks; may be repeated
    #[arg(long, value_name = "NAME=TEXT", value_parser = filled, requires = "steps")]
    fill: Vec<Fill>,
    /// Further files that belong to the document
    #[arg(long, value_name = "FILE")]
    attachment: Vec<PathBuf>,
    /// Let the register give number and date when the seal's step opens: what stands after the number, and the fields into
    /// which the seal writes them
    #[arg(long, value_name = "NOTATION", value_parser = text::<30>, requires = "number_field", conflicts_with = "number")]
    register: Option<Text<30>>,
    /// The field for number and notation
    #[arg(long, value_name = "FIELD", value_parser = text::<200>, requires = "register")]
    number_field: Option<Text<200>>,
    /// The field for the date
    #[arg(long, value_name = "FIELD", value_parser = text::<200>, requires = "register")]
    date_field: Option<Text<200>>,
    /// Who gets a copy once all have signed: a unit or a person, by id or name; may be repeated
    #[arg(long = "copy", value_name = "UNIT|PERSON")]
    copies: Vec<String>,
    /// Why it also goes on paper: legislation, finance, personnel, complaints, or other:REASON
    #[arg(long, value_name = "REASON", value_parser = on_paper)]
    on_paper: Option<OnPaper>,
    /// By when it is to be decided, in working hours of the office's calendar
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=2000))]
    within_hours: Option<u32>,
    /// Put it in the place of this request, as a new version: one that was returned or rejected, or that still waits
    #[arg(long, value_name = "REQUEST")]
    supersedes: Option<RequestId>,
    /// Key of this submission [default: computed from all that is sent]
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: RemoteArgs,
}

impl SubmitArgs {
    fn numbering(&self) -> Option<Numbering> {
        Some(Numbering {
            notation: self.register.clone()?,
            number_field: self.number_field.clone()?,
            date_field: self.date_field.clone(),
        })
    }
}

/// Runs the command.
pub async fn run(args: SubmitArgs) -> Result<ExitCode, CliError> {
    let document = read(&args.file)?;
    let remote = Remote::new(&args.remote)?;
    let units = standing_units(&remote).await?;
    let unit = find_unit(&units, args.unit.as_deref())?;
    let people: Vec<PersonView> = remote.json(remote.get("/api/v1/people")).await?;
    let mut submission = describe(&args, &unit, &people, &document)?;
    let copies = args.copies.iter().map(|wanted| find_copy(&units, &people, wanted));
    submission.copies = copies.collect::<Result<_, _>>()?;
    submission.template = match &args.template {
        None => None,
        Some(wanted) => Some(find_template(&remote, wanted).await?),
    };
    let parts = Parts::collect(&args, &submission, document)?;
    let key = args.idempotency_key.clone().unwrap_or_else(|| parts.key());
    let request = remote.post("/api/v1/requests").header("idempotency-key", key);
    let submitted: Submitted = remote.json(request.multipart(parts.form())).await?;
    if args.json {
        let text = serde_json::to_string_pretty(&submitted);
        println!("{}", text.map_err(|error| CliError::failed("cannot print", error))?);
    } else {
        println!("{}", submitted.request);
        eprintln!("queued at {}; follow it with `trien request show`", submitted.queued_at);
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(
    args: &SubmitArgs,
    unit: &UnitView,
    people: &[PersonView],
    document: &[u8],
) -> Result<Submission, CliError> {
    let issuer = match &args.issuer {
        Some(issuer) => issuer.clone(),
        None => {
            Text::new(&unit.name).map_err(|error| CliError::Usage(format!("--issuer: {error}")))?
        }
    };
    let simple = [Step { role: Role::Approve, people: args.signer.clone() }];
    let steps =
        if args.steps.is_empty() && args.template.is_none() { &simple[..] } else { &args.steps };
    let steps = steps.iter().map(|step| describe_step(args, step, people));
    Ok(Submission {
        unit: unit.id,
        metadata: Metadata {
            number: args.number.clone(),
            subject: args.subject.clone(),
            kind: args.kind.clone(),
            issuer,
            urgency: args.urgency,
        },
        classification: Claimed::Open,
        sha256: Some(Sha256::of(document)),
        steps: steps.collect::<Result<_, _>>()?,
        template: None,
        copies: Vec::new(),
        on_paper: args.on_paper.clone(),
        expires_at: None,
        within_hours: args.within_hours,
        supersedes: args.supersedes,
        fields: args.add_field.iter().map(describe_field).collect::<Result<_, _>>()?,
        numbering: args.numbering(),
    })
}

fn describe_field(field: &AddedField) -> Result<SubmittedField, CliError> {
    let AddedField { name, stamp: Stamp { page, rect } } = field;
    let label =
        Text::new(name).map_err(|error| CliError::Usage(format!("--add-field: {error}")))?;
    Ok(SubmittedField { name: name.clone(), label, page: *page, rect: *rect })
}

fn describe_step(
    args: &SubmitArgs,
    step: &Step,
    people: &[PersonView],
) -> Result<SubmittedStep, CliError> {
    let appearance = step.role.signs_document().then(|| appearance(args)).flatten();
    let signers = step.people.iter().map(|wanted| {
        let person = find_person(people, wanted)?;
        let fill = if step.role == Role::Seal { args.fill.clone() } else { Vec::new() };
        Ok(SubmittedSigner { person, appearance: appearance.clone(), fill })
    });
    let signers = signers.collect::<Result<_, CliError>>()?;
    Ok(SubmittedStep { role: step.role, quorum: Quorum::All, signers })
}

fn appearance(args: &SubmitArgs) -> Option<SubmittedAppearance> {
    if args.invisible {
        return Some(SubmittedAppearance::Invisible);
    }
    let (lines, image) = (None, args.image.as_deref().map(file_name));
    if let Some(name) = args.into_field.clone() {
        return Some(SubmittedAppearance::Field { name, lines, image });
    }
    if let Some(text) = args.beside.clone() {
        let (occurrence, page, side) = (Occurrence::Last, None, args.side);
        let Size { width, height } = args.size;
        return Some(SubmittedAppearance::Beside {
            text,
            occurrence,
            page,
            side,
            width,
            height,
            lines,
            image,
        });
    }
    args.stamp.map(|Stamp { page, rect }| SubmittedAppearance::Stamp { page, rect, lines, image })
}

/// One file of the multipart body.
#[derive(Debug)]
struct File {
    part: &'static str,
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

/// The multipart body before it is sent.
#[derive(Debug)]
struct Parts {
    description: Vec<u8>,
    files: Vec<File>,
}

impl Parts {
    fn collect(
        args: &SubmitArgs,
        submission: &Submission,
        document: Vec<u8>,
    ) -> Result<Self, CliError> {
        let description = serde_json::to_vec(submission)
            .map_err(|error| CliError::failed("cannot write the description", error))?;
        let mut files = vec![File {
            part: "document",
            name: file_name(&args.file),
            media_type: "application/pdf",
            bytes: document,
        }];
        for path in &args.attachment {
            files.push(File {
                part: "attachment",
                name: file_name(path),
                media_type: "application/octet-stream",
                bytes: read(path)?,
            });
        }
        if let Some(path) = &args.image {
            files.push(File {
                part: "image",
                name: file_name(path),
                media_type: "image/png",
                bytes: read(path)?,
            });
        }
        Ok(Self { description, files })
    }

    fn key(&self) -> String {
        let mut digests = Sha256::of(&self.description).to_string();
        for file in &self.files {
            let _ = write!(digests, " {} {}", file.name, Sha256::of(&file.bytes));
        }
        format!("cli-{}", Sha256::of(digests.as_bytes()))
    }

    fn form(self) -> Form {
        let description = Part::bytes(self.description).mime_str("application/json");
        let mut form = Form::new();
        if let Ok(part) = description {
            form = form.part("request", part);
        }
        for file in self.files {
            let part = Part::bytes(file.bytes).file_name(file.name);
            if let Ok(part) = part.mime_str(file.media_type) {
                form = form.part(file.part, part);
            }
        }
        form
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| "document.pdf".into(), |n| n.to_string_lossy().into_owned())
}

// What the server would refuse is not sent: it may hang up before all of it has come, and its reason is lost then.
fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    super::verify::read(path, MAX_DOCUMENT_BYTES)
}
