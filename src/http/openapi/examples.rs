//! Examples for every body and answer, put together from the examples of their members.

use crate::http::MediaType;
use serde_json::{Map, Value, json};

/// Most bytes of a sheet and of a report.
const FILE_BYTES: u32 = 20 * 1024 * 1024;
const REPORT_BYTES: u32 = 20_000_000;

const REPORT: &str = "period,unit_code,unit_name,expected_count\r\n2022,063,Bạch Thông,13\r\n";
const PAGE: &str = "<!DOCTYPE html><html lang=\"vi\"><head><title>Báo cáo</title></head><body></body></html>";
const SHEET: &str =
    "unit_code,unit_name,10.1\r\nMã đơn vị,Tên đơn vị,Thu nhập bình quân đầu người\r\n01984,Đôn Phong,41\r\n";
const MONEY: &str = "external_id,unit_code,programme_code,funding_source_code,nature_code,plan_year,kind,amount,booking_date\r\nKB-1,063,GNBV,NSTW,DTPT,2022,ASSIGN,\"5.000,5\",01/07/2022\r\n";

/// Members that hang together, so that no example shows a commune above the nation: schema, member, value.
const MEMBERS: &str = include_str!("examples.json");

/// Give each content of the document an example, where it has none of its own.
pub fn add(document: &mut Value) {
    let members: Value = serde_json::from_str(MEMBERS).expect("the examples are part of the binary");
    let schemas = document["components"]["schemas"].clone();
    let writer = Writer { schemas: &schemas, members: &members };
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(content) = operation.get_mut("requestBody").and_then(|body| body.get_mut("content")) {
                writer.complete(path, content);
            }
            for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                if let Some(content) = response.get_mut("content") {
                    writer.complete(path, content);
                }
            }
        }
    }
}

struct Writer<'a> {
    schemas: &'a Value,
    members: &'a Value,
}

impl Writer<'_> {
    fn complete(&self, path: &str, content: &mut Value) {
        for (media_type, media) in content.as_object_mut().into_iter().flatten() {
            if media.get("example").is_none() && media.get("examples").is_none() {
                media["example"] = match (media_type.as_str(), MediaType::of(media_type)) {
                    ("text/csv", _) => {
                        let (bytes, example) = match path.rsplit('/').next() {
                            Some("assessment-sheets") => (FILE_BYTES, SHEET),
                            Some("budget-sheets") => (FILE_BYTES, MONEY),
                            _ => (REPORT_BYTES, REPORT),
                        };
                        media["schema"] = json!({ "type": "string", "maxLength": bytes, "pattern": "^[^\\u0000]*$" });
                        json!(example)
                    }
                    ("text/html", _) => {
                        media["schema"] =
                            json!({ "type": "string", "maxLength": REPORT_BYTES, "pattern": "^<!DOCTYPE html>" });
                        json!(PAGE)
                    }
                    (kind, Some(file)) => {
                        let (pattern, example) = match file {
                            MediaType::Pdf => ("^%PDF-", "%PDF-…"),
                            MediaType::Docx | MediaType::Xlsx => ("^PK", "PK…"),
                            MediaType::Jpeg | MediaType::Png => (r"^[\s\S]+$", "…"),
                        };
                        media["schema"] = json!({ "type": "string", "contentMediaType": kind, "maxLength": FILE_BYTES, "pattern": pattern });
                        json!(example)
                    }
                    (_, None) => self.of(&media["schema"], &mut Vec::new()),
                };
            }
        }
    }

    /// The example of a schema inside those that are `open`.
    fn of<'s>(&'s self, schema: &'s Value, open: &mut Vec<&'s str>) -> Value {
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if let Some(example) = schema["examples"].as_array().and_then(|examples| examples.first()) {
            return example.clone();
        }
        if let Some(name) = referred(schema) {
            open.push(name);
            let mut example = self.of(&self.schemas[name], open);
            open.pop();
            for (member, value) in self.members[name].as_object().into_iter().flatten() {
                example[member] = value.clone();
            }
            return example;
        }
        for choice in ["oneOf", "anyOf", "allOf"] {
            if let Some(choices) = schema[choice].as_array() {
                let real = choices.iter().find(|one| one["type"] != json!("null"));
                return real.map_or(Value::Null, |one| self.of(one, open));
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            return words.first().cloned().unwrap_or(Value::Null);
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        match kinds.iter().find(|kind| **kind != "null") {
            Some(&"object") => {
                let properties = schema["properties"].as_object().into_iter().flatten();
                Value::Object(
                    properties.map(|(name, member)| (name.clone(), self.of(member, open))).collect::<Map<_, _>>(),
                )
            }
            // What contains itself ends here.
            Some(&"array") if referred(&schema["items"]).is_some_and(|name| open.contains(&name)) => json!([]),
            Some(&"array") => json!([self.of(&schema["items"], open)]),
            Some(&"boolean") => json!(false),
            Some(&"integer" | &"number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some(_) => json!("văn bản"),
            None => Value::Null,
        }
    }
}

/// Name of the schema that a reference names.
fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}
