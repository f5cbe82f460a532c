"""Hooks of the fuzzer: real records for requests that would otherwise name nothing, and a tally of the answers.

A generated id, unit code or version is well-formed and names nothing, so most operations would only ever refuse.
Three of four valid requests are therefore pointed at something that exists; the fourth stays as it was generated,
and so does every request that breaks the contract on purpose.
"""

import atexit
import datetime
import itertools
import json
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

import schemathesis
from schemathesis.generation.meta import TestPhase

sys.path.insert(0, str(Path(__file__).parent))
from service import Service  # noqa: E402

DIRECTORY = Path(os.environ["FUZZ_DIRECTORY"])
KNOWN = json.loads((DIRECTORY / "known.json").read_text())
NATION = Service(KNOWN["base_url"], KNOWN["nation"])
PROTECTED = set(KNOWN["protected"])
CRITERIA = 19

counter = itertools.count(1)
# Ids that the service handed out, and those of them that were deleted.
seen, gone = set(), set()
answers = defaultdict(Counter)


def keys_of(units):
    """Units and periods that are not taken yet, each once."""
    parts = ["", "-H1", "-H2", "-9M", "-Q1", "-Q2", "-Q3", "-Q4", *(f"-{month:02}" for month in range(1, 13))]
    for part, year, unit in itertools.product(parts, (2022, 2021), units):
        yield {"unit_code": unit["code"], "criteria_set_code": "NTM-XA-2021-2025", "period": f"{year}{part}"}


def figures():
    """Counts of communes that nobody has reported yet, each once."""
    for key, indicator in itertools.product(keys_of(KNOWN["units"]), KNOWN["indicators"]):
        yield {"unit_code": key["unit_code"], "period": key["period"], "indicator_code": indicator}


def dossiers():
    """Communes and years for which nobody is registered, each once."""
    for year, unit in itertools.product(range(2021, 2026), KNOWN["dossier_units"]):
        yield {"unit_code": unit["code"], "criteria_set_code": "NTM-XA-2021-2025", "level": "NTM", "year": year}


def figure(item=None):
    """An observation that can be recorded, with what the fuzzer wrote into it."""
    kept = {name: value for name, value in (item or {}).items() if name in ("stage", "external_id")}
    return {"stage": "SELF", **kept, **next(free_figures), "figure": {"value": next(counter)}}


def indicator(body=None):
    """An indicator that can be defined."""
    names = {"vi": f"Số đàn ong {next(counter)}", "en": "Beehives"}
    kept = {name: value for name, value in (body or {}).items() if name in ("time_basis", "direction")}
    defined = {"code": f"FUZZ_{next(counter)}", "name": names, "value_type": "COUNT", "unit_code": "HOUSEHOLD"}
    return {"time_basis": "STOCK", "direction": "NEUTRAL", **kept, **defined}


def set_document(code=None):
    """A set of two criteria as a document."""
    name = {"vi": "Tiêu chí", "en": "Criterion"}
    criteria = [
        {"code": str(at), "name": name, "confidence": "LOW", "topic_codes": [], "items": []} for at in (1, 2)
    ]
    return {
        "code": code or f"FUZZ-{next(counter)}",
        "name": {"vi": "Bộ tiêu chí thử", "en": "Made up"},
        "level": "COMMUNE",
        "kind_codes": ["XA"],
        "valid_from": "2021-01-01",
        "valid_to": "2021-12-31",
        "confidence": "LOW",
        "status": "DRAFT",
        "text_available": False,
        "criteria": criteria,
        **{name: [] for name in ("acts", "bands", "thresholds", "region_overrides", "conditions", "key_criteria")},
    }


def verification(body=None):
    """A verification of a threshold of the national set, as it was loaded."""
    kept = {name: value for name, value in (body or {}).items() if name in ("note", "external_id")}
    water = {"item_code": "3.1", "region_code": "ALL", "operator": "AT_LEAST", "value": 80}
    document = {"label": f"Bản in số {next(counter)}"}
    read = {"thresholds": [water], "document": document, "verified_date": "2022-12-31"}
    return {**kept, "criteria_set_code": "NTM-XA-2021-2025", **read}


# Records that were made to be read.
read_again = {}
free_figures, free_dossiers = figures(), dossiers()
free_keys, free_locks = keys_of(KNOWN["units"]), keys_of(KNOWN["lock_units"])
days = itertools.count(1)


def classes():
    """Communes of today and days on which each may get another class: one year after the other."""
    for year, unit in itertools.product(range(2027, 2100), KNOWN["class_units"]):
        yield {"unit_code": unit["code"], "kind": "REGION_CLASS", "value_code": "II", "valid_from": f"{year}-01-01"}


free_classes = classes()


def status(item=None):
    """A status that can be recorded, with what the fuzzer wrote into it."""
    kept = {name: value for name, value in (item or {}).items() if name in ("act_number", "note", "confidence")}
    return {"act_number": f"{next(counter)}/QĐ", **kept, **next(free_classes)}


SQUARE = {"type": "Polygon", "coordinates": [[[105.8, 22.1], [105.9, 22.1], [105.9, 22.2], [105.8, 22.1]]]}


def renaming():
    """A reform that can be recorded: a commune of today gets another name, a day after it got its last."""
    day = datetime.date(2027, 1, 1) + datetime.timedelta(days=next(days))
    return {
        "act_number": f"{next(counter)}/NQ",
        "effective_date": day.isoformat(),
        "units": [{"code": "01957", "name": f"Thượng Quan {day}", "kind_code": "XA", "parent_code": "19"}],
        "edges": [{"kind": "RENAME", "from_unit_code": "01957", "to_unit_code": "01957"}],
    }


def new_client():
    return NATION.create("/v1/clients", {"name": f"Fuzz record {next(counter)}", "unit_code": "063"})


def agency():
    return {"unit_code": "19", "kind": "OTHER", "name": f"Cơ quan {next(counter)}"}


def committee():
    return {"unit_code": "19", "kind": "COMMITTEE", "name": f"Ban chỉ đạo {next(counter)}"}


def person():
    return {"unit_code": "19", "full_name": f"Nguyễn Văn {next(counter)}"}


def mandate():
    """A membership that nobody holds."""
    held_in = NATION.create("/v1/committees", committee())["id"]
    return {"committee_id": held_in, "kind": "MEMBERSHIP", "person_id": NATION.create("/v1/people", person())["id"]}


def act():
    return {"unit_code": "19", "kind_code": "KE_HOACH", "title": "Kế hoạch", "act_number": f"{next(counter)}/KH-UBND"}


def meeting():
    day = datetime.date(2020, 1, 1) + datetime.timedelta(days=next(counter) % 2000)
    return {"committee_id": NATION.create("/v1/committees", committee())["id"], "held_date": day.isoformat()}


def directive():
    """An item of an act of its own that binds a commune."""
    item = {"code": "1", "content": "Rà soát tiêu chí"}
    issued = NATION.create("/v1/acts", {**act(), "items": [item]})
    held_by = NATION.create("/v1/committees", committee())["id"]
    return {"committee_id": held_by, "act_id": issued["id"], "item_code": "1", "parties": [{"unit_code": "01957"}]}


def task():
    """A commitment of a commune of today."""
    held_by = NATION.create("/v1/committees", committee())["id"]
    new = {"committee_id": held_by, "kind": "COMMITMENT", "content": "Làm đường", "due_date": "2099-12-31"}
    return {**new, "assignee": {"unit_code": "01957"}}


def obstacle():
    """What stands in the way in a commune of today."""
    return {"unit_code": "01957", "kind": "OBSTACLE", "title": f"Vướng mắc {next(counter)}"}


def activity():
    """A visit to come."""
    return {"unit_code": "19", "kind": "VISIT", "title": f"Đi cơ sở {next(counter)}", "planned_date": "2027-01-01"}


def calendar_day():
    """A weekday to come of which nobody knows that it is off."""
    number = next(counter)
    day = datetime.date(2040, 1, 2) + datetime.timedelta(weeks=number // 5, days=number % 5)
    return {"date": day.isoformat(), "is_working": False, "name": {"vi": "Nghỉ", "en": "Off"}}


def duty():
    """A duty of the communes of today."""
    levels = {"from_level": "COMMUNE", "to_level": "PROVINCE", "period_kind": "YEAR"}
    due = {"kind": "DAYS_AFTER", "days": 10}
    named = {"code": f"FZ-{next(counter)}", "name": {"vi": "Báo cáo năm", "en": "Annual report"}}
    return {**named, **levels, "unit_code": "19", "due_rule": due, "valid_from": "2020-01-01"}


def owed():
    """A report that nobody has drawn up, or extended."""
    return {"unit_code": "01957", "duty_code": NATION.create("/v1/reporting-duties", duty())["code"], "period": "2025"}


def later():
    return {**owed(), "new_due_date": "2099-12-31", "reason": "Mưa lũ"}


def statement():
    """Something that was said of a commune of today, which no figure would prove."""
    return {"unit_code": "01957", "wording": f"Nhận định {next(counter)}", "period": "2025"}


def work():
    """A work of a commune of today."""
    return {"unit_code": "01957", "name": f"Công trình {next(counter)}", "programme_code": "NTM"}


def entry():
    """Money that a commune of today is given."""
    of = {"programme_code": "NTP35", "funding_source_code": "NSTW", "nature_code": "DTPT", "plan_year": 2026}
    named = {"external_id": f"FZ-{next(counter)}"}
    return {**of, **named, "unit_code": "01957", "kind": "ASSIGN", "amount_vnd": 1000, "booking_date": "2026-01-15"}


def programme(code=None):
    """A draft with one component."""
    code = code or f"FZ-{next(counter)}"
    named = {"vi": "Chương trình", "en": "Programme"}
    part = {"code": f"{code}.1", "kind": "PROJECT", "name": named, "nature_codes": ["SN"], "confidence": "HIGH"}
    lists = {"short_names": [], "replaces": [], "legal_basis": [], "lead_agencies": [], "components": [part]}
    days = {"valid_from": "2021-01-01", "valid_to": "2030-12-31"}
    return {"code": code, "name": named, **days, **lists, "confidence": "HIGH"}


def publication():
    """A table that does not add up."""
    lines = [{"label": "A", "assigned": "1.000"}, {"label": "B", "assigned": "3", "is_total": True}]
    return {"unit_code": "01957", "title": f"Số công bố {next(counter)}", "source_label": "Báo", "amount_unit": "MILLION_VND", "lines": lines}


PARTIES = {
    "budget-publications": publication,
    "works": work,
    "budget-entries": entry,
    "programmes": programme,
    "statements": statement,
    "calendar-days": calendar_day,
    "reporting-duties": duty,
    "report-submissions": owed,
    "reporting-extensions": later,
    "activities": activity,
    "obstacles": obstacle,
    "directives": directive,
    "tasks": task,
    "acts": act,
    "meetings": meeting,
    "agencies": agency,
    "committees": committee,
    "people": person,
    "mandates": mandate,
}


MAKERS = {
    "record_budget_publication": publication,
    "record_work": work,
    "record_budget_entry": entry,
    "record_statement": statement,
    "record_calendar_day": calendar_day,
    "record_reporting_duty": duty,
    "draw_up_report": owed,
    "extend_report": later,
    "create_act": act,
    "create_activity": activity,
    "create_agency": agency,
    "create_committee": committee,
    "create_directive": directive,
    "create_task": task,
    "raise_obstacle": obstacle,
    "create_mandate": mandate,
    "create_meeting": meeting,
    "create_person": person,
}


def party(body, new):
    """A body with what it needs to be stored beside what the fuzzer wrote."""
    noted = {"title", "item_code", "assignee"}
    worded = {"description", "proposal"}
    members = {"phone", "email"} if "full_name" in new else worded if "kind" in new and "title" in new else set()
    if noted & new.keys() and not members:
        members = {"note"}
    kept = {name: value for name, value in body.items() if name in members}
    return {**new, **kept}


def new_record(collection):
    """A record that nobody needs, so that a test may change or delete it."""
    if collection == "clients":
        return new_client()
    if collection == "api-keys":
        body = {"client_id": new_client()["id"], "expires_at": NATION.in_days(30)}
    elif collection == "period-locks":
        body = next(free_locks)
    elif collection == "unit-successions":
        body = renaming()
    elif collection == "unit-statuses":
        body = status()
    elif collection == "indicators":
        body = indicator()
    elif collection == "observations":
        body = figure()
    elif collection == "criteria-sets":
        body = set_document()
    elif collection == "threshold-verifications":
        body = verification()
    elif collection == "recognition-dossiers":
        body = next(free_dossiers)
    elif collection == "files":
        return NATION.create("/v1/files?unit_code=19&name=a.pdf", pdf().encode())
    elif collection == "budget-lines":
        return {"id": NATION.create("/v1/budget-entries", entry())["line_id"]}
    elif collection in PARTIES:
        body = PARTIES[collection]()
    elif collection == "grants":
        body = {"client_id": new_client()["id"], "role": "VIEWER", "unit_code": "063"}
    else:
        body = {**next(free_keys), "stage": "SELF", "declared_total": {"min": 5, "max": 9}}
    return NATION.create(f"/v1/{collection}", body)


def pdf():
    """A file that nobody sent before."""
    return f"%PDF-1.7\n{next(counter)}\n"


@schemathesis.serializer(
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
def file_as_it_is(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def one_of(items):
    return items[next(counter) % len(items)]


def names_something(case):
    """Whether the id in the path is real. What a stateful test carries from step to step is left to it."""
    record_id = case.path_parameters["id"]
    return record_id in seen and (record_id not in gone or case.meta.phase.name == TestPhase.STATEFUL)


def point_path(case, collection):
    """Name a record that exists."""
    path = case.path_parameters
    if "collection" in path:
        path["collection"], path["id"] = "assessments", new_record("assessments")["id"]
    elif "name" in path:
        path["name"] = one_of(KNOWN["code_lists"])
    elif "id" in path and not names_something(case):
        fixed = {"units": KNOWN["units"]}
        if case.method == "GET":
            fixed["criteria-sets"] = KNOWN["sets"]
        if collection == "recognition-dossiers" and case.method == "GET":
            # There are not many communes and years.
            if collection not in read_again:
                read_again[collection] = new_record(collection)
            fixed[collection] = [read_again[collection]]
        path["id"] = (one_of(fixed[collection]) if collection in fixed else new_record(collection))["id"]
        if "report_id" in path:
            path["report_id"] = NATION.create(f"/v1/tasks/{path['id']}/progress-reports", {"content": "Đang làm"})["id"]


def point_query(case):
    """Ask for what there is: a unit by its code on a day on which it existed, a set that is known."""
    query = case.query
    if query.keys() & {"unit_id", "unit_code", "unit_name"}:
        query["unit_code"] = one_of([*(unit["code"] for unit in KNOWN["units"]), "063"])
        query.pop("unit_id", None)
        query.pop("unit_name", None)
    if "as_of" in query or case.path.endswith("/geometry"):
        query["as_of"] = "2022-12-31"
    if case.path == "/v1/budget-sheets":
        query["unit_code"] = "19"
    if case.path == "/v1/assessment-sheets":
        query.update(unit_code="063", criteria_set_code="NTM-XA-2021-2025", period="2022", stage="SELF")
        if case.method == "POST":
            query["layout"] = "WIDE"
    if "indicator_code" in query:
        query["indicator_code"] = one_of(KNOWN["indicators"])
    if "criteria_set_code" in query:
        query["criteria_set_code"] = "NTM-XA-2021-2025"
    # A cursor belongs to the answer it came with.
    query.pop("cursor", None)


def point_criteria(items):
    """Codes of the set, each once."""
    del items[CRITERIA:]
    for position, item in enumerate(items, start=1):
        item["code"] = str(position)
        if item.get("verdict") == "NOT_APPLICABLE":
            item["note"] = item.get("note") or "Không có trên địa bàn"


def point_total(body):
    total = body.get("declared_total")
    if total:
        low, high = sorted(min(value, CRITERIA) for value in (total["min"], total["max"]))
        total.update(min=low, max=high)


def point_unit(body):
    body.pop("unit_id", None)
    body["unit_code"] = one_of(["06", "063", *(unit["code"] for unit in KNOWN["units"])])


def point_body(case, operation, record):
    """Let a valid body name things that exist; its texts, numbers and choices stay as generated."""
    body = case.body
    if operation == "create_assessment":
        body.pop("unit_id", None)
        body.update(next(free_keys))
        if body["stage"] == "REPORTED" and not body.get("criteria"):
            body["declared_total"] = body.get("declared_total") or {"min": 5, "max": 9}
        # A total beside verdicts would mostly contradict them.
        if body.get("criteria"):
            body.pop("declared_total", None)
    elif operation == "create_client":
        point_unit(body)
    elif operation == "give_grant":
        point_unit(body)
        body["client_id"] = new_client()["id"]
    elif operation == "issue_api_key":
        body["client_id"] = new_client()["id"]
        body["expires_at"] = NATION.in_days(30)
    elif operation == "lock_period":
        body.pop("unit_id", None)
        body.update(next(free_locks))
    elif operation == "record_unit_succession":
        body.update(renaming())
    elif operation == "record_unit_status":
        case.body = status(body)
    elif operation == "record_unit_statuses":
        body["items"] = [status(item) for item in body.get("items", [])[:3]] or [status()]
    elif operation == "create_indicator":
        case.body = indicator(body)
    elif operation == "record_observation":
        case.body = figure(body)
    elif operation == "record_observations":
        body["items"] = [figure(item) for item in body.get("items", [])[:3]] or [figure()]
    elif operation == "create_criteria_set":
        case.body = set_document()
    elif operation == "replace_criteria_set_document":
        case.body = set_document(record["code"])
    elif operation == "transition_criteria_set" and record["allowed_transitions"]:
        body["to"] = record["allowed_transitions"][0]
    elif operation == "verify_thresholds":
        case.body = verification(body)
    elif operation == "transition_threshold_verification":
        body["to"] = "ANNULLED"
    elif operation in ("write_assessment_sheet", "change_assessment_sheet"):
        body.pop("items", None)
        for criterion in body.get("criteria") or []:
            criterion.pop("override", None)
    elif operation == "rehearse_evaluation":
        body.pop("unit_id", None)
        for name in ("document", "criteria_set_code", "baseline", "year", "unit_scope"):
            body.pop(name, None)
        values = [{"item_code": "10.1", "figure": {"value": 41}}]
        body.update(unit_code=one_of(KNOWN["units"])["code"], period="2022", values=values)
    elif operation == "register_recognition_dossier":
        body.pop("unit_id", None)
        body.update(next(free_dossiers))
    elif operation == "transition_recognition_dossier":
        case.body = {"to": "WITHDRAWN", "reason": body.get("reason") or "Chưa đủ điều kiện"}
    elif operation == "transition_unit_status" and record["allowed_transitions"]:
        body["to"] = "ANNULLED"
        body.pop("valid_to", None)
    elif operation == "create_programme":
        case.body = programme()
    elif operation == "replace_programme":
        case.body = programme(record["document"]["code"])
    elif operation == "transition_programme" and record["allowed_transitions"]:
        body["to"] = record["allowed_transitions"][0]
    elif operation == "record_budget_entries":
        body["items"] = [entry() for _ in body.get("items", [])[:3]] or [entry()]
    elif operation == "reverse_budget_entry":
        body.update(booking_date="2026-02-01", reason=body.get("reason") or "Ghi nhầm")
        body.pop("value_date", None)
    elif operation == "transition_work" and record["allowed_transitions"]:
        case.body = {"to": record["allowed_transitions"][0]}
    elif operation == "report_work_progress":
        body.update(reported_date="2026-02-01", physical_percent=40)
    elif operation == "change_work":
        for name in ("component_code", "owner_unit_code", "owner_agency_id", "owner_act_id", "planned_start_date"):
            body.pop(name, None)
        body.pop("planned_end_date", None)
    elif operation in MAKERS:
        case.body = party(body, MAKERS[operation]())
    elif operation in ("change_act", "change_agency", "change_committee", "change_meeting", "change_person"):
        for name in (
            "act_ids",
            "act_number",
            "agency_id",
            "attendances",
            "files",
            "held_date",
            "committee_id",
            "file_ids",
            "issued_date",
            "items",
            "kind_code",
            "signer_person_id",
        ):
            body.pop(name, None)
        for name in ("name", "identifier", "positions", "valid_from", "valid_to"):
            body.pop(name, None)
    elif operation == "transition_report_submission" and record["allowed_transitions"]:
        case.body = {"to": "SUBMITTED"}
    elif operation == "change_report_submission":
        body.pop("file_ids", None)
    elif operation == "change_statement":
        for name in ("topic_code", "claim"):
            body.pop(name, None)
    elif operation == "change_reporting_duty":
        body.pop("valid_to", None)
    elif operation == "transition_mandate" and record["allowed_transitions"]:
        case.body = {"to": "ANNULLED", "reason": body.get("reason") or "Ghi nhầm"}
    elif operation == "transition_directive" and record["allowed_transitions"]:
        case.body = {"to": "ENDED", "reason": body.get("reason") or "Đã thay thế"}
    elif operation == "transition_activity" and record["allowed_transitions"]:
        case.body = {"to": "CANCELLED", "reason": body.get("reason") or "Mưa lũ"}
    elif operation == "change_activity":
        lists = ("target_unit_codes", "parties", "recommendation_task_ids", "file_ids")
        for name in (*lists, "reach_count", "planned_date"):
            body.pop(name, None)
    elif operation == "transition_obstacle" and record["allowed_transitions"]:
        case.body = {"to": "ANSWERED", "answer": body.get("answer") or "Đã có hướng dẫn"}
    elif operation == "escalate_obstacle":
        body["to_level"] = "NATION"
        body.pop("answer_due_date", None)
    elif operation == "change_obstacle":
        for name in ("answer_due_date", "task_ids"):
            body.pop(name, None)
    elif operation == "transition_task" and record["allowed_transitions"]:
        case.body = {"to": "CANCELLED", "reason": body.get("reason") or "Đã thay thế"}
    elif operation == "extend_task":
        body.update(new_due_date="2150-12-31")
    elif operation == "create_task_progress_report":
        body.pop("quantity", None)
        body.pop("report_date", None)
    elif operation == "change_task":
        for name in ("quantity", "quantity_unit"):
            body.pop(name, None)
    elif operation == "transition_person":
        body["to"] = "ERASED"
    elif operation == "put_unit_geometry":
        body["geometry"] = SQUARE
    elif operation in ("transition_period_lock", "transition_unit_succession") and record["allowed_transitions"]:
        body["to"] = record["allowed_transitions"][0]
    elif operation == "transition_assessment" and record["allowed_transitions"]:
        body["to"] = record["allowed_transitions"][0]
        body["reason"] = body.get("reason") or "Thiếu số liệu"
        point_criteria(body.get("items") or [])
    if "cut_off_date" in body and body["cut_off_date"]:
        body["cut_off_date"] = min(body["cut_off_date"], "2026-01-01")
    if operation in ("create_criteria_set", "replace_criteria_set_document"):
        return
    point_total(body)
    point_criteria(body.get("criteria") or [])


@schemathesis.hook
def before_call(context, case, kwargs):
    operation, collection = case.operation.definition.raw["operationId"], case.path.split("/")[2]
    changes_what_is_named = "id" in case.path_parameters and case.method != "GET"
    if case.path_parameters.get("id") in PROTECTED and changes_what_is_named:
        case.path_parameters["id"] = new_record(collection)["id"]
    is_valid = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_valid or next(counter) % 4 == 0:
        return
    point_path(case, collection)
    if isinstance(case.query, dict):
        point_query(case)
    record = None
    # A key that was used for other content would only be refused.
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = f"fuzzing-request-{next(counter):08}"
    if "Acting-Person" in (case.headers or {}):
        case.headers["Acting-Person"] = KNOWN["persons"][next(counter) % len(KNOWN["persons"])]
    if changes_what_is_named:
        record = read(collection, case.path_parameters["id"], operation)
        if record is None:
            return
        version = record["properties"]["version"] if operation == "put_unit_geometry" else record["version"]
        case.headers["If-Match"] = f'"{version}"'
    if operation == "upload_file":
        case.body, case.media_type = pdf(), "application/pdf"
        case.query.update(unit_code="19", name="a.pdf")
    if operation == "import_budget_sheet":
        case.query.update(amount_unit="VND", booking_date="2026-01-15", confirm_outliers="true")
        members = "external_id,unit_code,programme_code,funding_source_code,nature_code,plan_year,kind,amount"
        row = f"FZ-{next(counter)},01957,NTP35,NSTW,DTPT,2026,ASSIGN,1000"
        case.body, case.media_type = f"{members}\r\n{row}\r\n", "text/csv"
    if operation == "import_assessment_sheets":
        case.body, case.media_type = f"unit_code,10.1\r\n01984,{next(counter)}\r\n", "text/csv"
    if isinstance(case.body, dict):
        point_body(case, operation, record)


def read(collection, record_id, operation):
    try:
        part = "/geometry?as_of=2022-12-31" if operation == "put_unit_geometry" else ""
        return NATION.get(f"/v1/{collection}/{record_id}{part}")
    except OSError:  # It was deleted, and a test asks whether it stays so.
        return None


@schemathesis.hook
def after_call(context, case, response):
    answers[case.operation.label][response.status_code] += 1
    if case.method == "DELETE" and response.status_code == 204:
        gone.add(case.path_parameters["id"])
    if 200 <= response.status_code < 300 and b'"id"' in response.content:
        remember(response.json())


def remember(value):
    if isinstance(value, list):
        for item in value:
            remember(item)
    elif isinstance(value, dict):
        if isinstance(value.get("id"), str):
            seen.add(value["id"])
        for member in value.values():
            remember(member)


@atexit.register
def write_tally():
    (DIRECTORY / "tally.json").write_text(json.dumps(answers))
