import { expect, test } from "vitest";
import { openLiveEvents } from "./live-events.ts";

test("events reach every listener until it leaves", () => {
  const events = openLiveEvents();
  const heard: string[] = [];
  const leave = events.subscribe((event) => heard.push(event.kind));
  events.publish({ kind: "import_errors" });
  leave();
  events.publish({ kind: "import_errors" });
  expect(heard).toEqual(["import_errors"]);
});
