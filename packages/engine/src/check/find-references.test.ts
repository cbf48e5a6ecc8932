import { describe, expect, test } from "vitest";
import { findReferences, findSetVariables } from "./find-references.ts";

function namesIn(source: string) {
  return findReferences(source).map(({ kind, name, isNeeded, line, column }) => [
    kind,
    name,
    isNeeded,
    `${line}:${column}`,
  ]);
}

describe("findReferences() (U16)", () => {
  test.each<readonly [string, readonly (readonly [string, string, boolean, string])[]]>([
    [`await client.getConnectionOrThrow("wh")`, [["connection", "wh", true, "1:36"]]],
    ["\nx.getConnection(\n  'wh')", [["connection", "wh", false, "3:4"]]],
    [`{ dbtCloudConnId: "dbt_cloud" }`, [["connection", "dbt_cloud", true, "1:20"]]],
    [`{ connectionId: \`c\` }`, [["connection", "c", true, "1:18"]]],
    [
      `getVariableOrThrow("a"); getVariable("b")`,
      [
        ["variable", "a", true, "1:21"],
        ["variable", "b", false, "1:39"],
      ],
    ],
    [
      `"{{ conn.wh.host }} {{ var.value.region }}"`,
      [
        ["connection", "wh", true, "1:10"],
        ["variable", "region", true, "1:34"],
      ],
    ],
    [`"{{ var.value.get('region', 'eu') }}"`, []],
    [`// getVariable("a")\n/* conn: getConnection("b") */`, []],
    [`const url = "http://x"; getVariable("a")`, [["variable", "a", false, "1:38"]]],
    ["getVariable(`${made}`); getVariable(name)", []],
  ])("%j", (source, expected) => {
    expect(namesIn(source)).toEqual(expected);
  });

  test("a variable that the code sets is known", () => {
    expect(findSetVariables(`client.setVariable("seen", x) // setVariable("no", 1)`)).toEqual([
      "seen",
    ]);
  });
});
