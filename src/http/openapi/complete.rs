//! Passes over the document that utoipa collected.

use super::examples;
use super::names::{LONGER_NAMES, PERSONAL_DATA, TAGS};
use crate::codes::Code;
use crate::http::XLSX;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const DESCRIPTION: &str = "Mục Tiêu giúp xã, huyện, tỉnh thực hiện và giám sát các Chương trình mục tiêu quốc gia. \
Mục Tiêu is the service with which Viet Nam's communes, districts and provinces run and monitor the National Target \
Programmes.\n\nErrors are RFC 9457 problems: programs branch on `code`, every fault stands in `errors`. Texts are \
Vietnamese unless `Accept-Language` prefers English. Records carry a `version`; changing one needs `If-Match`. Lists \
are paged by `next_cursor`. Several values of a parameter are separated by commas. Unknown members and parameters \
are refused.";

/// Complete the document.
pub fn complete(mut document: Value) -> Value {
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Mục Tiêu",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Giám sát các Chương trình mục tiêu quốc gia · Monitoring of the National Target Programmes",
        "description": DESCRIPTION,
        "license": { "name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2" },
    });
    document["servers"] = json!([{
        "url": "/",
        "description": "The server that serves this document: production, staging or a local demo",
        "x-internal": false,
    }]);
    document["tags"] =
        TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    document["security"] = json!([{ "bearer": [] }, { "api_key": [] }]);
    name_schemas(&mut document);
    let asked = reachable_from_requests(&document);
    finish_schemas(&mut document, &asked);
    for (schema, members) in PERSONAL_DATA {
        for member in members {
            document["components"]["schemas"][schema]["properties"][member]["x-personal-data"] = json!(true);
        }
    }
    add_components(&mut document);
    let paths = document["paths"].take();
    let mut completed = Map::new();
    for (path, mut item) in paths.as_object().cloned().unwrap_or_default() {
        if let Some(operations) = item.as_object_mut() {
            for (method, operation) in operations.iter_mut() {
                complete_operation(&path, method, operation);
            }
        }
        completed.insert(path, item);
    }
    document["paths"] = Value::Object(completed);
    examples::add(&mut document);
    document
}

/// `Page_Unit` with the unit written out becomes `UnitPage` with a reference; short names become longer ones.
fn name_schemas(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let mut named = Map::new();
    let mut renamed = Vec::new();
    for (name, mut schema) in schemas {
        let longer = if let Some(item) = name.strip_prefix("Page_") {
            schema["properties"]["items"]["items"] = json!({ "$ref": reference_to(item) });
            schema["description"] = json!(format!("A page of a list of `{item}`"));
            format!("{item}Page")
        } else {
            LONGER_NAMES.iter().find(|(short, _)| *short == name).map_or(&*name, |(_, longer)| longer).to_owned()
        };
        if longer != name {
            renamed.push((json!(reference_to(&name)).to_string(), json!(reference_to(&longer)).to_string()));
        }
        named.insert(longer, schema);
    }
    document["components"]["schemas"] = Value::Object(named);
    let mut text = document.to_string();
    for (from, to) in renamed {
        text = text.replace(&from, &to);
    }
    *document = serde_json::from_str(&text).expect("only names inside strings were replaced");
}

fn reference_to(schema: &str) -> String {
    format!("#/components/schemas/{schema}")
}

/// Names of the schemas that a request body reaches.
fn reachable_from_requests(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = Vec::new();
    let operations = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| item.as_object().into_iter().flatten());
    for (_, operation) in operations {
        open.extend(references(&operation["requestBody"]));
    }
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            open.extend(references(&document["components"]["schemas"][&name]));
        }
    }
    found
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match (name.as_str(), member.as_str()) {
                ("$ref", Some(target)) => vec![target.rsplit('/').next().unwrap_or_default().to_owned()],
                _ => references(member),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Answers carry every member; bodies take no unknown one; what has no bound of its own gets one.
fn finish_schemas(document: &mut Value, asked: &BTreeSet<String>) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas.iter_mut() {
        bound(schema);
        if schema["type"] != json!("object") || schema.get("properties").is_none() {
            continue;
        }
        if asked.contains(name) {
            schema["additionalProperties"] = json!(false);
        } else {
            // Answers may gain members: a validating client must let them pass.
            schema.as_object_mut().map(|members| members.remove("additionalProperties"));
            let names: Vec<Value> =
                schema["properties"].as_object().into_iter().flatten().map(|(name, _)| json!(name)).collect();
            schema["required"] = Value::Array(names);
        }
    }
}

/// Bounds that every string, number and array of the contract has.
fn bound(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let kind = members.get("type").cloned().unwrap_or(Value::Null);
            let is =
                |name: &str| kind == json!(name) || kind.as_array().is_some_and(|kinds| kinds.contains(&json!(name)));
            if is("string") && !members.contains_key("enum") {
                members.entry("maxLength").or_insert(json!(4000));
                if !members.contains_key("format") && !members.contains_key("pattern") {
                    members.insert("pattern".to_owned(), json!("^[^\\u0000]*$"));
                }
            }
            if is("integer") {
                members.entry("format").or_insert(json!("int64"));
                members.entry("minimum").or_insert(json!(0));
                members.entry("maximum").or_insert(json!(9_007_199_254_740_991_i64));
            }
            if is("array") {
                members.entry("maxItems").or_insert(json!(1000));
            }
            // An object whose members are not told may have any.
            if is("object") && !members.contains_key("properties") {
                members.entry("additionalProperties").or_insert(json!(true));
            }
            members.remove("propertyNames");
            members.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

/// Statuses with the code that shows each of them.
const PROBLEMS: [(&str, Code); 17] = [
    ("400", Code::UnknownParameter),
    ("401", Code::Unauthenticated),
    ("403", Code::Forbidden),
    ("404", Code::NotFound),
    ("406", Code::NotAcceptable),
    ("408", Code::RequestTimeout),
    ("409", Code::Duplicate),
    ("412", Code::VersionConflict),
    ("413", Code::BodyTooLarge),
    ("414", Code::UriTooLong),
    ("415", Code::UnsupportedMediaType),
    ("422", Code::ValidationFailed),
    ("428", Code::PreconditionRequired),
    ("429", Code::RateLimited),
    ("431", Code::HeadersTooLarge),
    ("500", Code::Internal),
    ("503", Code::DependencyUnavailable),
];

/// A header that only gives a hint has no limit of its own: what cannot be understood is ignored.
const HEADER_BYTES: usize = 16 * 1024;

fn add_components(document: &mut Value) {
    let components = &mut document["components"];
    components["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "muctieu_<16 hex>_<64 hex>",
            "description": "API key as `Authorization: Bearer …`" },
        "api_key": { "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "The same key where a gateway owns `Authorization`" },
    });
    let text = |always: bool, description: &str, pattern: &str, length: u32, example: &str| {
        json!({ "description": description, "required": always,
            "schema": { "type": "string", "pattern": pattern, "maxLength": length, "examples": [example] } })
    };
    // The rate is not told where the operator has set no limit, the page not after the last, the origin not to servers.
    let (always, sometimes) = (true, false);
    components["headers"] = json!({
        "X-Request-Id": text(always, "Trace id of the request, as in log and journal", "^[0-9a-f]{32}$", 32, "4bf92f3577b34da6a3ce929d0e0e4736"),
        "RateLimit": text(sometimes, "What is left of the rate", "^\"client\";r=[0-9]+;t=[0-9]+$", 60, "\"client\";r=599;t=60"),
        "RateLimit-Policy": text(sometimes, "The rate of the caller", "^\"client\";q=[0-9]+;w=60$", 60, "\"client\";q=600;w=60"),
        "Retry-After": { "description": "Seconds to wait", "required": true, "schema": { "type": "integer", "format": "int32", "minimum": 1, "maximum": 86400, "examples": [1] } },
        "ETag": text(always, "Entity tag; of a record `\"<version>.<hash>\"`", "^\"[0-9a-f.]+\"$", 60, "\"7.9f2c01ab52d3e4f1\""),
        "WWW-Authenticate": text(always, "How to authenticate", "^Bearer$", 6, "Bearer"),
        "Location": text(always, "Address of the new record", "^.*/v1/.+$", 2000, "/v1/assessments/01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f"),
        "Link": text(sometimes, "Address of the next page", "^<.+>; rel=\"next\"$", 9000, "</v1/units?limit=50&cursor=5b22>; rel=\"next\""),
        "Idempotency-Replayed": text(sometimes, "The answer is that of the first request with this key", "^true$", 4, "true"),
        "Access-Control-Allow-Origin": text(sometimes, "The caller's origin, where it is configured", "^https?://.+$", 300, "https://portal.example.vn"),
    });
    let mut parameters = Map::new();
    let mut header = |key: &str, name: &str, required: bool, schema: Value, description: &str| {
        let parameter =
            json!({ "name": name, "in": "header", "required": required, "description": description, "schema": schema });
        parameters.insert(key.to_owned(), parameter);
    };
    header(
        "IfMatch",
        "If-Match",
        true,
        json!({ "type": "string", "maxLength": 100, "pattern": "^(W/)?\"[0-9]+(\\.[0-9a-f]+)?\"$", "examples": ["\"1\""] }),
        "Version of the record that the caller holds: its `ETag`, or its `version` in quotes",
    );
    header(
        "IfNoneMatch",
        "If-None-Match",
        false,
        json!({ "type": "string", "maxLength": HEADER_BYTES, "pattern": "^.*$", "examples": ["\"7.9f2c01ab52d3e4f1\""] }),
        "Entity tag that the caller holds; 304 where it is still so",
    );
    header(
        "AcceptLanguage",
        "Accept-Language",
        false,
        json!({ "type": "string", "maxLength": HEADER_BYTES, "pattern": "^.*$", "default": "vi", "examples": ["en"] }),
        "Language of texts: `vi` or `en`",
    );
    header(
        "ActingPerson",
        "Acting-Person",
        false,
        json!({ "$ref": reference_to("PersonId") }),
        "Recorded person for whom the client acts; only for clients that may name one",
    );
    for (name, required) in [("IdempotencyKey", false), ("RequiredIdempotencyKey", true)] {
        header(
            name,
            "Idempotency-Key",
            required,
            json!({ "type": "string", "minLength": 16, "maxLength": 66, "pattern": "^([A-Za-z0-9_-]{16,64}|\"[A-Za-z0-9_-]{16,64}\")$",
                "examples": ["8e03978e-40d5-43e8-bc93-6894a57f9324"] }),
            "Sent again with the same content, the request is answered as the first time and does nothing more; kept 72 hours",
        );
    }
    components["parameters"] = Value::Object(parameters);
    let mut responses = Map::new();
    for (status, code) in PROBLEMS {
        responses.insert(format!("Problem{status}"), problem(code));
    }
    components["responses"] = Value::Object(responses);
}

fn problem(code: Code) -> Value {
    let entry = code.entry();
    let mut headers = common_headers();
    if matches!(entry.status, 429 | 503) {
        headers["Retry-After"] = header_ref("Retry-After");
    }
    if entry.status == 412 {
        headers["ETag"] = header_ref("ETag");
    }
    if entry.status == 401 {
        headers["WWW-Authenticate"] = header_ref("WWW-Authenticate");
    }
    json!({
        "description": format!("{}: {}", entry.name, entry.title.en),
        "headers": headers,
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": {
                "type": format!("/problems/{}", code.slug()), "title": entry.title.vi, "status": entry.status, "code": entry.name,
                "detail": format!("{} {}", entry.cause.vi, entry.remedy.vi),
                "instance": "urn:request:4bf92f3577b34da6a3ce929d0e0e4736",
                "errors": match code {
                    Code::ValidationFailed => json!([{ "pointer": "/period", "parameter": null, "code": "INVALID_PERIOD",
                        "message": Code::InvalidPeriod.entry().cause.vi, "candidates": [], "cell": null }]),
                    Code::UnknownParameter => json!([{ "pointer": null, "parameter": "stauts", "code": "UNKNOWN_PARAMETER",
                        "message": Code::UnknownParameter.entry().cause.vi, "candidates": [], "cell": null }]),
                    _ => json!([]),
                },
                "existing_id": if code == Code::Duplicate { json!("01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f") } else { Value::Null },
            },
        } },
    })
}

/// A file that was refused: a problem that names each cell, or the workbook itself with a note in each of them.
fn rejected_file() -> Value {
    let mut refused = problem(Code::ImportRejected);
    let example = &mut refused["content"]["application/problem+json"]["example"];
    let fault = Code::AmbiguousNumber.entry();
    example["errors"] = json!([{ "pointer": null, "parameter": null, "code": fault.name, "message": fault.cause.vi,
        "candidates": [], "cell": { "sheet": "Phiếu đánh giá", "row": 7, "column": "L", "heading": "10.1",
            "value": "1.234", "hint": fault.remedy.vi } }]);
    refused["content"][XLSX] = json!({});
    refused
}

fn header_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn common_headers() -> Value {
    let names = ["X-Request-Id", "RateLimit", "RateLimit-Policy", "Access-Control-Allow-Origin"];
    Value::Object(names.iter().map(|name| ((*name).to_owned(), header_ref(name))).collect())
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    let has_id = path.contains('{');
    let reads = method == "get";
    // Many records have neither one address nor one version, and are not sent twice by mistake.
    let is_file = path.ends_with("/assessment-sheets") || path.ends_with("/budget-sheets");
    let is_batch = path.ends_with("/batch") || is_file;
    // What writes nothing has no version and needs no key.
    let rehearses = path.ends_with("/evaluations");
    let is_step = ["/transitions", "/extensions", "/escalations"].iter().any(|part| path.ends_with(part));
    let needs_version = matches!(method, "put" | "patch" | "delete") || is_step;
    let parameters =
        operation.as_object_mut().expect("an operation is an object").entry("parameters").or_insert(json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        for parameter in parameters.iter_mut() {
            bound(&mut parameter["schema"]);
        }
        let mut reference = |name: &str| parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
        if needs_version {
            reference("IfMatch");
        }
        if reads {
            reference("IfNoneMatch");
        }
        if method == "post" && !rehearses {
            // Money is not booked twice.
            let needs_key = is_batch || path.ends_with("/budget-entries");
            reference(if needs_key { "RequiredIdempotencyKey" } else { "IdempotencyKey" });
        }
        reference("AcceptLanguage");
        reference("ActingPerson");
    }
    let mut statuses = vec!["400", "401", "403", "406", "414", "422", "429", "431", "500", "503"];
    // Reports of a unit out of sight, and the tree of a day before there was a nation.
    if has_id || path.contains("/reports/") || path.ends_with("/tree") || (is_file && reads) {
        statuses.push("404");
    }
    if !reads && !rehearses {
        statuses.push("409");
    }
    if needs_version {
        statuses.extend(["412", "428"]);
    }
    if has_body {
        statuses.extend(["408", "413", "415"]);
    }
    let is_list = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        .as_str()
        .is_some_and(|target| target.ends_with("Page"));
    let responses = operation["responses"].as_object_mut().expect("every operation declares its answers");
    for (status, response) in responses.iter_mut() {
        let mut headers = common_headers();
        if status != "204" && (reads || !is_batch) && !rehearses {
            headers["ETag"] = header_ref("ETag");
        }
        if status == "201" && !is_batch {
            headers["Location"] = header_ref("Location");
        }
        if method == "post" && !rehearses {
            headers["Idempotency-Replayed"] = header_ref("Idempotency-Replayed");
        }
        if is_list {
            headers["Link"] = header_ref("Link");
        }
        response["headers"] = headers;
    }
    if reads {
        let mut headers = common_headers();
        headers["ETag"] = header_ref("ETag");
        responses.insert(
            "304".to_owned(),
            json!({ "description": "What the caller holds is still so", "headers": headers }),
        );
    }
    for status in statuses {
        responses.insert(status.to_owned(), json!({ "$ref": format!("#/components/responses/Problem{status}") }));
    }
    if is_file && !reads {
        responses.insert("422".to_owned(), rejected_file());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_longer_name_is_that_of_a_schema() {
        let contract = crate::app::contract();
        let schemas = &contract.document()["components"]["schemas"];
        for (short, longer) in LONGER_NAMES {
            assert!(schemas.get(longer).is_some() && schemas.get(short).is_none(), "{short}");
        }
    }

    #[test]
    fn personal_data_are_members_of_people_alone() {
        let contract = crate::app::contract();
        let schemas = contract.document()["components"]["schemas"].as_object().unwrap();
        let personal = ["full_name", "phone", "email", "positions"];
        for (name, schema) in schemas {
            let members = schema["properties"].as_object().into_iter().flatten();
            for (member, of) in members {
                let listed =
                    PERSONAL_DATA.iter().any(|(known, members)| known == name && members.contains(&member.as_str()));
                assert_eq!(of["x-personal-data"] == true, listed, "{name}.{member}");
                assert!(listed || !personal.contains(&member.as_str()), "{name}.{member} is not marked");
            }
        }
        for (name, members) in PERSONAL_DATA {
            for member in members {
                assert!(schemas[name]["properties"][member].get("x-personal-data").is_some(), "{name}.{member}");
                assert!(
                    schemas[name]["properties"][member].as_object().unwrap().len() > 1,
                    "{name}.{member} is a member"
                );
            }
        }
    }
}
