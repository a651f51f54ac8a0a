//! `trien attestation`: what a phone's key says of itself, for officers and support.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use trien_core::attestation::{
    AuthorizationList, Fact, KeyDescription, Refusal, SecurityLevel, StatusList, check_chain,
    read_chain, read_roots,
};
use trien_core::certificate::Certificate;
use trien_core::env::{Clock as _, SystemClock};

use super::CliError;
use super::language::LanguageArgs;
use crate::attestation::read_status_list;
use crate::text::{Language, lookup, text};

/// Largest chain or roots file, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// Show what the attestation of a phone's key says
#[derive(Debug, Args)]
pub struct AttestationArgs {
    #[command(subcommand)]
    command: AttestationCommand,
}

#[derive(Debug, Subcommand)]
enum AttestationCommand {
    /// Show a chain, leaf first: its certificates and what it says of the key
    ///
    /// With --roots the chain is followed to a trusted root, at the present time. Nothing is
    /// compared with an enrollment.
    #[command(after_help = "Exit code: 0 shown; 1 the chain leads to none of the roots.

Example:
  trien attestation show chain.pem --roots roots.json --status-list status.json")]
    Show {
        /// The chain in PEM
        #[arg(value_name = "FILE.pem")]
        chain: PathBuf,
        /// Trusted roots, PEM or Google's JSON
        #[arg(long, value_name = "FILE")]
        roots: Option<PathBuf>,
        /// Google's list of revoked attestation certificates
        #[arg(long, value_name = "FILE", requires = "roots")]
        status_list: Option<PathBuf>,
        /// Print it as JSON (form `trien.attestation/1`)
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        language: LanguageArgs,
    },
}

/// Runs the command.
pub fn run(args: AttestationArgs) -> Result<ExitCode, CliError> {
    let AttestationCommand::Show { chain, roots, status_list, json, language } = args.command;
    let unusable = |path: &Path, why: &dyn std::fmt::Display| {
        CliError::Usage(format!("{}: {why}", path.display()))
    };
    let certificates =
        Certificate::parse_pem(&read(&chain)?).map_err(|why| unusable(&chain, &why))?;
    let path = match roots {
        Some(roots) => {
            let trusted = read_roots(&read(&roots)?).map_err(|why| unusable(&roots, &why))?;
            let list = match status_list {
                Some(path) => {
                    read_status_list(&path).map_err(|e| CliError::Usage(e.to_string()))?
                }
                None => StatusList::default(),
            };
            Some(follow(&certificates, &trusted, &list))
        }
        None => None,
    };
    let description = certificates.first().and_then(KeyDescription::of);
    let description = description.ok_or_else(|| unusable(&chain, &Refusal::NoDescription))?;
    let description = description.map_err(|why| unusable(&chain, &why))?;
    if json {
        let json = to_json(&certificates, path, &description);
        println!("{json:#}");
    } else {
        print!("{}", to_text(&certificates, path, &description, language.chosen()));
    }
    Ok(ExitCode::from(u8::from(matches!(path, Some(Err(_))))))
}

fn follow(chain: &[Certificate], roots: &[Certificate], list: &StatusList) -> Result<(), Refusal> {
    let der: Vec<&[u8]> = chain.iter().map(Certificate::der).collect();
    let chain = read_chain(&der)?;
    check_chain(&chain, roots, list, SystemClock.now().second())
}

fn read(path: &Path) -> Result<String, CliError> {
    let size = std::fs::metadata(path).map_err(|error| CliError::file(path, error))?.len();
    if size > MAX_FILE {
        return Err(CliError::Usage(format!("{}: larger than {MAX_FILE} bytes", path.display())));
    }
    std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))
}

fn level_name(level: SecurityLevel) -> &'static str {
    match level {
        SecurityLevel::Software => "software",
        SecurityLevel::TrustedEnvironment => "trusted-environment",
        SecurityLevel::StrongBox => "strongbox",
    }
}

/// As the status list writes it.
fn serial(certificate: &Certificate) -> String {
    certificate.serial().to_string().trim_start_matches('0').to_owned()
}

fn to_json(
    chain: &[Certificate],
    path: Option<Result<(), Refusal>>,
    description: &KeyDescription,
) -> Value {
    let object = |list: &AuthorizationList| {
        let facts = list.facts().into_iter();
        Value::Object(
            facts.map(|fact| (fact.name.to_owned(), fact.value.into())).collect::<Map<_, _>>(),
        )
    };
    let chain = chain.iter().map(|certificate| {
        json!({
            "subject": certificate.subject_text(),
            "serial": serial(certificate),
            "not_before": certificate.not_before(),
            "not_after": certificate.not_after(),
        })
    });
    json!({
        "form": "trien.attestation/1",
        "chain": chain.collect::<Vec<_>>(),
        "path": path.map(|path| path.map_or_else(Refusal::slug, |()| "trusted")),
        "attestation_version": description.attestation_version,
        "attestation_level": level_name(description.attestation_level),
        "keymint_version": description.keymint_version,
        "keymint_level": level_name(description.keymint_level),
        "challenge": hex::encode(&description.challenge),
        "unique_id": hex::encode(&description.unique_id),
        "software": object(&description.software),
        "hardware": object(&description.hardware),
    })
}

fn to_text(
    chain: &[Certificate],
    path: Option<Result<(), Refusal>>,
    description: &KeyDescription,
    language: Language,
) -> String {
    let mut lines = Vec::new();
    for certificate in chain {
        lines.push(format!(
            "{}  ({} {}, {} – {})",
            certificate.subject_text(),
            text(language, "attestation-show-serial"),
            serial(certificate),
            certificate.not_before(),
            certificate.not_after(),
        ));
    }
    lines.push(match path {
        None => text(language, "attestation-show-not-followed"),
        Some(Ok(())) => text(language, "attestation-show-trusted"),
        Some(Err(why)) => {
            lookup(language, &format!("attestation-{}", why.slug()), &[]).unwrap_or_default()
        }
    });
    lines.push(text(
        language,
        match description.level() {
            SecurityLevel::Software => "attestation-show-software",
            SecurityLevel::TrustedEnvironment => "attestation-show-trusted-environment",
            SecurityLevel::StrongBox => "attestation-show-strongbox",
        },
    ));
    lines.push(format!(
        "attestationVersion {}, keyMintVersion {}, attestationChallenge {}",
        description.attestation_version,
        description.keymint_version,
        hex::encode(&description.challenge),
    ));
    for (heading, list) in [
        ("attestation-show-by-hardware", &description.hardware),
        ("attestation-show-by-system", &description.software),
    ] {
        lines.push(text(language, heading));
        let facts = list.facts().into_iter();
        lines.extend(facts.map(|Fact { name, value }| format!("  {name:<28} {value}")));
    }
    lines.push(String::new());
    lines.join("\n")
}
