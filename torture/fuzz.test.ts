import { describe, expect, test } from "vitest";
import { fuzzApi } from "./fuzz-api.ts";
import { openJobServiceTarget, openServerTarget } from "./fuzz-targets.ts";

// 5,000 in all; more, and other seeds, by `npm run fuzz`.
describe("2,500 requests drawn from its own document", () => {
  test.each([
    ["the job service", openJobServiceTarget],
    ["the platform's server", openServerTarget],
  ] as const)(
    "%s answers without a failure, takes nothing that does not fit, and hangs nowhere",
    async (_name, open) => {
      const target = await open();
      const report = await fuzzApi(target, { requests: 2_500, seed: 20_261_130 });
      await target.close();
      expect(report.findings).toEqual([]);
      // Requests that are all refused would prove little.
      expect(report.statuses["200"]).toBeGreaterThan(100);
    },
    600_000,
  );
});
