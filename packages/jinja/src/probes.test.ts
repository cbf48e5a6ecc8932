import { describe, expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";
import answers from "./fixtures/probe-answers.json" with { type: "json" };
import { probeScope, renderOutcome, renderOutcomeAsync } from "./fixtures/probe-context.ts";
import probes from "./fixtures/probes.json" with { type: "json" };

// What Jinja2 3.1.6 answers, with its `do` extension, dbt's tags and dbt's return().
const EXPECTED = new Map(Object.entries(answers));
const environment = createEnvironment({ dialect: "dbt" });

describe("the answers of Jinja2", () => {
  test.each(probes)("%s, rendered synchronously", (name, source) => {
    expect(renderOutcome(environment, String(source), probeScope())).toBe(
      EXPECTED.get(String(name)),
    );
  });

  test.each(probes)("%s, rendered asynchronously", async (name, source) => {
    expect(await renderOutcomeAsync(environment, String(source), probeScope())).toBe(
      EXPECTED.get(String(name)),
    );
  });
});
