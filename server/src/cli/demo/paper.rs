//! The document of the demo: the sample, or the person's own.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use trien_core::document::{Metadata, Text, Urgency};
use trien_core::wire::SubmittedAppearance;

use super::CliError;

const SAMPLE: &[u8] = include_bytes!("../../../assets/sample/quyet-dinh.pdf");
const SAMPLE_DESCRIPTION: &str = include_str!("../../../assets/sample/quyet-dinh.json");
const SAMPLE_STAMP: &[u8] = include_bytes!("../../../assets/sample/chu-ky.png");

/// A document, what the register says of it, and where results go.
#[derive(Debug)]
pub struct Paper {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// What the register says of it.
    pub metadata: Metadata,
    /// How the signature shows; the server's default when absent.
    pub appearance: Option<SubmittedAppearance>,
    /// The stamp's picture, PNG, under the name that `appearance` uses.
    pub stamp: Option<(&'static str, &'static [u8])>,
    /// Who signs.
    pub leader: Role,
    /// Who submits.
    pub clerk: Role,
    folder: PathBuf,
    name: String,
}

/// A person of the demo.
#[derive(Debug, Deserialize)]
pub struct Role {
    /// Full name.
    pub name: Text<200>,
    /// Position.
    pub position: Text<200>,
}

#[derive(Deserialize)]
struct Description {
    metadata: Metadata,
    signer: Role,
    clerk: Role,
    appearance: SubmittedAppearance,
}

impl Paper {
    /// The person's own file, or the sample.
    pub fn choose(file: Option<&Path>, out: Option<&Path>) -> Result<Self, CliError> {
        let sample: Description = serde_json::from_str(SAMPLE_DESCRIPTION)
            .map_err(|error| CliError::failed("the sample's description", error))?;
        let out = out.map(Path::to_owned);
        let Some(file) = file else {
            return Ok(Self {
                bytes: SAMPLE.to_owned(),
                metadata: sample.metadata,
                appearance: Some(sample.appearance),
                stamp: Some(("chu-ky.png", SAMPLE_STAMP)),
                leader: sample.signer,
                clerk: sample.clerk,
                folder: out.unwrap_or_else(|| ".".into()),
                name: "quyet-dinh".to_owned(),
            });
        };
        let bytes = std::fs::read(file).map_err(|error| CliError::file(file, error))?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let beside = file.parent().map(Path::to_owned).filter(|p| p != Path::new(""));
        Ok(Self {
            bytes,
            metadata: Metadata {
                number: None,
                subject: short(&name).unwrap_or(sample.metadata.subject),
                kind: sample.metadata.kind,
                issuer: sample.metadata.issuer,
                urgency: Urgency::Normal,
            },
            appearance: None,
            stamp: None,
            leader: sample.signer,
            clerk: sample.clerk,
            folder: out.or(beside).unwrap_or_else(|| ".".into()),
            name,
        })
    }

    /// The document's file name.
    pub fn file_name(&self) -> String {
        format!("{}.pdf", self.name)
    }

    /// A result beside the document: `NAME.suffix`.
    pub fn result(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("{}.{suffix}", self.name))
    }

    /// A file that is not about this document alone, such as `root.pem`.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder of the pages' pictures.
    pub fn pictures(&self) -> PathBuf {
        self.result("pages")
    }
}

fn short<const MAX: usize>(name: &str) -> Option<Text<MAX>> {
    Text::new(&name.chars().take(MAX).collect::<String>()).ok()
}
