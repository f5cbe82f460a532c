"""The service as the preparation and the hooks call it, beside the fuzzer's own requests."""

import datetime
import json
import urllib.request
import uuid


class Service:
    def __init__(self, base_url, key):
        self.base_url, self.key = base_url, key

    def call(self, method, path, body=None, version=None):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/pdf"
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base_url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def get(self, path):
        return self.call("GET", path)

    def create(self, path, body):
        return self.call("POST", path, body)

    @staticmethod
    def in_days(days):
        instant = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
        return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")
