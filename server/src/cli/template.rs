//! `trien template`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, Subcommand};
use trien_core::document::Text;
use trien_core::id::{TemplateId, UnitId};
use trien_core::request::{Quorum, Role};
use trien_core::template::{PostName, TemplateBody, TemplateSigner, TemplateStep, Who};

use super::init::text;
use super::{CliError, folder};
use crate::config::ConfigArgs;
use crate::flow::templates::{
    self, Changer, Draft, Holder, ResolvedSigner, ResolvedStep, TemplateView, VersionView,
};

/// Longest file with a template's body, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// Templates of routes, by unit and kind of document
///
/// A template says which steps documents of a kind go through, and who decides in each: chief, deputy or clerk of the unit
/// that submits or of a named one, or a person. It is for its unit and all below it. Editing makes a new version.
#[derive(Debug, Args)]
pub struct TemplateArgs {
    #[command(subcommand)]
    command: TemplateCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum TemplateCommand {
    /// List what documents of a unit may go by, with those that the unit ended
    List {
        /// The unit
        #[arg(long, value_name = "UNIT")]
        unit: UnitId,
    },
    /// Show a template with its versions and whom it means now
    Show {
        /// The template
        template: TemplateId,
        /// Print the present version's body as JSON, as --file takes it
        #[arg(long)]
        json: bool,
    },
    /// Add a template
    #[command(after_help = "Example:
  trien template add --unit ID --kind \"Quyết định\" --name \"Quyết định của Chủ tịch\" \\
      --step \"review:deputy@ID\" --step approve:chief --step seal:clerk")]
    Add {
        /// The unit that it is for, with all below it
        #[arg(long, value_name = "UNIT")]
        unit: UnitId,
        /// The kind of document that it is for (loại văn bản)
        #[arg(long, value_name = "TEXT", value_parser = text::<100>)]
        kind: Text<100>,
        /// What people call it
        #[arg(long, value_name = "TEXT", value_parser = text::<200>)]
        name: Text<200>,
        #[command(flatten)]
        body: BodyArgs,
        /// Why, at most 500 characters; it is logged
        #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
        why: Option<Text<500>>,
    },
    /// Make a new version of a template
    #[command(after_help = "Example:
  trien template show ID --json > body.json
  trien template edit ID --file body.json --why \"QĐ 15\"")]
    Edit {
        /// The template
        template: TemplateId,
        /// What people call it [default: as before]
        #[arg(long, value_name = "TEXT", value_parser = text::<200>)]
        name: Option<Text<200>>,
        #[command(flatten)]
        body: BodyArgs,
        /// Why, at most 500 characters; it is logged
        #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
        why: Option<Text<500>>,
    },
    /// End a template: it is offered no more
    End {
        /// The template
        template: TemplateId,
        /// Why, at most 500 characters; it is logged
        #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
        why: Option<Text<500>>,
    },
}

/// What a version says.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct BodyArgs {
    /// One step, in order: review, initial, approve or seal, and who: chief, deputy or clerk, of the unit that submits or
    /// with @UNIT of another, or a person's id
    #[arg(long = "step", value_name = "ROLE:WHO[;WHO…]")]
    steps: Vec<Step>,
    /// The whole body as JSON, with appearance, fields and numbering as in a submission
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl BodyArgs {
    fn read(self) -> Result<TemplateBody, CliError> {
        let Some(path) = self.file else {
            let steps = self.steps.into_iter().map(|Step(step)| step).collect();
            return Ok(TemplateBody {
                steps,
                fields: Vec::new(),
                numbering: None,
                copies: Vec::new(),
            });
        };
        let bytes = super::verify::read(&path, MAX_FILE)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
    }
}

/// One step as typed.
#[derive(Clone, Debug)]
struct Step(TemplateStep);

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (role, signers) = text.split_once(':').ok_or("a step is ROLE:WHO")?;
        let role = match role.trim() {
            "review" => Role::Review,
            "initial" => Role::Initial,
            "approve" => Role::Approve,
            "seal" => Role::Seal,
            other => return Err(format!("{other:?} is not review, initial, approve or seal")),
        };
        let signer = |text: &str| {
            Ok(TemplateSigner { who: who(text.trim())?, appearance: None, fill: Vec::new() })
        };
        let signers = signers.split(';').map(signer).collect::<Result<_, String>>()?;
        Ok(Self(TemplateStep { role, quorum: Quorum::All, signers }))
    }
}

fn who(text: &str) -> Result<Who, String> {
    let wrong =
        || format!("{text:?} is not chief, deputy or clerk, with or without @UNIT, or an id");
    if let Ok(person) = text.parse() {
        return Ok(Who::Person { person });
    }
    let (post, unit) = match text.split_once('@') {
        None => (text, None),
        Some((post, unit)) => (post, Some(unit.parse().map_err(|_| wrong())?)),
    };
    let post = PostName::from_name(post).ok_or_else(wrong)?;
    Ok(Who::Post { post, unit })
}

/// Runs `trien template`.
pub async fn run(args: TemplateArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let by = Changer::CommandLine;
    match args.command {
        TemplateCommand::List { unit } => {
            let of = templates::of_any_unit(&app, unit).await?;
            of.offered.iter().chain(&of.ended).for_each(line);
        }
        TemplateCommand::Show { template, json } => {
            let story = templates::any_one(&app, template).await?;
            if json {
                let text = serde_json::to_string_pretty(&story.template.version.body);
                println!("{}", text.map_err(|error| CliError::failed("cannot print", error))?);
            } else {
                line(&story.template);
                story.versions.iter().for_each(version);
            }
        }
        TemplateCommand::Add { unit, kind, name, body, why } => {
            let draft = Draft { name, body: body.read()? };
            println!("{}", templates::add(&app, by, unit, kind, draft, why).await?);
        }
        TemplateCommand::Edit { template, name, body, why } => {
            let present = templates::any_one(&app, template).await?.template.version;
            let before = || Text::new(&present.name);
            let name = name.map_or_else(before, Ok);
            let name = name.map_err(|error| CliError::failed("cannot read the name", error))?;
            let draft = Draft { name, body: body.read()? };
            let new = templates::edit(&app, by, template, present.number, draft, why).await?;
            println!("version {new}");
        }
        TemplateCommand::End { template, why } => {
            let present = templates::any_one(&app, template).await?.template.version.number;
            templates::end(&app, by, template, present, why).await?;
            println!("ended");
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

fn line(template: &TemplateView) {
    let TemplateView { id, unit, kind, version, ended_at } = template;
    let state = match ended_at {
        Some(at) => format!("  (ended {at})"),
        None if template.is_usable() => String::new(),
        None => "  (a post is not held by one person)".to_owned(),
    };
    let (number, name) = (version.number, &version.name);
    println!("{id}  {kind}  {name}  version {number}  {}{state}", unit.name);
}

fn version(version: &VersionView) {
    println!("version {}, made {}: {}", version.number, version.made_at, version.name);
    for (number, step) in (1..).zip(&version.steps) {
        println!("  {number}. {}: {}", role(step.role), signers(step));
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Review => "review",
        Role::Initial => "initial",
        Role::Approve => "approve",
        Role::Seal => "seal",
        Role::Receive => "receive",
    }
}

fn signers(step: &ResolvedStep) -> String {
    let one = |signer: &ResolvedSigner| {
        let said = match signer.who {
            Who::Person { person } => person.to_string(),
            Who::Post { post, unit: None } => post.name().to_owned(),
            Who::Post { post, unit: Some(unit) } => format!("{}@{unit}", post.name()),
        };
        match &signer.holder {
            Holder::One(person) => format!("{said} ({}, {})", person.name, person.position),
            Holder::Nobody => format!("{said} (nobody)"),
            Holder::Several => format!("{said} (several)"),
        }
    };
    let all: Vec<String> = step.signers.iter().map(one).collect();
    match step.quorum {
        Quorum::All => all.join("; "),
        Quorum::AtLeast(count) => format!("at least {count} of {}", all.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_names_role_and_posts() {
        let unit = "01890a5d-ac96-774b-bcce-b302099a8057";
        let Step(step) = format!("review:deputy@{unit}; {unit};clerk").parse().unwrap();
        assert_eq!(step.role, Role::Review);
        let who: Vec<Who> = step.signers.iter().map(|signer| signer.who).collect();
        let deputy = Who::Post { post: PostName::Deputy, unit: Some(unit.parse().unwrap()) };
        let clerk = Who::Post { post: PostName::Clerk, unit: None };
        assert_eq!(who, [deputy, Who::Person { person: unit.parse().unwrap() }, clerk]);
        for wrong in ["approve", "approve:", "approve:boss", "approve:chief@x", "receive:chief"] {
            assert!(wrong.parse::<Step>().is_err(), "{wrong}");
        }
    }
}
