import { expect, test } from "vitest";
import { describeEntry } from "./describe-entry.ts";

test.each([
  [
    "create_connection",
    '{"ip":"10.0.0.9","method":"POST","requestId":"x","target":"warehouse"}',
    { target: { kind: "connection", name: "warehouse" }, more: "from 10.0.0.9" },
  ],
  ["patch_dag", '{"is_paused":false}', { target: undefined, more: "is paused: no" }],
  [
    "trigger_dag_run",
    '{"conf":{},"triggered_by":"rest_api","note":null}',
    { target: undefined, more: "triggered by: rest_api" },
  ],
  [
    "clear_task_instances",
    '{"conf":{"day":1,"full":true},"task_ids":["a","b"],"ip":"10.0.0.9"}',
    { target: undefined, more: "conf: day 1, full yes; task ids: a, b; from 10.0.0.9" },
  ],
  ["login", "no JSON", { target: undefined, more: "extra: no JSON" }],
  ["login", null, { target: undefined, more: "" }],
])("%s with %s", (event, extra, facts) => {
  expect(describeEntry({ event, extra })).toEqual(facts);
});
