//! Examples for every body and answer, put together from the examples of their members.

use serde_json::{Map, Value, json};

/// Give each content of the document an example, where it has none of its own.
pub fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(content) = operation.get_mut("requestBody").and_then(|body| body.get_mut("content")) {
                complete(content, &schemas);
            }
            for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                if let Some(content) = response.get_mut("content") {
                    complete(content, &schemas);
                }
            }
        }
    }
}

fn complete(content: &mut Value, schemas: &Value) {
    for (media_type, media) in content.as_object_mut().into_iter().flatten() {
        if media.get("example").is_none() && media.get("examples").is_none() {
            media["example"] = match media_type.as_str() {
                "text/csv" => {
                    media["schema"] = json!({ "type": "string", "maxLength": 20_000_000, "pattern": "^[^\\u0000]*$" });
                    json!("period,unit_code,unit_name,expected_count\r\n2022,063,Bạch Thông,13\r\n")
                }
                _ => of(&media["schema"], schemas, 0),
            };
        }
    }
}

/// Levels after which an example stops: a tree has no end.
const DEPTH: usize = 8;

fn of(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(example) = schema["examples"].as_array().and_then(|examples| examples.first()) {
        return example.clone();
    }
    if let Some(target) = schema["$ref"].as_str() {
        return of(&schemas[target.rsplit('/').next().unwrap_or_default()], schemas, depth + 1);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let real = choices.iter().find(|one| one["type"] != json!("null"));
            return real.map_or(Value::Null, |one| of(one, schemas, depth));
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
        Some(&"object") if depth < DEPTH => {
            let mut members = Map::new();
            for (name, member) in schema["properties"].as_object().into_iter().flatten() {
                members.insert(name.clone(), of(member, schemas, depth + 1));
            }
            if let Some(value) = schema.get("additionalProperties").filter(|value| value.is_object()) {
                members.insert("XA".to_owned(), of(value, schemas, depth + 1));
            }
            Value::Object(members)
        }
        Some(&"object") => json!({}),
        Some(&"array") if depth + 1 < DEPTH => {
            // A list inside what it lists stays empty.
            let item = &schema["items"];
            if item["$ref"].as_str().is_some_and(|target| target.ends_with("/TreeNode")) && depth > 3 {
                return json!([]);
            }
            json!([of(item, schemas, depth + 1)])
        }
        Some(&"array") => json!([]),
        Some(&"boolean") => json!(false),
        Some(&"integer" | &"number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some(_) => json!("văn bản"),
        None => Value::Null,
    }
}
