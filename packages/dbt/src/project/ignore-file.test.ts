import { describe, expect, test } from "vitest";
import { parseIgnoreRules } from "./ignore-file.ts";

// As git writes them, and as dbt reads them: of the rules about a path the last one counts.
describe("parseIgnoreRules() (D11)", () => {
  test.each([
    ["old/", "models/old/a.sql", true],
    ["old/", "models/old.sql", false],
    ["models/old", "models/old/deep/a.sql", true],
    ["/old", "models/old/a.sql", false],
    ["models/**/tmp*", "models/a/b/tmp1.sql", true],
    ["models/**", "models/a.sql", true],
    ["**/skip.yml", "skip.yml", true],
    ["*_draft.sql", "models/a_draft.sql", true],
    ["?x.sql", "models/ax.sql", true],
    ["[ab]x.sql", "models/cx.sql", false],
    ["[!ab]x.sql", "models/cx.sql", true],
    ["*.csv\n!keep.csv", "seeds/keep.csv", false],
    ["old/\n!old/keep.sql", "old/keep.sql", false],
    ["# a.sql", "a.sql", false],
    ["\\#a.sql", "#a.sql", true],
    ["a.sql   ", "models/a.sql", true],
    ["a+b.sql", "a+b.sql", true],
    ["", "a.sql", false],
  ])("%j leaves out %s: %s", (text, path, expected) => {
    expect(parseIgnoreRules(text)(path)).toBe(expected);
  });
});
