//! `trien verify`: what a stranger finds with nothing but files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use trien_core::certificate::{Certificate, Crl, OcspResponse};
use trien_core::decision::Verb;
use trien_core::delegation::evidence::{self as delegation, DelegationEvidence};
use trien_core::document::MAX_DOCUMENT_BYTES;
use trien_core::env::{Clock as _, SystemClock};
use trien_core::evidence::{Evidence, InvalidEvidence, MAX_EVIDENCE_BYTES};
use trien_core::log::checkpoint::VerifierKey;
use trien_core::pdf::check::Finding as Note;
use trien_core::pdf::clean_copy::CleanCopyMark;
use trien_core::verify::{
    Coverage, Finding, InPlace, LaterChange, Outcome, Proof, Recording, Report, SecondLeaf,
    SignatureKind, SignatureReport, SigningTime, TimestampReport, Trust, Verdict, verify_pdf,
};

use super::CliError;
use super::language::LanguageArgs;
use crate::finding;
use crate::text::{Argument, Language, lookup};

/// Largest certificate, list or key file, in bytes.
const MAX_SMALL_FILE: u64 = 16 * 1024 * 1024;

/// Check a signed document, and that its signature was recorded
///
/// Needs no server. Each signature and timestamp gets five findings: integrity; whether the
/// certificate was valid at signing time, and where that time comes from; key usage; chain;
/// revocation. Certificates, revocation lists and OCSP answers inside the document are used
/// besides those given. Evidence is followed from the signature to the log's signed checkpoint.
///
/// SHA-1, MD5 and RSA keys below 2048 bits are weak: never valid, at best undetermined.
///
/// A decision in another's place (KT., TL., TUQ.) counts only with its delegation: give that among the
/// evidence. Whose requests it covers was judged when the decision was recorded.
///
/// A PDF alone cannot show whether a decision was recorded. Without evidence the recording is
/// reported as not shown and changes nothing; evidence of a refusal makes the document not valid.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code: 0 valid, 1 not valid, 2 cannot be determined.

Examples:
  trien verify 15-QD.signed.pdf --trust root.pem --crl issuing.crl
  trien verify 15-QD.signed.pdf --trust root.pem --crl issuing.crl \\
      15-QD.evidence --log-key log.pub --require-evidence --json
  trien verify 16-QD.signed.pdf --trust root.pem --crl issuing.crl \\
      khue.evidence su.evidence --log-key log.pub --require-evidence
  trien verify 17-QD.signed.pdf --trust root.pem --crl issuing.crl \\
      17-QD.evidence kt-chu-tich.delegation --log-key log.pub")]
pub struct VerifyArgs {
    /// The signed PDF
    #[arg(value_name = "FILE")]
    document: PathBuf,
    /// What shows that a signature was recorded, one for each signer; and delegations
    #[arg(value_name = "EVIDENCE", requires = "log_key")]
    evidence: Vec<PathBuf>,
    /// Certificate to trust, PEM or DER; may be given several times
    #[arg(long, value_name = "ROOT.pem", required = true)]
    trust: Vec<PathBuf>,
    /// Revocation list, PEM or DER; may be given several times
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// Answer of an OCSP responder, DER; may be given several times
    #[arg(long, value_name = "FILE")]
    ocsp: Vec<PathBuf>,
    /// The log's verifier key
    #[arg(long, value_name = "KEY")]
    log_key: Option<PathBuf>,
    /// Unless the evidence shows every signature's decision, the answer is "cannot be determined"
    #[arg(long)]
    require_evidence: bool,
    /// Print the report as JSON (form `trien.verify/1`)
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    language: LanguageArgs,
}

/// What is verified with what.
#[derive(Clone, Debug)]
pub struct Material<'a> {
    /// The signed PDF.
    pub document: &'a Path,
    /// Trust anchors.
    pub anchors: &'a [PathBuf],
    /// Revocation lists.
    pub crls: &'a [PathBuf],
    /// Answers of OCSP responders.
    pub ocsp: &'a [PathBuf],
    /// Evidence; it counts only with the log's key.
    pub evidence: &'a [PathBuf],
    /// The log's verifier key.
    pub log_key: Option<&'a Path>,
}

/// Runs the command.
pub async fn run(args: VerifyArgs) -> Result<ExitCode, CliError> {
    let material = Material {
        document: &args.document,
        anchors: &args.trust,
        crls: &args.crl,
        ocsp: &args.ocsp,
        evidence: &args.evidence,
        log_key: args.log_key.as_deref(),
    };
    let report = check(&material)?;
    let report = if args.require_evidence { report.requiring_evidence() } else { report };
    if args.json {
        let json = serde_json::to_string_pretty(&report)
            .map_err(|error| CliError::failed("cannot print the report", error))?;
        println!("{json}");
    } else {
        print!("{}", to_text(&report, args.language.chosen()));
    }
    Ok(ExitCode::from(report.verdict.exit_code()))
}

/// Verifies files.
pub fn check(material: &Material<'_>) -> Result<Report, CliError> {
    let mut anchors = Vec::new();
    for path in material.anchors {
        anchors.extend(certificates(path)?);
    }
    let crls = material.crls.iter().map(|path| crl(path)).collect::<Result<_, _>>()?;
    let ocsp = material.ocsp.iter().map(|path| ocsp(path)).collect::<Result<_, _>>()?;
    let at = SystemClock.now().second();
    let trust = Trust { anchors, intermediates: Vec::new(), crls, ocsp, at };
    let document = read(material.document, MAX_DOCUMENT_BYTES * 2)?;
    let (mut evidence, mut delegations) = (Vec::new(), Vec::new());
    for path in material.evidence {
        match read_evidence(path)? {
            Given::Decision(one) => evidence.push(*one),
            Given::Delegation(one) => delegations.push(*one),
        }
    }
    let key = material.log_key.map(read_key).transpose()?;
    let (evidence, delegations) = (&evidence[..], &delegations[..]);
    let proof = key.as_ref().map(|key| Proof { evidence, delegations, key });
    Ok(verify_pdf(&document, &trust, proof))
}

/// The report for people.
pub fn to_text(report: &Report, language: Language) -> String {
    let mut text = Text { out: String::new(), language };
    for (index, signature) in report.signatures.iter().enumerate() {
        text.signature(index + 1, signature);
    }
    text.finding("verify-label-document", &report.document);
    text.notes(report);
    text.recordings(&report.recordings);
    let verdict = match report.verdict {
        Verdict::Valid => "verify-verdict-valid",
        Verdict::NotValid => "verify-verdict-not-valid",
        Verdict::Undetermined => "verify-verdict-undetermined",
    };
    let verdict = text.say(verdict, &[]);
    text.out.push_str(&verdict);
    text.out.push('\n');
    text.out
}

struct Text {
    out: String,
    language: Language,
}

impl Text {
    fn signature(&mut self, number: usize, signature: &SignatureReport) {
        let nobody = self.say("verify-no-name", &[]);
        let signer = signature.name.as_deref().unwrap_or(&nobody).to_owned();
        let number = number.to_string();
        let title = match signature.kind {
            SignatureKind::Signature => "verify-signature",
            SignatureKind::DocumentTimestamp => "verify-document-timestamp",
        };
        let title = self.say(title, &[("number", &number), ("signer", &signer)]);
        self.out.push_str(&title);
        self.out.push('\n');
        self.finding("verify-label-integrity", &signature.integrity);
        if let Some(algorithm) = &signature.algorithm {
            self.line("", "", algorithm);
        }
        self.finding("verify-label-validity", &signature.validity);
        self.finding("verify-label-key-usage", &signature.key_usage);
        self.finding("verify-label-chain", &signature.chain);
        if !signature.policies.is_empty() {
            let policies = signature.policies.join(", ");
            let policies = self.say("verify-policies", &[("policies", &policies)]);
            self.line("", "", &policies);
        }
        self.finding("verify-label-revocation", &signature.revocation);
        for timestamp in &signature.timestamps {
            self.timestamp(timestamp);
        }
        let time = match signature.time {
            SigningTime::Timestamp { .. } => "verify-time-timestamp",
            SigningTime::LogReceipt { .. } => "verify-time-log-receipt",
            SigningTime::Claimed { .. } => "verify-time-claimed",
            SigningTime::Verification { .. } => "verify-time-verification",
        };
        let at = signature.time.at().to_string();
        let time = self.say(time, &[("time", &at)]);
        self.line("verify-label-time", "", &time);
        let covers = match signature.coverage {
            Coverage::WholeFile => "verify-covers-whole-file",
            Coverage::EarlierRevision { .. } => "verify-covers-earlier-revision",
            Coverage::UnsignedChangesFollow { .. } => "verify-covers-unsigned-changes",
        };
        let covers = self.say(covers, &[]);
        self.line("verify-label-covers", "", &covers);
        signature.changes.iter().for_each(|change| self.later(change));
    }

    fn later(&mut self, later: &LaterChange) {
        self.finding("verify-label-changed", &later.finding);
        let mut text = self.say(&format!("verify-change-{}", later.change.kind.slug()), &[]);
        if !later.change.pages.is_empty() {
            let pages: Vec<String> =
                later.change.pages.iter().map(|n| (n + 1).to_string()).collect();
            let pages = self.say("verify-change-on-pages", &[("pages", &pages.join(", "))]);
            text.push_str(&format!(" ({pages})"));
        }
        self.line("", "", &text);
    }

    /// One line for a timestamp that holds; one for each of its faults otherwise.
    fn timestamp(&mut self, timestamp: &TimestampReport) {
        let nobody = self.say("verify-no-name", &[]);
        let name = timestamp.name.clone().unwrap_or(nobody);
        let at = timestamp.at.map(|at| at.to_string()).unwrap_or_default();
        let text = self.say("verify-stamped", &[("name", &name), ("time", &at)]);
        let faults: Vec<&Finding> =
            timestamp.findings().into_iter().filter(|it| it.outcome != Outcome::Ok).collect();
        let outcome = if faults.is_empty() { self.say("verify-ok", &[]) } else { String::new() };
        self.line("verify-label-timestamp", &outcome, &text);
        for fault in faults {
            self.finding("", fault);
        }
    }

    fn recordings(&mut self, recordings: &[Recording]) {
        if recordings.is_empty() {
            let text = self.say("verify-not-shown", &[]);
            self.line("verify-label-recording", "", &text);
        }
        for recording in recordings {
            self.recording(recording);
        }
    }

    fn notes(&mut self, report: &Report) {
        // Signatures are told one by one.
        let notes = report.notes.iter();
        for note in notes.filter(|note| !matches!(note, Note::SignedBefore { .. })) {
            let text = finding::text(*note, self.language);
            self.line("verify-label-note", "", &text);
        }
        if let Some(CleanCopyMark { original, reason, removed }) = &report.clean_copy {
            let (original, removed) = (original.to_string(), removed.join(", "));
            let arguments =
                [("original", &*original), ("reason", &**reason), ("removed", &*removed)];
            let key = if removed.is_empty() {
                "verify-clean-copy-of"
            } else {
                "verify-clean-copy-without"
            };
            let text = self.say(key, &arguments);
            self.line("", "", &text);
        }
    }

    fn recording(&mut self, recording: &Recording) {
        match recording {
            Recording::Broken { finding } => self.finding("verify-label-recording", finding),
            Recording::Shown {
                verb,
                log,
                index,
                size,
                at,
                decided_by,
                in_place,
                document_signature,
                finding,
                ..
            } => {
                self.finding("verify-label-recording", finding);
                let verb = match verb {
                    Verb::Approve => "verify-verb-approve",
                    Verb::Reject => "verify-verb-reject",
                    Verb::Return => "verify-verb-return",
                };
                let verb = self.say(verb, &[]);
                let (index, size, at) = (index.to_string(), size.to_string(), at.to_string());
                let arguments = [
                    ("verb", &*verb),
                    ("index", &*index),
                    ("log", log),
                    ("size", &*size),
                    ("time", &*at),
                ];
                let text = self.say("verify-recording-shown", &arguments);
                self.line("", "", &text);
                if let Some(name) = decided_by {
                    let text = self.say("verify-decided-by", &[("name", &**name)]);
                    self.line("", "", &text);
                }
                if let Some(place) = in_place {
                    self.in_place(place);
                }
                if let Some(second) = document_signature {
                    self.second_leaf(**second);
                }
            }
        }
    }

    /// What became of the document signature by a foreign key; that nothing shows it is the finding.
    fn second_leaf(&mut self, second: SecondLeaf) {
        let (key, index, at) = match second {
            SecondLeaf::NotShown => return,
            SecondLeaf::Signed { index, at } => ("verify-second-leaf-signed", index, at),
            SecondLeaf::Expired { index, at } => ("verify-second-leaf-expired", index, at),
            SecondLeaf::Withdrawn { index, at } => ("verify-second-leaf-withdrawn", index, at),
        };
        let (index, at) = (index.to_string(), at.to_string());
        let text = self.say(key, &[("index", &*index), ("time", &*at)]);
        self.line("", "", &text);
    }

    /// In whose place it was decided, such as "KT. CHỦ TỊCH".
    fn in_place(&mut self, place: &InPlace) {
        let (starts, ends) = (place.starts.to_string(), place.ends.to_string());
        let of = place.of.to_uppercase();
        let arguments = [
            ("form", place.form.abbreviation()),
            ("of", &*of),
            ("name", &*place.name),
            ("by", &*place.by),
            ("starts", &*starts),
            ("ends", &*ends),
        ];
        let text = self.say("verify-in-place", &arguments);
        self.line("", "", &text);
    }

    fn finding(&mut self, label: &str, finding: &Finding) {
        let outcome = match finding.outcome {
            Outcome::Ok => "verify-ok",
            Outcome::Failed => "verify-failed",
            Outcome::CannotBeDetermined => "verify-cannot-be-determined",
        };
        let outcome = self.say(outcome, &[]);
        let mut text = self.say(&format!("verify-{}", finding.reason.slug()), &[]);
        if !finding.detail.is_empty() {
            text.push_str(&format!(" ({})", finding.detail));
        }
        self.line(label, &outcome, &text);
    }

    fn line(&mut self, label: &str, outcome: &str, text: &str) {
        let label = if label.is_empty() { String::new() } else { self.say(label, &[]) };
        self.out.push_str(&format!("  {label:<14}{outcome:<10}{text}\n"));
    }

    fn say(&self, key: &str, arguments: &[(&'static str, &str)]) -> String {
        let arguments: Vec<Argument<'_>> =
            arguments.iter().map(|(name, value)| Argument { name, value }).collect();
        lookup(self.language, key, &arguments).unwrap_or_else(|| key.to_owned())
    }
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, CliError> {
    let bytes = read(path, MAX_SMALL_FILE)?;
    let found = match std::str::from_utf8(&bytes) {
        Ok(pem) if pem.contains("-----BEGIN") => Certificate::parse_pem(pem),
        _ => Certificate::parse(&bytes).map(|certificate| vec![certificate]),
    };
    found.map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}

fn crl(path: &Path) -> Result<Crl, CliError> {
    Crl::parse_file(&read(path, MAX_SMALL_FILE)?)
        .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}

fn ocsp(path: &Path) -> Result<OcspResponse, CliError> {
    OcspResponse::parse(&read(path, MAX_SMALL_FILE)?)
        .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}

/// What a file of evidence is about.
enum Given {
    Decision(Box<Evidence>),
    Delegation(Box<DelegationEvidence>),
}

fn read_evidence(path: &Path) -> Result<Given, CliError> {
    let text = read_text(path, MAX_EVIDENCE_BYTES as u64)?;
    let refused =
        |error: &dyn std::fmt::Display| CliError::Refused(format!("{}: {error}", path.display()));
    if text.starts_with(delegation::HEADER) {
        let read = text.parse().map_err(|error: delegation::InvalidEvidence| refused(&error))?;
        return Ok(Given::Delegation(Box::new(read)));
    }
    let read = text.parse().map_err(|error: InvalidEvidence| refused(&error))?;
    Ok(Given::Decision(Box::new(read)))
}

fn read_key(path: &Path) -> Result<VerifierKey, CliError> {
    let text = read_text(path, MAX_SMALL_FILE)?;
    text.trim().parse().map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}

fn read_text(path: &Path, limit: u64) -> Result<String, CliError> {
    String::from_utf8(read(path, limit)?)
        .map_err(|_| CliError::Usage(format!("{}: not a text file", path.display())))
}

pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, CliError> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(|error| CliError::file(path, error))?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| CliError::file(path, error))?;
    if bytes.len() as u64 > limit {
        return Err(CliError::Usage(format!("{}: larger than {limit} bytes", path.display())));
    }
    Ok(bytes)
}
