import fc from "fast-check";
import { expect, test } from "vitest";
import { parseInstant, renderInstant } from "./instants.ts";

test("an instant survives the wire", () => {
  const anyDate = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(anyDate, (date) => {
      expect(parseInstant(renderInstant(date))).toEqual(date);
    }),
    { numRuns: 1_000 },
  );
});

test.each(["2026-11-22T08:00:00", "2026-11-22T08:00:00Z", "2026-11-22T09:00:00+01:00"])(
  "%s is 08:00 UTC",
  (text) => {
    expect(renderInstant(parseInstant(text))).toBe("2026-11-22T08:00:00.000Z");
  },
);
