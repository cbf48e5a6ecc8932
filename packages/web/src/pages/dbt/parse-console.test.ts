import { expect, test } from "vitest";
import type { DbtNode } from "./dbt-wire.ts";
import { isoOf } from "./dbt-wire.ts";
import { lanesOf } from "./lanes.ts";
import { parseConsole } from "./parse-console.ts";

test("an error takes the indented lines below it, and the summary is none", () => {
  const text = `08:06:24  8 of 12 WARN 14 relationships
08:06:25  9 of 12 ERROR creating model [ERROR in 1.12s]
08:06:25    Database Error in model x
08:06:25      column does not exist
08:06:26  10 of 12 SKIP relation y
08:06:26  Done. PASS=7 WARN=1 ERROR=1 SKIP=3 TOTAL=12
`;
  expect(parseConsole(text).map(({ level }) => level)).toEqual([
    "warning",
    "error",
    "error",
    "error",
    "info",
    "info",
  ]);
});

test("dbt Cloud's instants become ISO text", () => {
  expect(isoOf("2026-11-22 08:06:15.250000+00:00")).toBe("2026-11-22T08:06:15.250Z");
  expect(isoOf(null)).toBeNull();
});

test("nodes lie in the lane of their thread, in the order of time", () => {
  const node = (name: string, thread: string | null, at: string | null) =>
    ({ name, thread_id: thread, started_at: at }) as DbtNode;
  const lanes = lanesOf([
    node("b", "Thread-10 (worker)", "2"),
    node("a", "Thread-2 (worker)", "3"),
    node("c", "Thread-10 (worker)", "1"),
    node("never", "Thread-1 (worker)", null),
  ]);
  expect(lanes.map(({ thread, nodes }) => [thread, nodes.map(({ name }) => name)])).toEqual([
    ["Thread-2", ["a"]],
    ["Thread-10", ["c", "b"]],
  ]);
});
