//! Rows and answers of files.

use crate::db::schema::files;
use crate::db::stored;
use crate::http::{Content, FileBytes, MediaType, Named, versioned};
use crate::units::UnitRef;
use crate::values::{
    ClientId, ContentHash, ExternalId, FileId, LocalDate, PersonId, Timestamp, Title, UnitCode, UnitId, vocabulary,
};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What a file is. Its bytes say so too, or it is refused.
    FileFormat {
        Pdf "PDF" "Văn bản PDF" | "PDF document";
        Jpeg "JPEG" "Ảnh JPEG" | "JPEG picture";
        Png "PNG" "Ảnh PNG" | "PNG picture";
        Docx "DOCX" "Văn bản Word" | "Word document";
        Xlsx "XLSX" "Bảng tính Excel" | "Excel workbook";
    }
}

impl FileFormat {
    pub fn of(media: MediaType) -> FileFormat {
        match media {
            MediaType::Pdf => FileFormat::Pdf,
            MediaType::Jpeg => FileFormat::Jpeg,
            MediaType::Png => FileFormat::Png,
            MediaType::Docx => FileFormat::Docx,
            MediaType::Xlsx => FileFormat::Xlsx,
        }
    }

    pub fn media(self) -> MediaType {
        match self {
            FileFormat::Pdf => MediaType::Pdf,
            FileFormat::Jpeg => MediaType::Jpeg,
            FileFormat::Png => MediaType::Png,
            FileFormat::Docx => MediaType::Docx,
            FileFormat::Xlsx => MediaType::Xlsx,
        }
    }
}

/// A row of `files`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = files, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct FileRow {
    pub id: FileId,
    pub version: i64,
    pub unit_id: UnitId,
    pub unit_date: LocalDate,
    pub content_hash: ContentHash,
    pub byte_count: i64,
    pub name: Title,
    pub format: FileFormat,
    pub author_client_id: Option<ClientId>,
    pub author_person_id: Option<PersonId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

stored!(FileRow, files, "files", "file", |file| Some((file.unit_id, file.unit_date)));

/// A file that is sent, with what its address says of it.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub unit_id: Option<UnitId>,
    pub unit_code: Option<UnitCode>,
    pub name: Title,
    pub media: MediaType,
    pub bytes: FileBytes,
    pub content: Content,
    pub external_id: Option<ExternalId>,
}

impl Named for NewFile {
    fn external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }
}

/// A file (tệp minh chứng). It does not change; its bytes are at `/content`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct File {
    pub id: FileId,
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    /// The unit that keeps it, as it was on `unit_date`.
    pub unit: UnitRef,
    pub unit_date: LocalDate,
    /// Name under which it was sent.
    pub name: Title,
    pub format: FileFormat,
    #[schema(max_length = 100, pattern = "^[a-z0-9.+-]+/[a-z0-9.+-]+$", example = "application/pdf")]
    pub media_type: &'static str,
    #[schema(minimum = 1, maximum = 20_971_520)]
    pub byte_count: i64,
    pub content_hash: ContentHash,
    /// Where its bytes are.
    #[schema(
        max_length = 500,
        pattern = "^[^\\s]+$",
        example = "/v1/files/01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f/content"
    )]
    pub content_url: String,
    pub author_client_id: Option<ClientId>,
    pub external_id: Option<ExternalId>,
    pub created_at: Timestamp,
}

versioned!(File);
