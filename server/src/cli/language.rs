//! The language of what a command tells people.

use crate::text::Language;

/// `--lang`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct LanguageArgs {
    /// Language of the texts: vi or en [default: by `LC_ALL`, `LC_MESSAGES` or `LANG`; else en]
    #[arg(long, value_name = "LANGUAGE", value_parser = parse)]
    lang: Option<Language>,
}

impl LanguageArgs {
    /// What was asked for, or the terminal's language.
    pub fn chosen(self) -> Language {
        self.lang.unwrap_or_else(of_environment)
    }
}

fn parse(text: &str) -> Result<Language, String> {
    match text {
        "vi" => Ok(Language::Vietnamese),
        "en" => Ok(Language::English),
        other => Err(format!("{other:?} is neither vi nor en")),
    }
}

// POSIX: LC_ALL over LC_MESSAGES over LANG.
fn of_environment() -> Language {
    let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match wanted {
        Some(value) if value.starts_with("vi") => Language::Vietnamese,
        _ => Language::English,
    }
}
