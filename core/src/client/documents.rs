//! Documents on the phone: fetched in parts, verified by hash, checked.

use std::io::{Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_RANGE, IF_RANGE, RANGE};
use tokio::io::AsyncWriteExt as _;

use crate::certificate::{Certificate, Crl};
use crate::digest::Sha256;
use crate::document::{DocumentRef, MAX_DOCUMENT_BYTES, PDF};
use crate::id::RequestId;
use crate::pdf::check;
use crate::pdf::geometry::PageSize;
use crate::pdf::inspect::{self, SecrecyMark};
use crate::pdf::read;
use crate::pdf::read::limits::{MAX_SIGNATURES, SIGNATURE_ROOM};
use crate::verify::{Trust, verify_document};
use crate::wire::{Base64, DocumentView, RequestView};

use super::error::{ClientError, DocumentFault};
use super::meanwhile::only_signed;
use super::records::{EarlierSignature, Opened};
use super::state::{CRLS, OpenedRequest, Shown};
use super::store::{Folder, StorageError, io_error};
use super::transport::{Call, Connection};
use super::{Companion, off_thread};

/// Largest document that is fetched, in bytes: the limit at submission and what signatures add.
pub(super) const MAX_BYTES: u64 = MAX_DOCUMENT_BYTES + (MAX_SIGNATURES * SIGNATURE_ROOM) as u64;

/// Tries of one download that each bring something before it breaks off.
const MAX_TRIES: usize = 20;

impl Companion {
    /// Fetches a request's documents and checks them: of all the hash, of every PDF the gate and the
    /// secrecy mark, of the main one the findings. Only then may they be shown or decided on.
    pub async fn open(&self, request: RequestId) -> Result<Opened, ClientError> {
        let view = self.request(request)?;
        let before = self.lock().opened.get(&request).and_then(|it| it.shown.main().cloned());
        let looked = self.look(&view, before).await?;
        Ok(self.remember(looked))
    }

    /// Fetches and checks; `read_before` is the main document as the person has read it.
    pub(super) async fn look(
        &self,
        view: &RequestView,
        read_before: Option<DocumentRef>,
    ) -> Result<Looked, ClientError> {
        self.fetch_all(view).await?;
        let (main, attachments) = view.documents.split_first().ok_or(DocumentFault::Missing)?;
        if main.current.media_type != PDF {
            return Err(DocumentFault::NotPdf(main.current.media_type.clone()).into());
        }
        for attachment in attachments {
            self.look_at_attachment(&attachment.current).await?;
        }
        let bytes = self.document(&main.current).await?;
        let trust = self.trust().await?;
        let judged =
            off_thread("checking a document", move || judge(&bytes, read_before.as_ref(), &trust))
                .await??;
        let shown = Shown::of(view);
        let signed_meanwhile = judged.only_signed.unwrap_or(0);
        let opened = Opened {
            request: view.id,
            revision: view.revision,
            documents: shown.documents.clone(),
            pages: judged.pages,
            findings: judged.findings,
            signatures: judged.signatures,
            signed_meanwhile: u32::try_from(signed_meanwhile).unwrap_or(u32::MAX),
        };
        Ok(Looked { request: OpenedRequest { shown, opened }, only_signed: judged.only_signed })
    }

    /// Whatever an attachment is declared to be: what readers take for a PDF is looked at as one.
    async fn look_at_attachment(&self, wanted: &DocumentRef) -> Result<(), ClientError> {
        let wanted = wanted.clone();
        let bytes = self.on_disk(move |folder| read_verified(folder, &wanted)).await?;
        let bytes = Arc::new(bytes.ok_or(DocumentFault::WrongDigest)?);
        if !inspect::looks_like_pdf(&bytes) {
            return Ok(());
        }
        off_thread("checking an attachment", move || unmarked(&bytes).map(drop)).await?
    }

    /// By whom other signatures on a document may be: people of this office. What is missing here,
    /// such as the lists of other authorities, leaves a question open.
    pub(super) async fn trust(&self) -> Result<Trust, ClientError> {
        let profile = self.profile()?;
        let crls = self.on_disk(|folder| folder.load::<Vec<Base64>>(CRLS)).await?;
        let crls = crls.unwrap_or_default();
        let parse = |der: &Base64| Certificate::parse(&der.0).ok();
        Ok(Trust {
            anchors: self.anchor_record().await?.anchors(&profile),
            intermediates: profile.chain.iter().filter_map(parse).collect(),
            crls: crls.iter().filter_map(|der| Crl::parse(&der.0).ok()).collect(),
            ocsp: Vec::new(),
            at: self.server_now().second(),
        })
    }

    /// From now on this is what the person has before them.
    pub(super) fn remember(&self, looked: Looked) -> Opened {
        let opened = looked.request.opened.clone();
        let mut state = self.lock();
        state.sheets.retain(|sheet| sheet.request != opened.request);
        state.opened.insert(opened.request, looked.request);
        opened
    }

    /// A document's bytes, verified.
    pub(super) async fn document(&self, wanted: &DocumentRef) -> Result<Arc<Vec<u8>>, ClientError> {
        if let Some((sha256, bytes)) = &self.lock().loaded
            && *sha256 == wanted.sha256
        {
            return Ok(Arc::clone(bytes));
        }
        let reference = wanted.clone();
        let read = self.on_disk(move |folder| read_verified(folder, &reference)).await?;
        let bytes = Arc::new(read.ok_or(DocumentFault::WrongDigest)?);
        self.lock().loaded = Some((wanted.sha256, Arc::clone(&bytes)));
        Ok(bytes)
    }

    async fn fetch_all(&self, view: &RequestView) -> Result<(), ClientError> {
        let mut missing = Vec::new();
        for document in &view.documents {
            let (size, limit) = (document.current.size, MAX_BYTES);
            if size > limit {
                return Err(DocumentFault::TooLarge { size, limit }.into());
            }
            let wanted = document.current.clone();
            // What is held but damaged is fetched again.
            let held = self.on_disk(move |folder| read_verified(folder, &wanted)).await?;
            if held.is_none() {
                missing.push(document);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let server = self.connect().await?;
        for document in missing {
            self.fetch(&server, document).await?;
        }
        Ok(())
    }

    async fn fetch(&self, server: &Connection, document: &DocumentView) -> Result<(), ClientError> {
        let (wanted, earlier) = (document.current.clone(), document.earlier.clone());
        let seeded = self.on_disk(move |folder| seed(folder, &wanted, &earlier)).await?;
        match (self.download(server, &document.current).await, seeded) {
            // The office says that a revision continues the one before. Where it does not, the
            // whole is fetched, and its hash decides.
            (Err(ClientError::Document(DocumentFault::WrongDigest)), Part::Seeded) => {
                self.download(server, &document.current).await
            }
            (result, _) => result,
        }
    }

    async fn download(&self, server: &Connection, wanted: &DocumentRef) -> Result<(), ClientError> {
        let part = self.folder.path(&part_name(wanted.sha256));
        let mut tries = 0;
        loop {
            let before = length(&part)?;
            if before < wanted.size {
                tries += 1;
                let result = self.continue_download(server, wanted, &part).await;
                let progress = length(&part)? > before;
                match result {
                    Err(ClientError::Unreachable { .. }) if progress && tries < MAX_TRIES => {
                        continue;
                    }
                    Err(error) => return Err(error),
                    Ok(()) => {}
                }
            }
            let reference = wanted.clone();
            return match self.on_disk(move |folder| finish(folder, &reference)).await? {
                Finished::Complete => Ok(()),
                Finished::Other => Err(DocumentFault::WrongDigest.into()),
            };
        }
    }

    async fn continue_download(
        &self,
        server: &Connection,
        wanted: &DocumentRef,
        part: &Path,
    ) -> Result<(), ClientError> {
        let have = length(part)?;
        let mut call = Call::download(format!("/api/v1/documents/{}", wanted.sha256));
        if have > 0 {
            call = call
                .header(RANGE, &format!("bytes={have}-"))
                .header(IF_RANGE, &format!("\"{}\"", wanted.sha256));
        }
        let mut answer = server.raw(&call).await?;
        let start = match answer.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT => {
                let range = answer.headers().get(CONTENT_RANGE).and_then(|v| v.to_str().ok());
                let range = range.filter(|r| r.starts_with(&format!("bytes {have}-")));
                range.ok_or_else(|| ClientError::UnexpectedAnswer("another range".into()))?;
                have
            }
            status => return Err(ClientError::UnexpectedAnswer(status.to_string())),
        };
        let mut file = open_at(part, start)?;
        let mut left = wanted.size - start;
        let end = loop {
            let chunk = match server.chunk(&mut answer).await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            let Some(rest) = left.checked_sub(chunk.len() as u64) else {
                break Err(ClientError::AnswerTooLarge { limit: wanted.size });
            };
            left = rest;
            file.write_all(&chunk).await.map_err(|source| io_error(part, source))?;
        };
        // What arrived counts, however it ended.
        file.sync_all().await.map_err(|source| io_error(part, source))?;
        end
    }
}

/// A request whose documents are here and checked.
pub(super) struct Looked {
    request: OpenedRequest,
    /// How many signatures were added to what was read before, if nothing else was.
    pub only_signed: Option<usize>,
}

/// What a look at a document's bytes says.
struct Judged {
    pages: Vec<PageSize>,
    findings: Vec<check::Finding>,
    signatures: Vec<EarlierSignature>,
    only_signed: Option<usize>,
}

/// Opens a PDF that bears no secrecy mark.
fn unmarked(file: &Arc<Vec<u8>>) -> Result<read::Document<'_>, ClientError> {
    let document = read::open(file).map_err(ClientError::Unsignable)?;
    // A scan has no text to look at; the office has graded it, and the person sees it.
    match inspect::secrecy_mark(&document, file).map_err(ClientError::Unsignable)? {
        SecrecyMark::Present => Err(ClientError::SecretGrade),
        SecrecyMark::Absent | SecrecyMark::Unreadable => Ok(document),
    }
}

/// `before` is what the person has read; `trust` is whose signatures may have come since.
fn judge(
    file: &Arc<Vec<u8>>,
    before: Option<&DocumentRef>,
    trust: &Trust,
) -> Result<Judged, ClientError> {
    let document = unmarked(file)?;
    // Most documents arrive unsigned, and their bytes need no second digest.
    let (reports, findings) = match document.signatures() {
        [] => (Vec::new(), check::check(&document)),
        _ => {
            let report = verify_document(&document, trust, None);
            (report.signatures, report.notes)
        }
    };
    let signatures =
        document.signatures().iter().zip(reports).map(|(signature, report)| EarlierSignature {
            field: signature.name.clone(),
            signer: signature.signer.clone(),
            signed_at: signature.signed_at.clone(),
            judgement: report.into(),
        });
    Ok(Judged {
        pages: document.pages().iter().map(PageSize::of).collect(),
        findings,
        signatures: signatures.collect(),
        only_signed: before.and_then(|before| only_signed(&document, file, before, trust)),
    })
}

fn part_name(sha256: Sha256) -> String {
    format!("documents/{sha256}.part")
}

fn file_name(sha256: Sha256) -> String {
    format!("documents/{sha256}.pdf")
}

fn read_verified(folder: &Folder, wanted: &DocumentRef) -> Result<Option<Vec<u8>>, StorageError> {
    let bytes = folder.read(&file_name(wanted.sha256))?;
    Ok(bytes
        .filter(|bytes| bytes.len() as u64 == wanted.size && Sha256::of(bytes) == wanted.sha256))
}

enum Part {
    /// Starts with an earlier revision that is held here.
    Seeded,
    /// Starts empty, or with what an earlier try brought.
    Plain,
}

/// Starts a download with the newest earlier revision that is held, so that only the tail travels.
fn seed(
    folder: &Folder,
    wanted: &DocumentRef,
    earlier: &[DocumentRef],
) -> Result<Part, StorageError> {
    let name = part_name(wanted.sha256);
    if folder.path(&name).exists() {
        return Ok(Part::Plain);
    }
    for revision in earlier.iter().rev().filter(|revision| revision.size < wanted.size) {
        if let Some(bytes) = read_verified(folder, revision)? {
            folder.write(&name, &bytes)?;
            return Ok(Part::Seeded);
        }
    }
    Ok(Part::Plain)
}

enum Finished {
    Complete,
    Other,
}

fn finish(folder: &Folder, wanted: &DocumentRef) -> Result<Finished, StorageError> {
    let part = part_name(wanted.sha256);
    let bytes = folder.read(&part)?.unwrap_or_default();
    if bytes.len() as u64 != wanted.size || Sha256::of(&bytes) != wanted.sha256 {
        folder.remove(&part)?;
        return Ok(Finished::Other);
    }
    folder.put(&folder.path(&part), &file_name(wanted.sha256))?;
    Ok(Finished::Complete)
}

fn length(path: &Path) -> Result<u64, StorageError> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(io_error(path, source)),
    }
}

fn open_at(path: &Path, start: u64) -> Result<tokio::fs::File, StorageError> {
    let opened = std::fs::OpenOptions::new().create(true).write(true).truncate(false).open(path);
    let placed = opened.and_then(|mut file| {
        file.set_len(start)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    });
    placed.map(tokio::fs::File::from_std).map_err(|source| io_error(path, source))
}
