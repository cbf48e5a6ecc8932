import { expect, test } from "vitest";
import { timelineOf } from "./timeline.ts";

const NOW = new Date("2026-01-01T00:01:40Z");
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();

test("tasks share one axis from the first wait to now", () => {
  const bars = timelineOf(
    [
      {
        task_id: "a",
        map_index: -1,
        state: "success",
        queued_when: at(0),
        start_date: at(10),
        end_date: at(50),
      },
      {
        task_id: "b",
        map_index: -1,
        state: "running",
        queued_when: at(50),
        start_date: at(60),
        end_date: null,
      },
      {
        task_id: "c",
        map_index: -1,
        state: null,
        queued_when: null,
        start_date: null,
        end_date: null,
      },
      {
        task_id: "d",
        map_index: -1,
        state: "upstream_failed",
        queued_when: at(1),
        start_date: null,
        end_date: null,
      },
    ],
    NOW,
  );
  expect(bars.get("a -1")).toEqual({ queued: 0, started: 0.1, ended: 0.5 });
  expect(bars.get("b -1")).toEqual({ queued: 0.5, started: 0.6, ended: 1 });
  expect([...bars.keys()]).toEqual(["a -1", "b -1"]);
});

test("a start that is older than the wait draws no backward bar", () => {
  const bars = timelineOf(
    [
      {
        task_id: "a",
        map_index: -1,
        state: "queued",
        queued_when: at(90),
        start_date: at(10),
        end_date: at(20),
      },
    ],
    NOW,
  );
  expect(bars.get("a -1")).toEqual({ queued: 0, started: 0, ended: 0 });
});

test("a task that deferred spans from its first start to its end, with its wait apart", () => {
  const waited = { task_id: "a", map_index: -1, queued_when: at(60), start_date: at(0) };
  const bars = timelineOf(
    [
      { ...waited, state: "success", end_date: at(80) },
      { ...waited, task_id: "b", state: "running", end_date: null },
    ],
    NOW,
  );
  expect(bars.get("a -1")).toEqual({ queued: 0, started: 0, resumed: 0.6, ended: 0.8 });
  expect(bars.get("b -1")).toEqual({ queued: 0, started: 0, resumed: 0.6, ended: 1 });
});
