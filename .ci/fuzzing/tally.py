"""Judge a run of the fuzzer by what the service answered: a run that only ever met refusals has tested nothing.

Usage: tally.py CONTRACT TALLY — fails where an operation never answered 2xx, or more than 5 % of the answers were 429.
"""

import json
import sys
from pathlib import Path

METHODS = {"get", "put", "post", "delete", "patch"}


def main(contract, tally):
    paths = json.loads(Path(contract).read_text())["paths"]
    answers = json.loads(Path(tally).read_text())
    operations = [f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in METHODS]
    total = limited = 0
    untouched = []
    for operation in operations:
        statuses = {int(status): count for status, count in answers.get(operation, {}).items()}
        total += sum(statuses.values())
        limited += statuses.get(429, 0)
        if not any(200 <= status < 300 for status in statuses):
            untouched.append(operation)
        print(f"{operation:45}", "  ".join(f"{status}×{count}" for status, count in sorted(statuses.items())))
    print(f"{total} answers, {limited} of them 429; {len(operations) - len(untouched)} of {len(operations)} operations answered 2xx")
    for operation in untouched:
        print(f"never answered 2xx: {operation}", file=sys.stderr)
    return 1 if untouched or limited * 20 > total else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
