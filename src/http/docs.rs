//! Pages for people: the documentation of the contract, and one page for each error code.

use super::{Fresh, Language};
use crate::codes::{Entry, TABLE};
use crate::error::Error;
use actix_web::{get, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the documentation page is.
pub const DOCUMENTATION_PATH: &str = "/docs/";

/// The documentation page; it comes from the binary and loads nothing from elsewhere.
pub fn documentation_page() -> SwaggerUi {
    let config = Config::new(["../openapi.json"])
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .default_models_expand_depth(0)
        .doc_expansion("list")
        .filter(true)
        .deep_linking(true)
        .persist_authorization(false)
        .validator_url("none");
    SwaggerUi::new("/docs/{_:.*}").config(config)
}

const STYLE: &str = "body{font-family:system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;\
line-height:1.5;color:#1b1b1b}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:1.6rem}code,pre{font-family:\
ui-monospace,monospace;background:#f2f4f5;border-radius:4px}code{padding:.1rem .3rem}pre{padding:1rem;overflow:auto}\
.other{color:#555;border-top:1px solid #ddd;margin-top:2.5rem;padding-top:1rem}";

/// The page at a problem's `type`: cause, remedy and example, in the caller's language first.
#[get("/problems/{slug}")]
async fn problem_page(slug: web::Path<String>, language: Language) -> Result<Fresh, Error> {
    let entry = TABLE.iter().find(|entry| entry.code.slug() == *slug).ok_or(Error::NotFound)?;
    let other = match language {
        Language::Vietnamese => Language::English,
        Language::English => Language::Vietnamese,
    };
    let page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{} · Mục Tiêu</title><style>{STYLE}</style></head><body>{}\
         <div class=\"other\" lang=\"{}\">{}</div></body></html>",
        language.tag(),
        entry.name,
        section(entry, language),
        other.tag(),
        section(entry, other),
    );
    Ok(Fresh::bytes(page.into_bytes(), "text/html; charset=utf-8"))
}

fn section(entry: &Entry, language: Language) -> String {
    let example = serde_json::json!({
        "type": format!("/problems/{}", entry.code.slug()),
        "title": language.of_text(&entry.title),
        "status": entry.status,
        "code": entry.name,
        "detail": format!("{} {}", language.of_text(&entry.cause), language.of_text(&entry.remedy)),
        "instance": "urn:request:4bf92f3577b34da6a3ce929d0e0e4736",
        "errors": [],
    });
    format!(
        "<h1>{}</h1><p><code>{}</code> · HTTP {}</p><h2>{}</h2><p>{}</p><h2>{}</h2><p>{}</p><h2>{}</h2><pre>{}</pre>",
        language.of_text(&entry.title),
        entry.name,
        entry.status,
        language.pick("Nguyên nhân", "Cause"),
        language.of_text(&entry.cause),
        language.pick("Cách xử lý", "Remedy"),
        language.of_text(&entry.remedy),
        language.pick("Ví dụ", "Example"),
        escaped(&serde_json::to_string_pretty(&example).unwrap_or_default()),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub fn routes(config: &mut web::ServiceConfig) {
    config.service(problem_page);
}
