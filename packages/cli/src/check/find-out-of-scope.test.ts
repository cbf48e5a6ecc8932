import { buildDag } from "@airloom/testkit";
import { expect, test } from "vitest";
import { findOutOfScope } from "./find-out-of-scope.ts";

const SALES = buildDag("sales_daily", [], { tags: ["finance"] });
const HR = buildDag("hr_daily", []);
const TEXT = `const a = 1;
getClient().getConnection("wh"); // getConnection("other")
const text = "{{ conn.wh.host }} {{ var.value.wh }}";
`;

test.each([
  [[HR], ["sales_*"], [2, 3]],
  [[HR], ["tag:finance"], [2, 3]],
  [[HR], null, []],
  [[SALES], ["sales_*"], []],
  [[SALES], ["tag:finance"], []],
  [[SALES, HR], ["sales_*"], []],
  [[], ["sales_*"], []],
])("what %j name of a connection for %j is an error in lines %j (S3)", (dags, scope, lines) => {
  const scopes = new Map([["wh", scope]]);
  const found = findOutOfScope([{ file: "dags/a.ts", text: TEXT, dags }], scopes);
  expect(found.map(({ line }) => line)).toEqual(lines);
  for (const { message } of found) expect(message).toContain('closed to "hr_daily"');
});
