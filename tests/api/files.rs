//! Files that prove something.

use crate::support::{App, Client, Reply, count, on_both};
use serde_json::{Value, json};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";

/// Send a PDF.
pub fn send(client: &Client, query: &str, bytes: &[u8]) -> Reply {
    send_as(client, query, "application/pdf", bytes)
}

fn send_as(client: &Client, query: &str, media: &str, bytes: &[u8]) -> Reply {
    client.call("POST", &format!("/v1/files?{query}"), &[("content-type", media)], Some(bytes))
}

fn path(file: &Value) -> String {
    format!("/v1/files/{}", file["id"].as_str().expect("an id"))
}

fn figure(unit: &str, value: f64, evidence: Value) -> Value {
    json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": unit, "period": "2022", "stage": "SELF",
        "figure": { "value": value, "evidence": [evidence] } })
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

on_both! {
    /// A commune that has ended still takes what proves its past, and whoever took it over reads it.
    fn what_proves_the_past_is_kept_after_a_reform(app) {
        let later = App::start_on(app.engine, app.database.clone(), &["--clock-start", "2025-07-15T02:00:00Z"]);
        let nation = later.with_key("nation");
        let file = send(&nation, "unit_code=01984&name=qua-khu.pdf", PDF).expect(201);
        assert_eq!((&file["unit"]["code"], &file["unit_date"]), (&json!("01984"), &json!("2025-06-30")));
        assert_eq!(nation.get("/v1/files?unit_code=01984").expect(200)["items"][0]["id"], file["id"]);
    }

    /// What is sent comes back byte by byte, to be saved under its name; it is known by its hash.
    fn a_file_comes_back_as_it_was_sent(app) {
        let editor = app.with_key("commune-editor");
        let query = "unit_code=01984&name=Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%2012.pdf";
        let tried = send(&editor, &format!("{query}&validate_only=true"), PDF).expect(200);
        assert_eq!((&tried["name"], &tried["byte_count"]), (&json!("Quyết định 12.pdf"), &json!(PDF.len())));
        assert_eq!(editor.get("/v1/files").expect(200)["items"], json!([]), "a dry run keeps nothing");
        let reply = send(&editor, query, PDF);
        let file = reply.expect(201);
        assert_eq!(reply.header("location"), Some(path(&file).as_str()));
        assert_eq!((&file["format"], &file["media_type"], &file["unit"]["code"]), (&json!("PDF"), &json!("application/pdf"), &json!("01984")));

        let content = editor.get(file["content_url"].as_str().unwrap());
        assert_eq!((content.status, content.bytes.as_slice()), (200, PDF));
        assert_eq!(content.header("content-type"), Some("application/pdf"));
        let saved = content.header("content-disposition").unwrap();
        assert!(saved.starts_with("attachment; filename*=UTF-8''Quy%E1%BA%BFt%20"), "{saved}");
        let tag = content.header("etag").unwrap();
        assert_eq!(tag, format!("\"{}\"", &file["content_hash"].as_str().unwrap()[..32]));
        let again = editor.call("GET", file["content_url"].as_str().unwrap(), &[("if-none-match", tag), ("accept", "application/pdf")], None);
        assert_eq!((again.status, again.bytes.len()), (304, 0));

        // Was it sent already? By its hash one knows before sending 20 MB.
        let hash = file["content_hash"].as_str().unwrap();
        assert_eq!(editor.get(&format!("/v1/files?content_hash={hash}")).expect(200)["items"][0]["id"], file["id"]);
        assert_eq!(editor.get(&format!("/v1/files?content_hash={}", "0".repeat(64))).expect(200)["items"], json!([]));
        let twice = send(&editor, query, PDF);
        assert_eq!((twice.problem(409).0.as_str(), &twice.json()["existing_id"]), ("DUPLICATE", &file["id"]));
        // Another name is another file of the same bytes; an id of the caller's own makes sending it again harmless.
        let named = "unit_code=01984&name=b.pdf&external_id=QD-12";
        let other = send(&editor, named, PDF).expect(201);
        assert_eq!(send(&editor, named, PDF).expect(200)["id"], other["id"]);
        assert_eq!(send(&editor, "unit_code=01984&name=c.pdf&external_id=QD-12", PDF).problem(409).0, "DUPLICATE");
        assert_eq!(editor.get("/v1/files?with_total=true&unit_code=01984").expect(200)["total"], 2);
        let history = app.with_key("district-manager").get(&format!("{}/versions", path(&file))).expect(200);
        assert_eq!(history["items"][0]["action"], "file.created");
    }

    /// A figure names its file; whoever reads the figure reads what proves it, and the file stays as long as it does.
    fn a_file_proves_a_figure(app) {
        let (district, commune) = (app.with_key("district-editor"), app.with_key("commune-editor"));
        let decision = send(&district, "unit_code=063&name=a.pdf", PDF).expect(201);
        let evidence = json!({ "kind_code": "DECISION", "label": "Quyết định", "file_id": decision["id"] });
        // A file of the unit above is not the commune's to see, and so not to name.
        commune.get(&path(&decision)).faults(404, "NOT_FOUND", &[]);
        commune.get(&format!("{}/content", path(&decision))).faults(404, "NOT_FOUND", &[]);
        commune.post("/v1/observations", &figure("01984", 40.0, evidence.clone()))
            .faults(422, "VALIDATION_FAILED", &[("/figure/evidence/0/file_id", "UNKNOWN_REFERENCE")]);
        let mut wrong = evidence.clone();
        wrong["content_hash"] = json!("0".repeat(64));
        district.post("/v1/observations", &figure("01984", 40.0, wrong))
            .faults(422, "CONTENT_HASH_MISMATCH", &[("/figure/evidence/0/content_hash", "CONTENT_HASH_MISMATCH")]);
        let stored = district.post("/v1/observations", &figure("01984", 40.0, evidence.clone())).expect(201);
        assert_eq!((&stored["evidence"][0]["file_id"], &stored["evidence"][0]["content_hash"]), (&decision["id"], &decision["content_hash"]));
        // Now it proves a figure of the commune.
        commune.get(&path(&decision)).expect(200);
        assert_eq!(commune.get(&format!("{}/content", path(&decision))).bytes, PDF);
        app.with_key("sibling-editor").get(&path(&decision)).faults(404, "NOT_FOUND", &[]);
        app.with_key("sibling-editor").get(&format!("{}/content", path(&decision))).faults(404, "NOT_FOUND", &[]);
        assert_eq!(app.with_key("sibling-editor").get("/v1/files").expect(200)["items"], json!([]));
        assert_eq!(commune.get("/v1/files").expect(200)["items"].as_array().unwrap().len(), 1);

        commune.delete(&path(&decision), 1).faults(403, "FORBIDDEN", &[]);
        district.delete(&path(&decision), 1).faults(409, "IN_USE", &[]);
        // The sheet and its proof name it too, and a sheet that says the figure again does not lose it.
        let sheet = json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF",
            "items": [{ "code": "10.1", "figure": { "value": 41, "evidence": [evidence] } }] });
        let assessment = district.post("/v1/assessments", &sheet).expect(201);
        let proof = district.get(&format!("/v1/assessments/{}/evaluation", assessment["id"].as_str().unwrap())).expect(200);
        let text = proof.to_string();
        assert!(text.contains(decision["id"].as_str().unwrap()), "{text}");
        assert!(text.contains(decision["content_hash"].as_str().unwrap()), "{text}");
    }

    /// What proves nothing may go; its bytes go with its last name.
    fn a_file_that_proves_nothing_may_go(app) {
        let editor = app.with_key("commune-editor");
        let one = send(&editor, "unit_code=01984&name=a.pdf", PDF).expect(201);
        let two = send(&editor, "unit_code=01984&name=b.pdf", PDF).expect(201);
        editor.call("DELETE", &path(&one), &[], None).faults(428, "PRECONDITION_REQUIRED", &[("If-Match", "PRECONDITION_REQUIRED")]);
        editor.delete(&path(&one), 7).problem(412);
        editor.delete(&path(&one), 1).expect(204);
        editor.get(&path(&one)).faults(404, "NOT_FOUND", &[]);
        assert_eq!(editor.get(&format!("{}/content", path(&two))).bytes, PDF);
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM file_contents"), 1);
        editor.delete(&path(&two), 1).expect(204);
        assert_eq!(count(&app.database, "SELECT count(*) AS value FROM file_contents"), 0);
        // Sent again, it is kept again.
        send(&editor, "unit_code=01984&name=a.pdf", PDF).expect(201);
    }

    /// The bytes have to be what the request says, the name that of a file; nothing is ever written under it.
    fn a_file_is_what_it_says_or_is_refused(app) {
        let editor = app.with_key("commune-editor");
        for name in ["..%2F..%2Fx.pdf", "..%5Cx.pdf", "%2Fetc%2Fx.pdf", "x.exe", "x", ".pdf", "x.pdf.html"] {
            send(&editor, &format!("unit_code=01984&name={name}"), PDF).faults(422, "FILE_NAME_INVALID", &[("name", "FILE_NAME_INVALID")]);
        }
        send(&editor, "unit_code=01984&name=a%00.pdf", PDF).faults(422, "VALIDATION_FAILED", &[("name", "CONTROL_CHARACTER")]);
        send(&editor, "name=a.pdf", PDF).faults(422, "VALIDATION_FAILED", &[("unit_code", "EXACTLY_ONE_REQUIRED")]);
        send(&editor, "unit_code=01984", PDF).faults(422, "VALIDATION_FAILED", &[("name", "REQUIRED")]);
        send(&editor, "unit_code=02023&name=a.pdf", PDF).faults(403, "OUT_OF_SCOPE", &[("unit_code", "OUT_OF_SCOPE")]);
        send_as(&editor, "unit_code=01984&name=a.html", "text/html", b"<script>").faults(415, "UNSUPPORTED_MEDIA_TYPE", &[]);
        send_as(&editor, "unit_code=01984&name=a.svg", "image/svg+xml", b"<svg/>").faults(415, "UNSUPPORTED_MEDIA_TYPE", &[]);
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        let whole = archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]);
        for (name, media, bytes, code) in [
            ("a.pdf", "application/pdf", b"<html>".to_vec(), "FILE_NOT_READABLE"),
            ("a.pdf", "application/pdf", Vec::new(), "FILE_NOT_READABLE"),
            ("a.png", "image/png", PDF.to_vec(), "FILE_NOT_READABLE"),
            ("a.jpg", "image/jpeg", b"MZ\x90".to_vec(), "FILE_NOT_READABLE"),
            ("a.docx", docx, archive(&[("word/other.xml", b"x")]), "FILE_NOT_READABLE"),
            ("a.docx", docx, archive(&[("word/document.xml", b"x"), ("../../x", b"x")]), "FILE_NOT_READABLE"),
            ("a.docx", docx, archive(&[("word/document.xml", b"x"), ("word/vbaProject.bin", b"x")]), "MACRO_REFUSED"),
        ] {
            let reply = send_as(&editor, &format!("unit_code=01984&name={name}"), media, &bytes);
            assert_eq!(reply.problem(422).0, code, "{name} {media}");
        }
        let large = [PDF, &vec![b' '; 20 << 20]].concat();
        send(&editor, "unit_code=01984&name=a.pdf", &large).faults(413, "BODY_TOO_LARGE", &[]);
        send_as(&editor, "unit_code=01984&name=a.docx", docx, &whole).expect(201);
        send_as(&editor, "unit_code=01984&name=a.png", "image/png", b"\x89PNG\r\n\x1A\n rest").expect(201);
        assert_eq!(editor.get("/v1/files?with_total=true").expect(200)["total"], 2, "of what was refused nothing is kept");
    }
}
