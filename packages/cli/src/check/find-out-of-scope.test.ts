import { buildDag } from "@airloom/testkit";
import { expect, test } from "vitest";
import { findOutOfScope } from "./find-out-of-scope.ts";

const SALES = buildDag("sales_daily", [], { tags: ["finance"] });
const HR = buildDag("hr_daily", []);
const TEXT = `const a = 1;
getClient().getConnection("wh"); // getConnection("other")
const text = "{{ conn.WH.host }} {{ var.value.wh }}";
`;

test.each([
  ["another Dag", [HR], ["sales_*"], [2, 3]],
  ["a Dag without the tag", [HR], ["tag:finance"], [2, 3]],
  ["any Dag, when it is open", [HR], null, []],
  ["a Dag that a pattern fits", [SALES], ["sales_*"], []],
  ["a Dag that has the tag", [SALES], ["tag:finance"], []],
  ["two Dags of which one may", [SALES, HR], ["sales_*"], []],
  ["a file without Dags", [], ["sales_*"], []],
])(
  "a connection named by %s is an error where no Dag of the file may use it (S3)",
  (_name, dags, scope, lines) => {
    const scopes = new Map([["wh", scope]]);
    const found = findOutOfScope([{ file: "dags/a.ts", text: TEXT, dags }], scopes);
    expect(found.map(({ line }) => line)).toEqual(lines);
    for (const { message } of found) expect(message).toContain('closed to "hr_daily"');
  },
);
