//! `trien person move`, `trien unit rename`, `merge`, `split` and `dissolve`, and `trien changes`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use trien_core::document::Text;
use trien_core::id::{ChangeId, PersonId, UnitId};

use super::init::text as short;
use super::language::LanguageArgs;
use super::{CliError, folder};
use crate::app::App;
use crate::config::ConfigArgs;
use crate::flow::act::Act;
use crate::flow::change::{
    self, Authority, By, Certificates, Changer, Filed, Item, Keys, Leaving, Line, NewPost, Plan,
    PostChange, PostRef, Reports, Steps, UnitChange, UnitChoices, UnitPlan, words,
};
use crate::text::{Language, local_minute, text};

/// Whether it is done, and what the log says.
#[derive(Debug, Args)]
pub(super) struct DoArgs {
    /// Do what is shown; without it nothing is written
    #[arg(long, requires = "why")]
    yes: bool,
    /// Why, for the log and the report
    #[arg(long, value_name = "TEXT", value_parser = short::<500>)]
    why: Option<Text<500>>,
    #[command(flatten)]
    language: LanguageArgs,
}

impl DoArgs {
    fn act(&self) -> Act {
        Act { why: self.why.clone(), ..Act::COMMAND_LINE }
    }
}

/// `trien person move`.
#[derive(Debug, Args)]
pub(super) struct MoveArgs {
    /// The person
    person: PersonId,
    /// The unit of the new post
    #[arg(long, value_name = "UNIT", requires = "position")]
    unit: Option<UnitId>,
    /// The new position
    #[arg(long, value_name = "POSITION", value_parser = short::<200>, requires = "unit")]
    position: Option<Text<200>>,
    /// What the new position lets its holder do
    #[arg(long, value_enum, requires = "position")]
    authority: Option<AuthorityArg>,
    /// The new post is a further one; nothing ends
    #[arg(long, requires = "position", conflicts_with_all = ["ends", "leaves"])]
    also: bool,
    /// The post ends without a new one
    #[arg(long, conflicts_with_all = ["position", "leaves"])]
    ends: bool,
    /// All posts end
    #[arg(long, value_enum, value_name = "WHY", conflicts_with = "position")]
    leaves: Option<LeavingArg>,
    /// The post that ends, where the person has several
    #[arg(long, value_name = "UNIT/POSITION", value_parser = post)]
    from: Option<PostArg>,
    /// Something else than what is proposed for a thing; may be repeated
    #[arg(long = "choose", value_name = "THING=CHOICE", value_parser = choice)]
    chosen: Vec<ChoiceArg>,
    #[command(flatten)]
    doing: DoArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum AuthorityArg {
    /// Heads the unit
    Chief,
    /// Stands in for its head
    Deputy,
    /// Keeps its documents and seal
    Clerk,
}

impl AuthorityArg {
    pub(super) fn authority(self) -> Authority {
        match self {
            Self::Chief => Authority::Chief,
            Self::Deputy => Authority::Deputy,
            Self::Clerk => Authority::Clerk,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LeavingArg {
    /// Into retirement
    Retires,
    /// To another office, or out of service
    Leaves,
    /// The person died
    Dies,
}

#[derive(Clone, Debug)]
struct PostArg(PostRef);

fn post(typed: &str) -> Result<PostArg, String> {
    let wrong = || "write UNIT/POSITION".to_owned();
    let (unit, title) = typed.split_once('/').ok_or_else(wrong)?;
    let unit = unit.parse().map_err(|_| wrong())?;
    Ok(PostArg(PostRef { unit, title: title.to_owned() }))
}

#[derive(Clone, Debug)]
struct ChoiceArg {
    thing: String,
    choice: String,
}

fn choice(typed: &str) -> Result<ChoiceArg, String> {
    let (thing, choice) =
        typed.split_once('=').ok_or_else(|| "write THING=CHOICE as they are shown".to_owned())?;
    Ok(ChoiceArg { thing: thing.to_owned(), choice: choice.to_owned() })
}

/// Changes somebody's post, or shows what that would do.
pub(super) async fn move_person(app: &App, args: MoveArgs) -> Result<(), CliError> {
    let language = args.doing.language.chosen();
    let change = change_of(app, &args).await?;
    let plan = change::look(app, Changer::CommandLine, args.person, change).await?;
    let chosen: BTreeMap<String, String> =
        args.chosen.iter().map(|it| (it.thing.clone(), it.choice.clone())).collect();
    let unknown = |it: &&ChoiceArg| plan.items.iter().all(|item| item.about.key() != it.thing);
    if let Some(it) = args.chosen.iter().find(unknown) {
        return Err(CliError::Usage(format!("the change touches no {}", it.thing)));
    }
    show_plan(&plan, &chosen, language);
    if !args.doing.yes {
        println!("{}", text(language, "change-dry"));
        return Ok(());
    }
    let act = args.doing.act();
    let report = change::carry_out(app, Changer::CommandLine, &act, plan, &chosen).await?;
    println!("{report}");
    Ok(())
}

async fn change_of(app: &App, args: &MoveArgs) -> Result<PostChange, CliError> {
    if let Some(leaving) = args.leaves {
        return Ok(PostChange::Leaves(match leaving {
            LeavingArg::Retires => Leaving::Retires,
            LeavingArg::Leaves => Leaving::Leaves,
            LeavingArg::Dies => Leaving::Dies,
        }));
    }
    let authority = args.authority.map(AuthorityArg::authority);
    let to = args.unit.zip(args.position.clone());
    let to = to.map(|(unit, title)| NewPost { unit, title, authority });
    if args.also
        && let Some(to) = to
    {
        return Ok(PostChange::Adds(to));
    }
    let from = match &args.from {
        Some(PostArg(from)) => from.clone(),
        None => only_post(app, args.person).await?,
    };
    match to {
        Some(to) => Ok(PostChange::Moves { from, to }),
        None if args.ends => Ok(PostChange::Ends(from)),
        None => {
            let told = "say what changes: --unit and --position, --ends or --leaves";
            Err(CliError::Usage(told.to_owned()))
        }
    }
}

/// The one post that somebody has.
async fn only_post(app: &App, person: PersonId) -> Result<PostRef, CliError> {
    let mut posts = change::posts(app, person).await?;
    match (posts.pop(), posts.is_empty()) {
        (Some(post), true) => Ok(PostRef { unit: post.unit.id, title: post.title }),
        (None, _) => Err(CliError::Refused("the person has no post".to_owned())),
        (Some(last), false) => {
            let all = posts.iter().chain([&last]);
            let all: Vec<String> =
                all.map(|post| format!("--from {}/{}", post.unit.id, post.title)).collect();
            Err(CliError::Usage(format!("several posts; say which: {}", all.join(" or "))))
        }
    }
}

fn show_plan(plan: &Plan, chosen: &BTreeMap<String, String>, language: Language) {
    let word = |key: &str| text(language, key);
    println!("{}: {}", plan.held.name, plan.place());
    for item in &plan.items {
        let key = item.about.key();
        let done = chosen.get(&key).cloned().unwrap_or_else(|| item.proposed.name());
        println!("  {key}={done}  {}", item.about.what());
        if item.fits == Some(false) {
            println!("      {}", word("change-fits-not"));
        }
        for choice in item.choices.iter().filter(|choice| choice.name() != done) {
            println!("      {}{}", choice.name(), named(item, &choice.name()));
        }
    }
}

fn named(item: &Item, choice: &str) -> String {
    let found = item.people.iter().find(|one| choice == format!("to:{}", one.id));
    found.map(|one| format!("  {}, {}", one.name, one.position)).unwrap_or_default()
}

/// Choices for a whole unit.
#[derive(Debug, Args)]
pub(super) struct UnitDoArgs {
    /// Certificates that name the unit as it was
    #[arg(long, value_enum, default_value_t = CertificatesArg::Revoke)]
    certificates: CertificatesArg,
    #[command(flatten)]
    doing: DoArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CertificatesArg {
    /// Revoke them; their holders are invited anew
    Revoke,
    /// Keep them until there are new ones
    Keep,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum KeysArg {
    /// The keys of its document systems end
    End,
    /// They act for the other unit
    Move,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum StepsArg {
    /// They wait for the same people
    Keep,
    /// Their requests are sent back
    Return,
}

impl UnitDoArgs {
    fn choices(&self, keys: Option<KeysArg>, steps: Option<StepsArg>) -> UnitChoices {
        UnitChoices {
            certificates: match self.certificates {
                CertificatesArg::Revoke => Certificates::Revoke,
                CertificatesArg::Keep => Certificates::Keep,
            },
            keys: match keys {
                Some(KeysArg::Move) => Keys::Move,
                _ => Keys::End,
            },
            steps: match steps {
                Some(StepsArg::Return) => Steps::SendBack,
                _ => Steps::Keep,
            },
        }
    }
}

/// Changes a unit, or shows what that would do.
pub(super) async fn change_unit(
    app: &App,
    unit: UnitId,
    change: UnitChange,
    args: &UnitDoArgs,
    (keys, steps): (Option<KeysArg>, Option<StepsArg>),
) -> Result<(), CliError> {
    let language = args.doing.language.chosen();
    let choices = args.choices(keys, steps);
    let plan = change::look_unit(app, Changer::CommandLine, unit, change, choices).await?;
    show_unit_plan(&plan, language);
    if !args.doing.yes {
        println!("{}", text(language, "change-dry"));
        return Ok(());
    }
    let report = change::carry_out_unit(app, Changer::CommandLine, &args.doing.act(), plan).await?;
    println!("{report}");
    Ok(())
}

fn show_unit_plan(plan: &UnitPlan, language: Language) {
    let word = |key: &str| text(language, key);
    println!("{}: {}", word(words::kind(plan.change.name())), plan.unit.name);
    for (thing, deed, count) in &plan.counts {
        println!("  {count:>5}  {}: {}", word(words::thing(thing)), word(words::deed(deed)));
    }
    for line in &plan.lines {
        println!("{}", told(line, language));
    }
}

fn told(line: &Line, language: Language) -> String {
    let word = |key: &str| text(language, key);
    let (thing, deed) = (word(words::thing(&line.thing)), word(words::deed(&line.deed)));
    let detail = words::detail(line, language);
    let whose = if line.name.is_empty() { String::new() } else { format!("{}: ", line.name) };
    let detail = if detail.is_empty() { detail } else { format!(" ({detail})") };
    format!("  {whose}{thing}, {}: {deed}{detail}", line.what)
}

/// Look at the reports of changed posts and units
#[derive(Debug, Args)]
pub struct ChangesArgs {
    #[command(subcommand)]
    command: ChangesCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum ChangesCommand {
    /// List them, newest first
    List {
        #[command(flatten)]
        language: LanguageArgs,
    },
    /// Show what one change did to each thing
    Show {
        /// The report
        report: ChangeId,
        #[command(flatten)]
        language: LanguageArgs,
    },
    /// Write one report as CSV to standard output
    #[command(after_help = "Example:\n  trien changes export ID > bien-ban.csv")]
    Export {
        /// The report
        report: ChangeId,
        #[command(flatten)]
        language: LanguageArgs,
    },
}

/// Runs `trien changes`.
pub async fn run(args: ChangesArgs) -> Result<ExitCode, CliError> {
    let Some(app) = folder::open(&args.config).await? else { return Ok(ExitCode::SUCCESS) };
    let all = Reports::CommandLine;
    match args.command {
        ChangesCommand::List { language } => {
            let mut before = None;
            loop {
                let page = change::list(&app, all, before).await?;
                page.iter().for_each(|filed| println!("{}", head(filed, language.chosen())));
                before = page.last().map(|filed| filed.id);
                if page.len() < change::PAGE as usize {
                    break;
                }
            }
        }
        ChangesCommand::Show { report, language } => {
            let language = language.chosen();
            let report = change::show(&app, all, report).await?;
            println!("{}", head(&report.filed, language));
            report.lines.iter().for_each(|line| println!("{}", told(line, language)));
            let intact = if report.intact { "change-intact" } else { "change-altered" };
            println!("{}", text(language, intact));
        }
        ChangesCommand::Export { report, language } => {
            let report = change::show(&app, all, report).await?;
            let sheet = change::export(&report, language.chosen())?;
            let written = std::io::stdout().write_all(&sheet);
            written.map_err(|error| CliError::failed("the sheet was not written", error))?;
        }
    }
    app.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

fn head(filed: &Filed, language: Language) -> String {
    let by = match &filed.by {
        By::CommandLine => text(language, "console-author-command-line"),
        By::Account(_, name) => name.clone(),
    };
    let (at, kind) = (local_minute(filed.at.second()), text(language, words::kind(&filed.kind)));
    let Filed { id, subject, place, .. } = filed;
    format!("{id}  {at}  {kind}: {subject} {place} ({by})")
}
