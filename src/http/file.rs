//! Files as the body of a request or an answer, as they are.

use super::body::{Accepts, Content, media_of, read_bytes};
use super::respond::{ASK_FIRST, DOCX, XLSX, readable};
use super::turn::caller_known;
use crate::error::Error;
use actix_web::body::BoxBody;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, TryIntoHeaderValue,
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload, web};
use futures_util::future::LocalBoxFuture;
use sha2::{Digest, Sha256};

/// The bytes of a file, shared and not copied.
pub type FileBytes = web::Bytes;

/// What a sheet says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Csv,
    Xlsx,
}

/// A sheet that is sent as the whole body.
pub struct SheetFile {
    pub kind: FileKind,
    pub bytes: web::Bytes,
    pub content: Content,
}

impl FromRequest for SheetFile {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (media, bytes, content) = whole_body(&request, payload, Accepts::Sheet).await?;
            let kind = if media == XLSX { FileKind::Xlsx } else { FileKind::Csv };
            Ok(SheetFile { kind, bytes, content })
        })
    }
}

/// Types of files that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    Pdf,
    Jpeg,
    Png,
    Docx,
    Xlsx,
}

impl MediaType {
    pub const ALL: [MediaType; 5] = [MediaType::Pdf, MediaType::Jpeg, MediaType::Png, MediaType::Docx, MediaType::Xlsx];

    pub fn essence(self) -> &'static str {
        match self {
            MediaType::Pdf => "application/pdf",
            MediaType::Jpeg => "image/jpeg",
            MediaType::Png => "image/png",
            MediaType::Docx => DOCX,
            MediaType::Xlsx => XLSX,
        }
    }

    pub fn of(essence: &str) -> Option<MediaType> {
        MediaType::ALL.into_iter().find(|media| media.essence() == essence)
    }
}

/// A file to keep that is sent as the whole body.
pub struct AnyFile {
    pub media: MediaType,
    pub bytes: web::Bytes,
    content: Content,
}

impl AnyFile {
    /// The content of the request: the bytes, and what its address says of them.
    pub fn content_with(&self, said: &[String]) -> Content {
        let mut meaning = Sha256::new_with_prefix(self.content.form);
        for part in said {
            meaning.update(part);
            meaning.update([0]);
        }
        Content { form: self.content.form, meaning: meaning.finalize().into() }
    }
}

impl FromRequest for AnyFile {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (media, bytes, content) = whole_body(&request, payload, Accepts::File).await?;
            let media = MediaType::of(&media).ok_or_else(|| Error::internal("a type that was taken is not known"))?;
            Ok(AnyFile { media, bytes, content })
        })
    }
}

async fn whole_body(
    request: &HttpRequest,
    mut payload: Payload,
    accepts: Accepts,
) -> Result<(String, web::Bytes, Content), Error> {
    caller_known(request).await;
    let bytes = read_bytes(request, &mut payload, accepts).await?.freeze();
    let media = media_of(request).map(|media| media.essence_str().to_owned()).unwrap_or_default();
    let form = Sha256::digest(&bytes).into();
    Ok((media, bytes, Content { form, meaning: form }))
}

/// A file to be saved by whoever asked for it. A browser never shows it as a page of ours.
pub struct Attachment {
    pub bytes: web::Bytes,
    /// Beginning of the hash of the bytes: they never change.
    pub tag: String,
    pub media: MediaType,
    pub name: String,
}

impl Responder for Attachment {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = format!("\"{}\"", self.tag);
        let mut response = readable(request, self.bytes, &tag, self.media.essence(), ASK_FIRST);
        let name =
            ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: self.name.into() };
        let disposition = ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::FilenameExt(name)],
        };
        if let Ok(value) = disposition.try_into_value() {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}
