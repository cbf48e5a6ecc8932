import { describe, expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";
import moreAnswers from "./fixtures/more-answers.json" with { type: "json" };
import moreProbes from "./fixtures/more-probes.json" with { type: "json" };
import answers from "./fixtures/probe-answers.json" with { type: "json" };
import {
  expectedOutcome,
  probeScope,
  renderOutcome,
  renderOutcomeAsync,
} from "./fixtures/probe-context.ts";
import probes from "./fixtures/probes.json" with { type: "json" };

// What Jinja2 3.1.6 answers, with its `do` extension, dbt's tags and dbt's return().
const EXPECTED = new Map([...Object.entries(answers), ...Object.entries(moreAnswers)]);
const ALL = [...probes, ...moreProbes].map(([name = "", source = ""]) => [name, source] as const);
const environment = createEnvironment({ dialect: "dbt" });

describe("the answers of Jinja2", () => {
  test.each(ALL)("%s, rendered synchronously", (name, source) => {
    const expected = expectedOutcome(EXPECTED.get(name));
    expect(renderOutcome(environment, source, probeScope())).toBe(expected);
  });

  test.each(ALL)("%s, rendered asynchronously", async (name, source) => {
    const expected = expectedOutcome(EXPECTED.get(name));
    expect(await renderOutcomeAsync(environment, source, probeScope())).toBe(expected);
  });
});
