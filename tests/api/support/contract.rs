//! What the service says of itself: every operation of the served contract, and a record for each of its addresses.

use super::app::App;
use super::client::Client;
use serde_json::{Value, json};

/// One operation of the contract.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: String,
    /// With its `{…}`.
    pub path: String,
    /// Names of its query parameters.
    pub query: Vec<String>,
    pub has_body: bool,
    /// Media types of its body and of its answer.
    pub takes: Vec<String>,
    pub answers: Vec<String>,
}

fn media_types(content: &Value) -> Vec<String> {
    content.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// All operations of the contract that the service serves.
pub fn operations(app: &App) -> Vec<Operation> {
    let document = app.with_key("").get("/openapi.json").expect(200);
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let in_query = parameters.filter(|parameter| parameter["in"] == "query");
            found.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                query: in_query.map(|parameter| parameter["name"].as_str().expect("a name").to_owned()).collect(),
                has_body: operation.get("requestBody").is_some(),
                takes: media_types(&operation["requestBody"]["content"]),
                answers: media_types(&operation["responses"]["200"]["content"]),
            });
        }
    }
    assert!(found.len() > 25, "the contract lists the operations");
    found
}

impl Operation {
    pub fn reads(&self) -> bool {
        self.method == "GET"
    }

    /// Is it one that could change something? A rehearsal is sent by POST and changes nothing.
    pub fn writes(&self) -> bool {
        !self.reads() && !self.path.ends_with("/evaluations")
    }

    pub fn needs_version(&self) -> bool {
        let is_step = ["/transitions", "/extensions", "/escalations"].iter().any(|part| self.path.ends_with(part));
        is_step || matches!(self.method.as_str(), "PUT" | "PATCH" | "DELETE")
    }

    /// A batch, money and a sheet need a key, so that they can be sent again; a file to keep is told by its hash.
    pub fn needs_key(&self) -> bool {
        self.path.ends_with("/batch")
            || self.path.ends_with("/budget-entries")
            || self.takes.iter().any(|kind| kind == "text/csv")
    }

    /// Does it take a record, and not a file?
    pub fn takes_json(&self) -> bool {
        self.takes.iter().any(|kind| kind == "application/json")
    }

    pub fn answers_json(&self) -> bool {
        self.answers.is_empty() || self.answers.iter().any(|kind| kind == "application/json")
    }

    /// A media type that it takes, with a body of that type that says nothing.
    pub fn empty_body(&self) -> (&'static str, &'static [u8]) {
        let takes = |kind: &str| self.takes.iter().any(|taken| taken == kind);
        match takes("application/pdf") {
            true => ("application/pdf", b"unit_code"),
            false if self.takes_json() => ("application/json", b"{}"),
            false => ("text/csv", b"unit_code\r\n"),
        }
    }

    /// Does it answer a file as it was sent, whatever the caller would rather have?
    pub fn answers_as_sent(&self) -> bool {
        self.answers.iter().any(|kind| kind == "application/pdf")
    }

    /// Is it a list with pages?
    pub fn is_paged(&self) -> bool {
        self.reads() && self.query.iter().any(|name| name == "cursor")
    }

    /// Call it with what it needs to come to its first refusal: `If-Match: "1"`, a key, and an empty body where it takes
    /// one.
    pub fn call(&self, client: &Client, address: &str, more: &[(&str, &str)]) -> super::client::Reply {
        let mut headers = more.to_vec();
        if self.needs_version() {
            headers.push(("if-match", "\"1\""));
        }
        if self.needs_key() {
            headers.push(("idempotency-key", "8e03978e-40d5-43e8-bc93-6894a57f9324"));
        }
        let (kind, body) = self.empty_body();
        if self.has_body {
            headers.push(("content-type", kind));
        }
        client.call(&self.method, address, &headers, self.has_body.then_some(body))
    }
}

/// A record of each kind, so that every address of the contract leads somewhere.
pub struct Records {
    pub assessment: String,
    pub client: String,
    pub grant: String,
    pub api_key: String,
    pub unit: String,
    pub criteria_set: String,
    pub unit_succession: String,
    pub period_lock: String,
    pub unit_status: String,
    pub indicator: String,
    pub observation: String,
    pub recognition_dossier: String,
    pub file: String,
    pub threshold_verification: String,
    pub agency: String,
    pub person: String,
    pub committee: String,
    pub mandate: String,
    pub act: String,
    pub meeting: String,
    pub directive: String,
    pub task: String,
    pub obstacle: String,
    pub calendar_day: String,
    pub statement: String,
    pub reporting_duty: String,
    pub report_submission: String,
    pub reporting_extension: String,
    pub activity: String,
    pub task_progress_report: String,
    pub programme: String,
    pub work: String,
    pub budget_publication: String,
    pub budget_entry: String,
    pub budget_line: String,
}

/// Make them with the key of the nation.
pub fn records(app: &App) -> Records {
    let nation = app.with_key("nation");
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    let assessment = nation
        .post(
            "/v1/assessments",
            &json!({ "unit_code": "01984", "criteria_set_code": "NTM-XA-2021-2025", "period": "2022", "stage": "SELF" }),
        )
        .expect(201);
    let client = nation.post("/v1/clients", &json!({ "unit_code": "063", "name": "Phần mềm của huyện" })).expect(201);
    let grant = json!({ "client_id": client["id"], "role": "VIEWER", "unit_code": "063" });
    let key = json!({ "client_id": client["id"], "expires_at": "2023-06-01T00:00:00Z" });
    let unit = id(&nation.get("/v1/units?code=063").expect(200)["items"][0]);
    let ring = json!([[105.8, 22.1], [105.9, 22.1], [105.9, 22.2], [105.8, 22.1]]);
    let shape = json!({ "geometry": { "type": "Polygon", "coordinates": [ring] } });
    nation.put(&format!("/v1/units/{unit}/geometry"), 0, &shape).expect(200);
    let person =
        id(&nation.post("/v1/people", &json!({ "unit_code": "01990", "full_name": "Nguyễn Văn Thử" })).expect(201));
    let committee = json!({ "unit_code": "01990", "kind": "COMMITTEE", "name": "Ban Chỉ đạo xã" });
    let committee = id(&nation.post("/v1/committees", &committee).expect(201));
    let membership = json!({ "committee_id": committee, "kind": "MEMBERSHIP", "person_id": person });
    let act = json!({
        "unit_code": "01990", "kind_code": "KET_LUAN", "title": "Kết luận", "items": [{ "code": "1", "content": "Rà soát" }]
    });
    let act = nation.post("/v1/acts", &act).expect(201);
    let directive = json!({ "committee_id": committee, "act_id": act["id"], "item_code": "1", "parties": [{ "unit_code": "01990" }] });
    let task = json!({ "committee_id": committee, "kind": "COMMITMENT", "content": "Làm đường", "assignee": { "unit_code": "01990" } });
    let task = id(&nation.post("/v1/tasks", &task).expect(201));
    // It begins another one: this task is still open.
    let reported = json!({ "committee_id": committee, "kind": "COMMITMENT", "content": "Rà soát", "assignee": { "unit_code": "01990" } });
    let reported = id(&nation.post("/v1/tasks", &reported).expect(201));
    let report = nation.post(&format!("/v1/tasks/{reported}/progress-reports"), &json!({ "content": "Đã rà soát" }));
    let activity = json!({ "unit_code": "01990", "kind": "VISIT", "title": "Đi cơ sở", "planned_date": "2023-04-10" });
    let obstacle =
        json!({ "unit_code": "01990", "kind": "OBSTACLE", "title": "Chưa có hướng dẫn", "level": "COMMUNE" });
    let duty = json!({
        "code": "BT-NAM", "unit_code": "063", "name": { "vi": "Báo cáo năm", "en": "Annual report" }, "from_level": "COMMUNE",
        "to_level": "DISTRICT", "period_kind": "YEAR", "valid_from": "2023-01-01"
    });
    let owed = json!({ "unit_code": "01990", "duty_code": "TT01-2022-XA-NAM", "period": "2022" });
    let said = json!({ "unit_code": "01990", "wording": "Đường sá còn thiếu", "period": "2022" });
    let later = json!({
        "unit_code": "01990", "duty_code": "TT01-2022-XA-NAM", "period": "2023", "new_due_date": "2023-10-15", "reason": "Mưa lũ"
    });
    let money = crate::support::money::entry("ASSIGN", 1000, json!({ "unit_code": "01990" }));
    let money = crate::support::money::record(&nation, &money).expect(201);
    let draft = nation.post("/v1/programmes", &crate::support::money::programme("NHAP-2023")).expect(201);
    Records {
        programme: id(&draft),
        budget_publication: id(&nation.post("/v1/budget-publications", &crate::support::money::published("01990")).expect(201)),
        work: id(&nation.post("/v1/works", &crate::support::money::work("Cầu", json!({ "unit_code": "01990" }))).expect(201)),
        budget_entry: id(&money),
        budget_line: money["line_id"].as_str().expect("an id").to_owned(),
        directive: id(&nation.post("/v1/directives", &directive).expect(201)),
        task,
        activity: id(&nation.post("/v1/activities", &activity).expect(201)),
        statement: id(&nation.post("/v1/statements", &said).expect(201)),
        calendar_day: id(&nation.get("/v1/calendar-days").expect(200)["items"][0]),
        reporting_duty: id(&nation.post("/v1/reporting-duties", &duty).expect(201)),
        report_submission: id(&nation.post("/v1/report-submissions", &owed).expect(201)),
        reporting_extension: id(&nation.post("/v1/reporting-extensions", &later).expect(201)),
        obstacle: id(&nation.post("/v1/obstacles", &obstacle).expect(201)),
        task_progress_report: format!("{reported}/progress-reports/{}", id(&report.expect(201))),
        agency: id(&nation
            .post("/v1/agencies", &json!({ "unit_code": "01990", "kind": "PEOPLES_COMMITTEE", "name": "UBND xã" }))
            .expect(201)),
        meeting: id(&nation
            .post("/v1/meetings", &json!({ "committee_id": committee, "held_date": "2023-03-10" }))
            .expect(201)),
        act: id(&nation
            .post("/v1/acts", &json!({ "unit_code": "01990", "kind_code": "KE_HOACH", "title": "Kế hoạch" }))
            .expect(201)),
        mandate: id(&nation.post("/v1/mandates", &membership).expect(201)),
        person,
        committee,
        assessment: id(&assessment),
        grant: id(&nation.post("/v1/grants", &grant).expect(201)),
        api_key: id(&nation.post("/v1/api-keys", &key).expect(201)),
        client: id(&client),
        unit,
        // A draft, which can still be changed.
        criteria_set: id(&nation
            .post(
                "/v1/criteria-sets",
                &json!({
                    "code": "DRAFT-2021", "name": { "vi": "Dự thảo", "en": "Draft" }, "level": "COMMUNE", "kind_codes": ["XA"],
                    "valid_from": "2021-01-01", "valid_to": "2021-12-31", "confidence": "VERIFIED",
                    "criteria": [{ "code": "1", "name": { "vi": "Một", "en": "One" }, "confidence": "VERIFIED" }]
                }),
            )
            .expect(201)),
        indicator: id(&nation.get("/v1/indicators").expect(200)["items"][0]),
        observation: id(&nation
            .post(
                "/v1/observations",
                &json!({ "indicator_code": "INCOME_PER_CAPITA", "unit_code": "01990", "period": "2022", "stage": "SELF", "figure": { "value": 31 } }),
            )
            .expect(201)),
        period_lock: id(&nation
            .post(
                "/v1/period-locks",
                &json!({ "unit_code": "063", "criteria_set_code": "NTM-XA-2021-2025", "period": "2021" }),
            )
            .expect(201)),
        file: id(&crate::files::send(&nation, "unit_code=01990&name=a.pdf", b"%PDF-1.7 a").expect(201)),
        recognition_dossier: id(&nation
            .post(
                "/v1/recognition-dossiers",
                &json!({ "unit_code": "01990", "criteria_set_code": "NTM-XA-2021-2025", "level": "NTM", "year": 2022 }),
            )
            .expect(201)),
        threshold_verification: id(&nation
            .post(
                "/v1/threshold-verifications",
                &json!({
                    "criteria_set_code": "NTM-XA-2021-2025", "verified_date": "2023-03-09", "document": { "label": "318/QĐ-TTg" },
                    "thresholds": [{ "item_code": "3.1", "region_code": "ALL", "operator": "AT_LEAST", "value": 80 }]
                }),
            )
            .expect(201)),
        unit_succession: id(&nation.get("/v1/unit-successions").expect(200)["items"][0]),
        unit_status: id(&nation.get("/v1/unit-statuses").expect(200)["items"][0]),
    }
}

impl Records {
    /// The address of a path of the contract, for these records.
    pub fn address(&self, path: &str) -> String {
        let filled = path
            .replace("/{collection}/{id}/", &format!("/assessments/{}/", self.assessment))
            .replace("/assessments/{id}", &format!("/assessments/{}", self.assessment))
            .replace("/clients/{id}", &format!("/clients/{}", self.client))
            .replace("/grants/{id}", &format!("/grants/{}", self.grant))
            .replace("/api-keys/{id}", &format!("/api-keys/{}", self.api_key))
            .replace("/period-locks/{id}", &format!("/period-locks/{}", self.period_lock))
            .replace("/recognition-dossiers/{id}", &format!("/recognition-dossiers/{}", self.recognition_dossier))
            .replace("/files/{id}", &format!("/files/{}", self.file))
            .replace(
                "/threshold-verifications/{id}",
                &format!("/threshold-verifications/{}", self.threshold_verification),
            )
            .replace("/tasks/{id}/progress-reports/{report_id}", &format!("/tasks/{}", self.task_progress_report))
            .replace("/tasks/{id}", &format!("/tasks/{}", self.task))
            .replace("/activities/{id}", &format!("/activities/{}", self.activity))
            .replace("/obstacles/{id}", &format!("/obstacles/{}", self.obstacle))
            .replace("/statements/{id}", &format!("/statements/{}", self.statement))
            .replace("/budget-publications/{id}", &format!("/budget-publications/{}", self.budget_publication))
            .replace("/works/{id}", &format!("/works/{}", self.work))
            .replace("/programmes/{id}", &format!("/programmes/{}", self.programme))
            .replace("/budget-entries/{id}", &format!("/budget-entries/{}", self.budget_entry))
            .replace("/budget-lines/{id}", &format!("/budget-lines/{}", self.budget_line))
            .replace("/calendar-days/{id}", &format!("/calendar-days/{}", self.calendar_day))
            .replace("/reporting-duties/{id}", &format!("/reporting-duties/{}", self.reporting_duty))
            .replace("/report-submissions/{id}", &format!("/report-submissions/{}", self.report_submission))
            .replace("/reporting-extensions/{id}", &format!("/reporting-extensions/{}", self.reporting_extension))
            .replace("/directives/{id}", &format!("/directives/{}", self.directive))
            .replace("/acts/{id}", &format!("/acts/{}", self.act))
            .replace("/meetings/{id}", &format!("/meetings/{}", self.meeting))
            .replace("/agencies/{id}", &format!("/agencies/{}", self.agency))
            .replace("/people/{id}", &format!("/people/{}", self.person))
            .replace("/committees/{id}", &format!("/committees/{}", self.committee))
            .replace("/mandates/{id}", &format!("/mandates/{}", self.mandate))
            .replace("/unit-statuses/{id}", &format!("/unit-statuses/{}", self.unit_status))
            .replace("/unit-successions/{id}", &format!("/unit-successions/{}", self.unit_succession))
            .replace("/units/{id}", &format!("/units/{}", self.unit))
            .replace("/indicators/{id}", &format!("/indicators/{}", self.indicator))
            .replace("/observations/{id}", &format!("/observations/{}", self.observation))
            .replace("/criteria-sets/{id}", &format!("/criteria-sets/{}", self.criteria_set))
            .replace("/code-lists/{name}", "/code-lists/unit-kinds");
        assert!(!filled.contains('{'), "{path} is new: it needs a record here");
        // What an operation cannot do without.
        if path.ends_with("/criterion-context") { filled + "?criterion=2" } else { filled }
    }
}

/// An address with more parameters; where one of them is already there, with this value instead.
pub fn asking(address: &str, more: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let kept = query.split('&').filter(|pair| !pair.is_empty() && more.split('&').all(|new| name(new) != name(pair)));
    let pairs: Vec<&str> = kept.chain([more]).collect();
    format!("{path}?{}", pairs.join("&"))
}
