import { expect, test } from "vitest";
import { parseConf } from "./parse-conf.ts";
import { quoteShell, renderTriggerCommand } from "./trigger-command.ts";

test.each(["[]", "1", "null", "{", '"x"'])("%s is no conf", (text) => {
  expect(parseConf(text).problem).toBeTypeOf("string");
});

test("nothing typed is an empty conf", () => {
  expect(parseConf(" ")).toEqual({ conf: {} });
  expect(parseConf('{"a":1}')).toEqual({ conf: { a: 1 } });
});

test("the command survives quotes in the conf", () => {
  expect(renderTriggerCommand("flights", { conf: '{"name": "O\'Hare"}', runId: "" })).toBe(
    `airloom dags trigger flights --conf '{"name":"O'\\''Hare"}'`,
  );
  expect(renderTriggerCommand("flights", { conf: "{}", runId: "" })).toBe(
    "airloom dags trigger flights",
  );
  expect(
    renderTriggerCommand("flights", {
      conf: "",
      logicalDate: "2026-11-21T00:00:00Z",
      runId: "a b",
    }),
  ).toBe("airloom dags trigger flights --logical-date 2026-11-21T00:00:00Z --run-id 'a b'");
  expect(quoteShell("plain-1.2")).toBe("plain-1.2");
});
