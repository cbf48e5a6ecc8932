import { expect, test } from "vitest";
import { buildComponents } from "./build-components.ts";

test("a number is told in the words of its number", () => {
  const components = buildComponents(
    { beats: {}, isDatabaseUp: true, now: new Date(0) },
    { running: 1, queued: 0, deferred: 2, importErrors: 1 },
  );
  expect(
    components.flatMap(({ load }) => (load === null ? [] : [`${load.value} ${load.label}`])),
  ).toEqual(["0 queued tasks", "1 running task", "2 deferred tasks", "1 import error"]);
});
