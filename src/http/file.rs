//! A sheet as the body of a request, as it is.

use super::body::{Accepts, Content, media_of, read_bytes};
use super::respond::XLSX;
use super::turn::caller_known;
use crate::error::Error;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use futures_util::future::LocalBoxFuture;
use sha2::{Digest, Sha256};

/// What a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Csv,
    Xlsx,
}

/// A file that is sent as the whole body.
pub struct SheetFile {
    pub kind: FileKind,
    pub bytes: web::Bytes,
    pub content: Content,
}

impl FromRequest for SheetFile {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            caller_known(&request).await;
            let bytes = read_bytes(&request, &mut payload, Accepts::Sheet).await?.freeze();
            let is_workbook = media_of(&request).is_some_and(|media| media.essence_str() == XLSX);
            let kind = if is_workbook { FileKind::Xlsx } else { FileKind::Csv };
            let form = Sha256::digest(&bytes).into();
            Ok(SheetFile { kind, content: Content { form, meaning: form }, bytes })
        })
    }
}
