import { expect, test } from "vitest";
import { quoteShell, renderTriggerCommand } from "./trigger-command.ts";

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
