// A front end's first steps, on types and a client that come from the contract alone.
//
// Usage: node main.js READY_FILE — the file that `muctieu demo --ready-file` wrote.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/contract.js";

type Assessment = components["schemas"]["Assessment"];
type CriteriaDistribution = components["schemas"]["CriteriaDistribution"];
type NewAssessment = components["schemas"]["NewAssessment"];

const readyFile = process.argv[2];
assert(readyFile, "name the ready file of a running demo");
const ready = JSON.parse(readFileSync(readyFile, "utf8")) as { base_url: string; api_key: string };

// The report also comes as CSV; this program reads JSON, and problems.
const service = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: ready.base_url,
  headers: { Authorization: `Bearer ${ready.api_key}`, "Accept-Language": "en" },
  // The contract says `explode: false`: several values of a parameter are separated by commas.
  querySerializer: { array: { style: "form", explode: false } },
});

/** What was asked for, or the problem that the service answered. */
function answered<T>(answer: { data?: T; error?: components["schemas"]["Problem"]; response: Response }): T {
  assert(answer.data !== undefined, `${answer.response.status} ${answer.error?.code}: ${answer.error?.detail}`);
  return answer.data;
}

async function whoAmI(): Promise<void> {
  const me = answered(await service.GET("/v1/me"));
  assert(me.grants.some((grant) => grant.role === "EDITOR" && grant.permissions.includes("assessment:write")));
}

/** What the steering committee of Bạch Thông district read on 10 March 2023. */
async function readDistribution(): Promise<void> {
  const distribution: CriteriaDistribution = answered(
    await service.GET("/v1/reports/criteria-distribution", {
      params: { query: { unit_code: "063", period: ["2022"] } },
    }),
  );
  const { coverage, total } = distribution;
  assert.equal(coverage.expected_count, 13);
  assert.equal(coverage.reported_count, 12);
  assert.deepEqual(coverage.missing.map((unit) => unit.name), ["Quang Thuận"]);
  assert.deepEqual(
    total.bands.map((band) => [band.code, band.count]),
    [["19", 4], ["15-18", 0], ["10-14", 7], ["5-9", 1], ["0-4", 0]],
  );
  assert.deepEqual(total.criteria_met_average, { min: 12.5833, max: 15.25 });
}

/** The missing commune begins its own assessment: a draft, which counts nowhere yet. */
async function writeDraft(): Promise<void> {
  const draft: NewAssessment = {
    unit_code: "02017",
    criteria_set_code: "NTM-XA-2021-2025",
    period: "2022",
    stage: "SELF",
    criteria: [{ code: "17", verdict: "MET" }],
  };
  const created: Assessment = answered(await service.POST("/v1/assessments", { body: draft }));
  assert.equal(created.status, "DRAFT");
  assert.equal(created.unit.name, "Quang Thuận");

  const path = { id: created.id };
  const read = await service.GET("/v1/assessments/{id}", { params: { path } });
  assert.deepEqual(answered(read), created);
  const held = read.response.headers.get("ETag");
  assert(held, "a record comes with its tag");
  assert(held.startsWith(`"${created.version}.`));

  const change = (tag: string, note: string) =>
    service.PATCH("/v1/assessments/{id}", { params: { path, header: { "If-Match": tag } }, body: { note } });
  const changed = answered(await change(held, "Chờ số liệu nước sạch"));
  assert.equal(changed.version, created.version + 1);

  // Someone else still holds the first version.
  const refused = await change(held, "Đã có số liệu nước sạch");
  assert.equal(refused.response.status, 412);
  assert.equal(refused.error?.code, "VERSION_CONFLICT");
  const current = refused.response.headers.get("ETag");
  assert(current, "a refused change names the current version");

  const deleted = await service.DELETE("/v1/assessments/{id}", { params: { path, header: { "If-Match": current } } });
  assert.equal(deleted.response.status, 204);
  const gone = await service.GET("/v1/assessments/{id}", { params: { path } });
  assert.equal(gone.error?.code, "NOT_FOUND");
}

await whoAmI();
await readDistribution();
await writeDraft();
console.log("The generated client reads, writes, and is told of a conflict.");
