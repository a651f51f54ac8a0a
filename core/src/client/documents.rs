//! Documents on the phone: fetched in parts, verified by hash, checked.

use std::sync::Arc;

use reqwest::header::{CONTENT_RANGE, IF_RANGE, RANGE};
use reqwest::{Response, StatusCode};

use crate::certificate::{Certificate, Crl};
use crate::digest::Sha256;
use crate::document::{DocumentRef, MAX_DOCUMENT_BYTES, PDF};
use crate::env::Timestamp;
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
use super::pieces::{self, PIECE_BYTES, Part};
use super::records::{EarlierSignature, Opened};
use super::state::{CRLS, OpenedRequest, Shown};
use super::store::{Folder, StorageError, io_error};
use super::transport::{Call, Connection};
use super::{Companion, cache, off_thread};

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
        let opened = self.remember(looked);
        // Nobody is kept from reading where that cannot be noted.
        let _ = self.note_copy_opened(request).await;
        Ok(opened)
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
        let crls: Option<Vec<Base64>> = self.on_disk(|folder| folder.load_if_sound(CRLS)).await?;
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
        let bytes = match self.read(wanted).await? {
            Some(bytes) => bytes,
            None => self.read_again(wanted).await?,
        };
        let bytes = Arc::new(bytes);
        self.lock().loaded = Some((wanted.sha256, Arc::clone(&bytes)));
        Ok(bytes)
    }

    async fn read(&self, wanted: &DocumentRef) -> Result<Option<Vec<u8>>, ClientError> {
        let wanted = wanted.clone();
        self.on_disk(move |folder| read_verified(folder, &wanted)).await
    }

    /// A document that had to give way to others since it was opened, or was damaged.
    async fn read_again(&self, wanted: &DocumentRef) -> Result<Vec<u8>, ClientError> {
        let view = {
            let state = self.lock();
            let mut views = state.remembered.requests.values();
            let is_wanted = |document: &DocumentView| document.current == *wanted;
            views.find(|view| view.documents.iter().any(is_wanted)).cloned()
        };
        self.fetch_all(&view.ok_or(DocumentFault::WrongDigest)?).await?;
        Ok(self.read(wanted).await?.ok_or(DocumentFault::WrongDigest)?)
    }

    /// Fetches what of a request's documents is not held here.
    pub(super) async fn fetch_all(&self, view: &RequestView) -> Result<(), ClientError> {
        let now = self.setup.clock.now();
        let mut missing = Vec::new();
        for document in &view.documents {
            let (size, limit) = (document.current.size, MAX_BYTES);
            if size > limit {
                return Err(DocumentFault::TooLarge { size, limit }.into());
            }
            let wanted = document.current.clone();
            // What is held but damaged is fetched again.
            if !self.on_disk(move |folder| is_held(folder, &wanted, now)).await? {
                missing.push(document);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        self.make_room(view).await?;
        let server = self.connect().await?;
        for document in missing {
            match self.fetch(&server, document).await {
                Err(ClientError::Storage(StorageError::Full(_))) => {
                    self.make_all_room(view).await?;
                    self.fetch(&server, document).await?;
                }
                fetched => fetched?,
            }
        }
        Ok(())
    }

    async fn fetch(&self, server: &Connection, document: &DocumentView) -> Result<(), ClientError> {
        let turn = Arc::clone(self.lock().fetching.entry(document.current.sha256).or_default());
        let _one_at_a_time = turn.lock().await;
        let (wanted, now) = (document.current.clone(), self.setup.clock.now());
        if self.on_disk(move |folder| is_held(folder, &wanted, now)).await? {
            return Ok(());
        }
        let (wanted, earlier) = (document.current.clone(), document.earlier.clone());
        let seeded = self.on_disk(move |folder| seed(folder, &wanted, &earlier)).await?;
        match (self.download(server, &document.current).await, seeded) {
            // The office says that a revision continues the one before. Where it does not, the
            // whole is fetched, and its hash decides.
            (Err(ClientError::Document(DocumentFault::WrongDigest)), Start::Seeded) => {
                self.download(server, &document.current).await
            }
            (result, _) => result,
        }
    }

    async fn download(&self, server: &Connection, wanted: &DocumentRef) -> Result<(), ClientError> {
        let mut tries = 0;
        loop {
            let sha256 = wanted.sha256;
            let part = self.on_disk(move |folder| open_part(folder, sha256)).await?;
            if part.length() < wanted.size {
                tries += 1;
                let Brought { new, end } = self.continue_download(server, wanted, part).await;
                match end {
                    Err(ClientError::Unreachable { .. }) if new > 0 && tries < MAX_TRIES => {
                        continue;
                    }
                    end => end?,
                }
            }
            let (reference, now) = (wanted.clone(), self.setup.clock.now());
            return match self.on_disk(move |folder| finish(folder, &reference, now)).await? {
                Finished::Complete => Ok(()),
                Finished::Other => Err(DocumentFault::WrongDigest.into()),
            };
        }
    }

    async fn continue_download(
        &self,
        server: &Connection,
        wanted: &DocumentRef,
        part: Part,
    ) -> Brought {
        let have = part.length();
        let mut call = Call::download(format!("/api/v1/documents/{}", wanted.sha256));
        if have > 0 {
            call = call
                .header(RANGE, &format!("bytes={have}-"))
                .header(IF_RANGE, &format!("\"{}\"", wanted.sha256));
        }
        let begun = async {
            let answer = server.raw(&call).await?;
            let start = start_of(&answer, have)?;
            let part = if start == have {
                part
            } else {
                off_thread("writing a document", || part.restart()).await??
            };
            Ok::<_, ClientError>((answer, part))
        };
        match begun.await {
            Ok((answer, part)) => take(server, answer, part, have, wanted.size).await,
            Err(error) => Brought { new: 0, end: Err(error) },
        }
    }
}

/// What one try of a download brought, and how it ended.
struct Brought {
    /// Bytes more than there were.
    new: u64,
    end: Result<(), ClientError>,
}

/// Where in the document an answer begins: after what is here, or at its start.
fn start_of(answer: &Response, have: u64) -> Result<u64, ClientError> {
    match answer.status() {
        StatusCode::OK => Ok(0),
        StatusCode::PARTIAL_CONTENT => {
            let range = answer.headers().get(CONTENT_RANGE).and_then(|v| v.to_str().ok());
            let range = range.filter(|range| range.starts_with(&format!("bytes {have}-")));
            range.ok_or_else(|| ClientError::UnexpectedAnswer("another range".into()))?;
            Ok(have)
        }
        status => Err(ClientError::UnexpectedAnswer(status.to_string())),
    }
}

/// Takes an answer's bytes, up to the document's size. What arrived counts, however it ends.
async fn take(
    server: &Connection,
    mut answer: Response,
    mut part: Part,
    had: u64,
    size: u64,
) -> Brought {
    let mut arrived = Vec::with_capacity(2 * PIECE_BYTES);
    let mut left = size - part.length();
    let mut length = part.length();
    let end = loop {
        let chunk = match server.chunk(&mut answer).await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        let Some(rest) = left.checked_sub(chunk.len() as u64) else {
            break Err(ClientError::AnswerTooLarge { limit: size });
        };
        left = rest;
        arrived.extend_from_slice(&chunk);
        let whole = arrived.len() - arrived.len() % PIECE_BYTES;
        if whole > 0 {
            let rest = arrived.split_off(whole);
            part = match add(part, std::mem::replace(&mut arrived, rest)).await {
                Ok(part) => part,
                Err(error) => return Brought { new: length.saturating_sub(had), end: Err(error) },
            };
            length = part.length();
        }
    };
    let kept = add(part, arrived).await.map(|part| length = part.length());
    Brought { new: length.saturating_sub(had), end: kept.and(end) }
}

async fn add(mut part: Part, bytes: Vec<u8>) -> Result<Part, ClientError> {
    off_thread("writing a document", move || part.add(&bytes).map(|()| part))
        .await?
        .map_err(Into::into)
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

fn open_part(folder: &Folder, sha256: Sha256) -> Result<Part, StorageError> {
    Part::open(folder.document_part(sha256)?, sha256, folder.vault()?)
}

fn read_verified(folder: &Folder, wanted: &DocumentRef) -> Result<Option<Vec<u8>>, StorageError> {
    let path = folder.document(wanted.sha256)?;
    pieces::read(&path, wanted.sha256, wanted.size, folder.vault()?)
}

/// Whether a document is here as it should be; then it counts as opened now.
fn is_held(folder: &Folder, wanted: &DocumentRef, now: Timestamp) -> Result<bool, StorageError> {
    let path = folder.document(wanted.sha256)?;
    let held = pieces::is_whole(&path, wanted.sha256, wanted.size, folder.vault()?)?;
    if held {
        cache::opened_at(&path, now);
    }
    Ok(held)
}

enum Start {
    /// With an earlier revision that is held here.
    Seeded,
    /// Empty, or with what an earlier try brought.
    Plain,
}

/// Starts a download with the newest earlier revision that is held, so that only the tail travels.
fn seed(
    folder: &Folder,
    wanted: &DocumentRef,
    earlier: &[DocumentRef],
) -> Result<Start, StorageError> {
    let path = folder.document_part(wanted.sha256)?;
    if path.exists() {
        return Ok(Start::Plain);
    }
    for revision in earlier.iter().rev().filter(|revision| revision.size < wanted.size) {
        let held = folder.document(revision.sha256)?;
        let vault = folder.vault()?;
        if !pieces::is_whole(&held, revision.sha256, revision.size, Arc::clone(&vault))? {
            continue;
        }
        let mut part = Part::open(path, wanted.sha256, Arc::clone(&vault))?;
        pieces::pass(&held, revision.sha256, revision.size, vault, |piece| part.add(piece))?;
        return Ok(Start::Seeded);
    }
    Ok(Start::Plain)
}

enum Finished {
    Complete,
    Other,
}

fn finish(folder: &Folder, wanted: &DocumentRef, now: Timestamp) -> Result<Finished, StorageError> {
    let part = folder.document_part(wanted.sha256)?;
    if !pieces::is_whole(&part, wanted.sha256, wanted.size, folder.vault()?)? {
        folder.remove_at(&part)?;
        return Ok(Finished::Other);
    }
    cache::opened_at(&part, now);
    let place = folder.document(wanted.sha256)?;
    std::fs::rename(&part, &place).map_err(|source| io_error(&place, source))?;
    Ok(Finished::Complete)
}
