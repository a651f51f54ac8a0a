//! `trien calendar`: what the files of working time and notices mean.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::{Date, Weekday, date};
use trien_core::env::{Clock as _, SystemClock, UnixSecond};

use super::{CliError, folder};
use crate::config::{ConfigArgs, ListenArgs};
use crate::flow::calendar::{Calendar, Day};
use crate::flow::notices::Notices;
use crate::text::{first_second, local_date, local_minute};

/// Working hours, holidays and make-up days: what the office's calendar says
///
/// Deadlines, reminders and escalation count working hours. A file calendar.toml in the data folder takes the place of the
/// calendar that comes with the program, and notices.toml that of the rules of reminders; the server reads both when it
/// starts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  trien calendar check
  trien calendar show 2027-02
  trien calendar after 16:00 8 --on 2026-12-31")]
pub struct CalendarArgs {
    #[command(subcommand)]
    command: CalendarCommand,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum CalendarCommand {
    /// Check calendar.toml and notices.toml, and say for which year nothing was announced
    Check,
    /// Show the days of a month
    Show {
        /// The month, such as 2027-02 [default: this one]
        #[arg(value_name = "MONTH", value_parser = month)]
        month: Option<Date>,
    },
    /// Say when so many working hours have passed
    After {
        /// From when, such as 16:00
        #[arg(value_name = "TIME", value_parser = clock)]
        from: i64,
        /// How many hours
        #[arg(value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=2000))]
        hours: u32,
        /// On which day, such as 2026-12-31 [default: today]
        #[arg(long, value_name = "DAY")]
        on: Option<Date>,
    },
}

/// Runs `trien calendar`.
pub fn run(args: &CalendarArgs) -> Result<ExitCode, CliError> {
    let Some(config) = folder::configure(&args.config, &ListenArgs::default())? else {
        return Ok(ExitCode::SUCCESS);
    };
    let calendar = Calendar::of(&config.data);
    let calendar = calendar.map_err(|fault| CliError::Usage(fault.to_string()))?;
    let today = local_date(SystemClock.now().second());
    match &args.command {
        CalendarCommand::Check => check(&calendar, &config.data, today)?,
        CalendarCommand::Show { month } => show(&calendar, month.unwrap_or(today)),
        CalendarCommand::After { from, hours, on } => {
            let midnight = first_second(on.unwrap_or(today)).unwrap_or(UnixSecond::new(0));
            let then = calendar.after(midnight.plus(from * 60), hours * 3600);
            let never = || CliError::Refused("nobody works in the next four years".to_owned());
            println!("{}", local_minute(then.ok_or_else(never)?));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(calendar: &Calendar, data: &Path, today: Date) -> Result<(), CliError> {
    Notices::of(data).map_err(|fault| CliError::Usage(fault.to_string()))?;
    for file in ["calendar.toml", "notices.toml"] {
        println!("{:<14}  good, {}", file, source(data, file));
    }
    println!("hours           {}", calendar.hours());
    if !calendar.has_holidays() {
        println!(
            "holidays        none: copy those of the calendar that comes with the program, or 1 January is a working day"
        );
    }
    for year in calendar.unannounced(today.year()) {
        println!(
            "{year}            the year's days off were not announced or are a draft: \
             copy them from the announcement into calendar.toml"
        );
    }
    Ok(())
}

fn source(data: &Path, file: &str) -> String {
    let path: PathBuf = data.join(file);
    if path.exists() {
        path.display().to_string()
    } else {
        "as it comes with the program".to_owned()
    }
}

fn show(calendar: &Calendar, month: Date) {
    println!("hours       {}", calendar.hours());
    let mut day = month.first_of_month();
    let last = month.last_of_month();
    while day <= last {
        let of = calendar.day(day);
        let what = match &of {
            Day::Works => "works".to_owned(),
            Day::WorksFor(why) => format!("works: {why}"),
            Day::Free => "free".to_owned(),
            Day::Off(why) => format!("off: {why}"),
            Day::OffFor(holiday) => format!("off, made up for: {holiday}"),
        };
        println!("{day}  {}  {what}", weekday(day.weekday()));
        let Ok(next) = day.tomorrow() else { return };
        day = next;
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

fn month(text: &str) -> Result<Date, String> {
    let parts = text.split_once('-');
    let parts = parts.and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
    let first = parts.and_then(|(year, month)| Date::new(year, month, 1).ok());
    let known = |day: &Date| (date(2000, 1, 1)..date(2120, 1, 1)).contains(day);
    first.filter(known).ok_or_else(|| "write a month as 2027-02".to_owned())
}

fn clock(text: &str) -> Result<i64, String> {
    crate::flow::calendar::clock(text).ok_or_else(|| "write a time as 16:00".to_owned())
}
