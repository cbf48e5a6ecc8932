import { expect, test } from "vitest";
import { renderLogLine } from "./console-logger.ts";

const at = new Date("2026-11-22T08:00:00Z");

test.each([
  ["a line break", "failed\n2026-11-22T08:00:01.000Z INFO [server] all is well", /\n {4}2026/u],
  ["a carriage return", "failed\rINFO", /failed\\u000dINFO/u],
  ["a terminal's escape", "failed\u001b[2K\u009b1A", /failed\\u001b\[2K\\u009b1A/u],
  ["a separator of lines", "failed\u2028INFO", /failed\\u2028INFO/u],
])("%s in a message begins no line of its own (ASVS 16.4.1)", (_what, message, wanted) => {
  const fields = { url: message, "na\nme": true };
  const line = renderLogLine(at, { level: "error", component: "server", message, fields });
  expect(line).toMatch(wanted);
  expect(line.split("\n").slice(1)).toSatisfy((rest: readonly string[]) =>
    rest.every((text) => text.startsWith("    ")),
  );
  expect(line).not.toMatch(/(?!\n)[\p{Cc}\u2028]/u);
});

test("times of the log are in UTC", () => {
  const line = renderLogLine(at, { level: "info", component: "server", message: "up", fields: {} });
  expect(line).toBe("2026-11-22T08:00:00.000Z INFO    [server] up");
});
