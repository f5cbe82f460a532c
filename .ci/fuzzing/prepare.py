"""Prepare a running demo for the fuzzer: a client of the nation and one of a district that must not see its records.

The first keeps the nation's indicators and sets as well; the records of the run belong to another district than the
second's.

Usage: prepare.py READY_FILE DIRECTORY — writes auth.json (the two keys, for Schemathesis) and known.json (what the
hooks draw on) into the directory.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from service import Service  # noqa: E402

ROLES = ["ADMIN", "MANAGER", "EDITOR", "SIGNER"]
UNITS = {"one": "VN", "two": "061"}


def register(nation, name, unit_code):
    """A client with every role over one unit, as its own system would have."""
    client = nation.create("/v1/clients", {"name": f"Fuzz {name}", "unit_code": unit_code, "may_name_person": True})
    for role in ROLES:
        nation.create("/v1/grants", {"client_id": client["id"], "role": role, "unit_code": unit_code})
    key = nation.create("/v1/api-keys", {"client_id": client["id"], "expires_at": nation.in_days(30)})
    return key["api_key"]


def main(ready_file, directory):
    ready = json.loads(Path(ready_file).read_text())
    nation = Service(ready["base_url"], ready["api_key"])
    keys = {name: register(nation, name, unit_code) for name, unit_code in UNITS.items()}

    def all_of(path):
        return nation.get(f"{path}{'&' if '?' in path else '?'}limit=200")["items"]

    def communes(district):
        listed = all_of(f"/v1/units?as_of=2022-12-31&unit_code={district}&level=COMMUNE&kind_code=XA")
        return [{"id": unit["id"], "code": unit["code"], "name": unit["name"]} for unit in listed]

    # Whom a client may act for: many, so that one seldom meets what it wrote itself.
    persons = [
        nation.create("/v1/people", {"unit_code": "19", "full_name": f"Cán bộ {number}"})["id"] for number in range(8)
    ]
    sets = all_of("/v1/criteria-sets?valid_on=2022-12-31")
    known = {
        "base_url": ready["base_url"],
        "nation": ready["api_key"],
        "one": keys["one"],
        # Whoever runs the fuzzer keeps what it runs with.
        "protected": persons
        + [item["id"] for path in ("/v1/clients", "/v1/api-keys", "/v1/grants") for item in all_of(path)],
        "persons": persons,
        "units": communes("063"),
        # Closed periods are those of other communes: the run goes on writing to the first.
        "lock_units": communes("062"),
        "class_units": all_of("/v1/units?unit_code=19&level=COMMUNE&kind_code=XA"),
        # Dossiers are one for each commune and year.
        "dossier_units": [unit for number in range(60, 67) if number != 61 for unit in communes(f"{number:03}")],
        "indicators": [each["code"] for each in all_of("/v1/indicators?value_type=COUNT") if not each["derivation"]],
        "sets": [{"id": each["id"], "code": each["code"]} for each in sets],
        "code_lists": [each["name"] for each in nation.get("/v1/code-lists")["items"]],
    }
    users = [
        {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}
        for name, key in keys.items()
    ]
    out = Path(directory)
    (out / "auth.json").write_text(json.dumps({"auth": users}))
    (out / "known.json").write_text(json.dumps(known))


if __name__ == "__main__":
    main(*sys.argv[1:])
