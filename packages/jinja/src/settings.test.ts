import { describe, expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";
import { expectedOutcome, outcomeOf, outcomeOfAsync } from "./fixtures/probe-context.ts";
import answers from "./fixtures/settings-answers.json" with { type: "json" };
import probes from "./fixtures/settings-probes.json" with { type: "json" };
import { scopeOf } from "./runtime/scope.ts";
import type { Template } from "./template.ts";
import { repr } from "./values/text.ts";

const EXPECTED = new Map(Object.entries(answers));
const EMPTY = scopeOf({});

type Probe = {
  readonly name: string;
  readonly source: string;
  readonly options: {
    readonly native?: boolean;
    readonly trimBlocks?: boolean;
    readonly lstripBlocks?: boolean;
    readonly keepTrailingNewline?: boolean;
    readonly undefinedBehavior?: string;
  };
  readonly templates: Readonly<Record<string, string>>;
};

function compile({ source, options, templates }: Probe): Template {
  const { trimBlocks, lstripBlocks, keepTrailingNewline } = options;
  const held = new Map(Object.entries(templates));
  return createEnvironment({
    trimBlocks: trimBlocks ?? false,
    lstripBlocks: lstripBlocks ?? false,
    keepTrailingNewline: keepTrailingNewline ?? false,
    undefinedBehavior: options.undefinedBehavior === "strict" ? "strict" : "default",
    loadTemplate: (name) => held.get(name),
  }).compile(source);
}

const PROBES: readonly (readonly [string, Probe])[] = probes.map((probe: Probe) => [
  probe.name,
  probe,
]);

describe("the answers of Jinja2 with settings, inheritance and native types", () => {
  test.each(PROBES)("%s, rendered synchronously", (name, probe) => {
    const outcome = outcomeOf(() => {
      const template = compile(probe);
      return probe.options.native === true
        ? repr(template.renderNative(EMPTY))
        : template.render(EMPTY);
    });
    expect(outcome).toBe(expectedOutcome(EXPECTED.get(name)));
  });

  test.each(PROBES)("%s, rendered asynchronously", async (name, probe) => {
    const outcome = await outcomeOfAsync(async () => {
      const template = compile(probe);
      return probe.options.native === true
        ? repr(await template.renderNativeAsync(EMPTY))
        : template.renderAsync(EMPTY);
    });
    expect(outcome).toBe(expectedOutcome(EXPECTED.get(name)));
  });
});
