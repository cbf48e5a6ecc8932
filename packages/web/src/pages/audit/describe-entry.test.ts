import { expect, test } from "vitest";
import { describeEntry } from "./describe-entry.ts";

test.each([
  [
    "create_connection",
    '{"ip":"10.0.0.9","method":"POST","requestId":"x","target":"warehouse"}',
    { target: { kind: "connection", name: "warehouse" }, more: "from 10.0.0.9" },
  ],
  ["patch_dag", '{"is_paused":false}', { target: undefined, more: "is paused false" }],
  [
    "trigger_dag_run",
    '{"conf":{},"triggered_by":"rest_api","note":null}',
    { target: undefined, more: "triggered by rest_api" },
  ],
  ["login", "no JSON", { target: undefined, more: "extra no JSON" }],
  ["login", null, { target: undefined, more: "" }],
])("%s with %s", (event, extra, facts) => {
  expect(describeEntry({ event, extra })).toEqual(facts);
});
