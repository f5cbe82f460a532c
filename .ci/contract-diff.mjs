// What breaks callers between two versions of the contract.
//
// Usage: node contract-diff.mjs BEFORE AFTER — prints each breaking difference; ends with 1 where there is one.

import { readFileSync } from "node:fs";
import { apiDiff, breaking } from "api-smart-diff";

const SHOWN = 50;
const [before, after] = process.argv.slice(2, 4).map((file) => JSON.parse(readFileSync(file, "utf8")));
const shown = (value) => JSON.stringify(value)?.slice(0, 80) ?? "nothing";

/** The operations with all they refer to written out: what breaks in a body need not break in an answer. */
function operations(document) {
  const resolve = (value, within) => {
    if (Array.isArray(value)) return value.map((item) => resolve(item, within));
    if (value === null || typeof value !== "object") return value;
    const { $ref: reference, ...rest } = value;
    if (reference === undefined) {
      return Object.fromEntries(Object.entries(rest).map(([name, member]) => [name, resolve(member, within)]));
    }
    if (within.includes(reference)) return { title: reference };
    const target = reference.slice(2).split("/").reduce((place, name) => place[name], document);
    return resolve({ ...target, ...rest }, [...within, reference]);
  };
  return { openapi: document.openapi, info: document.info, paths: resolve(document.paths, []) };
}

/** What the library does not judge, or judges otherwise than this API promises; else what it says. */
const breaks = ({ type, action, path, before: was, after: is }) => {
  // Another type in an answer breaks its readers, unless it only leaves out one that was allowed.
  if (action === "replace" && path.includes("responses") && path.at(-1) === "type") {
    return [is].flat().some((kind) => ![was].flat().includes(kind));
  }
  // The service refuses members that it does not know, so one that is gone breaks whoever sends it.
  if (action === "remove" && path.includes("requestBody") && path.at(-2) === "properties") return true;
  // Whether an answer always has a header is a promise; to make it breaks nobody.
  if (action === "add" && path.includes("headers") && path.at(-1) === "required") return false;
  return type === breaking;
};
const differences = apiDiff(operations(before), operations(after))
  .filter(breaks)
  .map(({ action, path, before: was, after: is }) => `${action} ${path.join(" / ")}: ${shown(was)} -> ${shown(is)}`);

// Generated clients take their type and function names from these.
for (const name of Object.keys(before.components.schemas)) {
  if (!(name in after.components.schemas)) differences.push(`the schema ${name} is gone`);
}
for (const [path, item] of Object.entries(before.paths)) {
  for (const [method, { operationId }] of Object.entries(item)) {
    const is = after.paths[path]?.[method]?.operationId;
    if (is && is !== operationId) differences.push(`${method} ${path} was ${operationId} and is now ${is}`);
  }
}

for (const difference of differences.slice(0, SHOWN)) console.log(difference);
if (differences.length > SHOWN) console.log(`and ${differences.length - SHOWN} more`);
process.exit(differences.length > 0 ? 1 : 0);
