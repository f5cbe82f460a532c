//! Compressed forms of answers that are kept: made when first asked for, then kept beside the answer.
//!
//! What is made for one request alone is compressed on its way out by the framework.

use actix_web::HttpRequest;
use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header};
use actix_web::web::Bytes;
use std::io::Write;
use std::sync::OnceLock;

/// Answers below this size are sent as they are: compressing them costs more than it saves.
pub const WORTH_COMPRESSING: usize = 1024;

/// Made once and sent often, so more work than usual pays.
const BROTLI_QUALITY: u32 = 6;
const BROTLI_WINDOW: u32 = 22;

/// The compressed forms of one answer.
#[derive(Debug, Default)]
pub struct Compressed {
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Compressed {
    /// The form in which the caller would rather have these bytes; none where it wants them plain.
    pub fn chosen(&self, request: &HttpRequest, plain: &Bytes) -> Option<(ContentEncoding, Bytes)> {
        if plain.len() < WORTH_COMPRESSING || !request.headers().contains_key(header::ACCEPT_ENCODING) {
            return None;
        }
        let offered = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
        match AcceptEncoding::parse(request).ok()?.negotiate(offered.iter())? {
            Encoding::Known(ContentEncoding::Brotli) => {
                Some((ContentEncoding::Brotli, self.brotli.get_or_init(|| brotli(plain)).clone()))
            }
            Encoding::Known(ContentEncoding::Gzip) => {
                Some((ContentEncoding::Gzip, self.gzip.get_or_init(|| gzip(plain)).clone()))
            }
            _ => None,
        }
    }
}

fn brotli(plain: &[u8]) -> Bytes {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(plain).expect("a vector takes all that is written");
    writer.into_inner().into()
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(plain).expect("a vector takes all that is written");
    writer.finish().expect("a vector takes all that is written").into()
}
