//! `/v1/files`

use super::model::{File, FileRow, NewFile};
use super::{actions, queries};
use crate::access::{FileContentRead, FileRead, FileWrite, Permit};
use crate::db::{Db, Snapshot, Tx};
use crate::error::{Error, Place};
use crate::http::{
    Answer, AnyFile, AnyOf, Attachment, Body, Checked, Cursor, CursorKey, Document, Flag, IfMatch, Limit, Listing,
    MayBeDry, Needed, NoQuery, Page, PageRequest, Query, Write, WriteQuery, WriteWith, base_url, parameters, path_id,
};
use crate::units::{Naming, Territory, UnitChoice, UnitScope};
use crate::values::{ContentHash, ExternalId, FileId, RecordId, Scalar, SearchText, Title, UnitCode, UnitId};
use actix_web::{HttpRequest, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

parameters! {
    /// Parameters of `GET /v1/files`.
    FileQuery {
        unit_id: Option<UnitId>, "Files of this unit and, by `unit_scope`, of those below it";
        unit_code: Option<UnitCode>, "The same, by code: its holder today, else its last holder";
        unit_name: Option<SearchText>, "The same, by exact name without diacritics; several hits are refused with candidates";
        unit_scope: UnitScope, "How far below the unit";
        content_hash: AnyOf<ContentHash>, "Files with these bytes: was it sent already?";
        external_id: AnyOf<ExternalId>, "Files to which the caller gave these ids";
        limit: Limit, "Rows of a page";
        cursor: Option<Cursor>, "Where the page begins";
        with_total: Flag, "Count the rows of all pages";
    }
}

parameters! {
    /// Parameters of `POST /v1/files`.
    NewFileQuery {
        unit_id: Option<UnitId>, "The unit that keeps it; either this or `unit_code`";
        unit_code: Option<UnitCode>, "Code of its holder today, else its last holder";
        name: Needed<Title>, "Name of the file with the ending of its format, as `Quyết định 12.pdf`";
        external_id: Option<ExternalId>, "The caller's own id of the file";
        validate_only: Flag, "Do everything, store nothing, answer 200 with what would have been stored";
    }
}

impl MayBeDry for NewFileQuery {
    fn validate_only(&self) -> bool {
        self.validate_only.0
    }
}

fn describe(row: FileRow, memory: &Snapshot, base_url: &str) -> Result<File, Error> {
    let unit = memory.part::<Territory>().reference(row.unit_id, row.unit_date);
    Ok(File {
        id: row.id,
        version: row.version,
        unit: unit.ok_or_else(|| Error::internal("a file of a unit that is not there"))?,
        unit_date: row.unit_date,
        name: row.name,
        format: row.format,
        media_type: row.format.media().essence(),
        byte_count: row.byte_count,
        content_hash: row.content_hash,
        content_url: format!("{base_url}/v1/files/{}/content", row.id),
        author_client_id: row.author_client_id,
        external_id: row.external_id,
        created_at: row.created_at,
    })
}

/// Danh sách tệp
///
/// Files of the caller's units, those that prove figures of theirs and those of the acts that it reads, newest first.
#[utoipa::path(
    tag = "files", params(FileQuery),
    extensions(("x-permission" = json!("file:read"))),
    responses((status = 200, description = "A page of files", body = Page<File>))
)]
#[get("/files")]
async fn list_files(
    request: HttpRequest,
    permit: Permit<FileRead>,
    db: web::Data<Db>,
    cursors: web::Data<CursorKey>,
    query: Query<FileQuery>,
) -> Result<Listing<Page<File>>, Error> {
    let caller = permit.caller()?;
    let query = query.0.into_inner()?;
    let choice = UnitChoice { id: query.unit_id, code: query.unit_code.clone(), name: query.unit_name.clone() };
    let unit = caller.memory.part::<Territory>().choose(&choice, Naming::Last(db.clock().today()), Place::parameter)?;
    let page = PageRequest { key: &cursors, list: "files", fingerprint: &query.fingerprint, limit: query.limit };
    let after = page.after(query.cursor.as_ref())?.and_then(|values| FileId::parse(values.first()?).ok());
    let (memory, wanted) = (caller.memory.clone(), query.clone());
    let (rows, total) =
        db.read(move |conn| Ok(queries::list(conn, &caller.scope, caller.client_id, &wanted, unit, after)?)).await?;
    let base = base_url(&request);
    let page = page.page(rows, total, |row| vec![row.id.to_string()]);
    Ok(Listing(page.try_map(|row| describe(row, &memory, &base))?))
}

/// Gửi tệp
///
/// Keep a file as it is: evidence of figures, text of acts. The body is the file itself, its name stands
/// in the address. The same bytes under the same name are refused with the file that the unit has already.
#[utoipa::path(
    tag = "files", params(NewFileQuery),
    request_body(description = "The file, as it is; at most 20 MiB", content(
        (String = "application/pdf"), (String = "image/jpeg"), (String = "image/png"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )),
    extensions(("x-permission" = json!("file:write"))),
    responses((status = 201, description = "The file", body = File), (status = 200, description = "What would have been stored (`validate_only`)", body = File))
)]
#[post("/files")]
async fn upload_file(
    request: HttpRequest,
    permit: Permit<FileWrite>,
    db: web::Data<Db>,
    asked: WriteWith<NewFileQuery>,
    file: AnyFile,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let query = asked.query.into_inner()?;
    let unit = (query.unit_id.map(|id| id.to_string()), query.unit_code.as_ref().map(ToString::to_string));
    let said = [query.name.0.to_string(), unit.0.unwrap_or_default(), unit.1.unwrap_or_default()];
    let content = file.content_with(&said);
    let new = NewFile {
        unit_id: query.unit_id,
        unit_code: query.unit_code,
        name: query.name.0,
        media: file.media,
        bytes: file.bytes,
        content,
        external_id: query.external_id,
    };
    let (finder, actor, base) = (caller.clone(), caller.actor.clone(), base_url(&request));
    let found_base = base.clone();
    let make = move |tx: &mut Tx<'_>, new: &NewFile| describe(actions::keep(tx, &caller, new)?, &tx.memory, &base);
    let find = move |tx: &mut Tx<'_>, id: RecordId| {
        let row = actions::visible(tx.conn, finder.readable(), FileId(id.0))?;
        describe(row, &tx.memory, &found_base)
    };
    asked.write.create(&db, actor, Body { value: Checked::new(Ok(new)), content }, make, find).await
}

/// Một tệp
///
/// One file, without its bytes.
#[utoipa::path(
    tag = "files", params(("id" = FileId, Path, description = "File")),
    extensions(("x-permission" = json!("file:read"))),
    responses((status = 200, description = "The file", body = File))
)]
#[get("/files/{id}")]
async fn get_file(
    request: HttpRequest,
    permit: Permit<FileRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Document<File>, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let scope = caller.scope.clone();
    let row = db.read(move |conn| actions::visible(conn, &scope, id)).await?;
    describe(row, &caller.memory, &base_url(&request)).map(Document)
}

/// Nội dung của tệp
///
/// The bytes of a file, as they were sent, to be saved under its name.
#[utoipa::path(
    tag = "files", params(("id" = FileId, Path, description = "File")),
    extensions(("x-permission" = json!("file:read"))),
    responses((status = 200, description = "The bytes", content(
        (String = "application/pdf"), (String = "image/jpeg"), (String = "image/png"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    )))
)]
#[get("/files/{id}/content")]
async fn get_file_content(
    permit: Permit<FileContentRead>,
    db: web::Data<Db>,
    id: web::Path<String>,
    _query: Query<NoQuery>,
) -> Result<Attachment, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    let (row, bytes) = db
        .read(move |conn| {
            let row = actions::visible(conn, &caller.scope, id)?;
            let bytes = queries::content(conn, &row.content_hash)?;
            Ok((row, bytes.ok_or_else(|| Error::internal("a file without its bytes"))?))
        })
        .await?;
    Ok(Attachment {
        bytes: bytes.into(),
        tag: row.content_hash.as_str()[..32].to_owned(),
        media: row.format.media(),
        name: row.name.to_string(),
    })
}

/// Xóa tệp
///
/// Let a file go that proves nothing. A file that a figure rests on, or that belongs to an act, stays.
#[utoipa::path(
    tag = "files", params(("id" = FileId, Path, description = "File"), WriteQuery),
    extensions(("x-permission" = json!("file:write"))),
    responses((status = 204, description = "It is gone; the history keeps that it was"))
)]
#[delete("/files/{id}")]
async fn delete_file(
    permit: Permit<FileWrite>,
    db: web::Data<Db>,
    id: web::Path<String>,
    version: IfMatch,
    write: Write,
) -> Result<Answer, Error> {
    let caller = permit.caller()?;
    let id = path_id(&id)?;
    write.delete(&db, caller.actor.clone(), move |tx| actions::delete(tx, &caller, id, &version)).await
}

pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_files).service(upload_file).service(get_file).service(get_file_content).service(delete_file);
}
