import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildArguments, findSubcommand, isRetryable, splitCommand } from "./command.ts";

describe("splitCommand()", () => {
  test.each([
    ["dbt build -s tag:hourly", ["dbt", "build", "-s", "tag:hourly"]],
    [`dbt run --vars '{"a": "b c"}'`, ["dbt", "run", "--vars", '{"a": "b c"}']],
    ['dbt run --select "a b" c', ["dbt", "run", "--select", "a b", "c"]],
    ["dbt run -s a\\ b", ["dbt", "run", "-s", "a b"]],
    ['dbt run -s ""', ["dbt", "run", "-s", ""]],
    ["  ", []],
    ["dbt run; rm -rf $HOME `x`", ["dbt", "run;", "rm", "-rf", "$HOME", "`x`"]],
  ])("splits %s", (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  test("gives back any words that were quoted, and never more or fewer", () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !text.includes("'"));
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(splitCommand(words.map((text) => `'${text}'`).join(" "))).toEqual(words);
      }),
      { numRuns: 1_000 },
    );
  });

  test("says which quote is open", () => {
    expect(() => splitCommand('dbt run "a')).toThrow('a " is not closed');
  });
});

describe("buildArguments()", () => {
  const settings = { threads: 4, target: "prod" };
  test.each([
    ["dbt build", ["build", "--threads", "4", "--target", "prod"]],
    ["dbt build --threads 8 -t dev", ["build", "--threads", "8", "-t", "dev"]],
    ["dbt build --threads=8", ["build", "--threads=8", "--target", "prod"]],
    ["dbt deps", ["deps"]],
    ["dbt source freshness", ["source", "freshness", "--threads", "4", "--target", "prod"]],
    ["dbt ls", ["ls", "--target", "prod"]],
  ])("adds the job's settings to %s", (command, args) => {
    expect(buildArguments(command, settings)).toEqual(args);
  });
});

describe("findSubcommand() and isRetryable()", () => {
  test.each([
    ["dbt build", "build", true],
    ["dbt --debug run", "run", true],
    ["dbt source freshness", "source", false],
    ["dbt", undefined, false],
  ])("of %s are %s and %s", (command, subcommand, retryable) => {
    expect(findSubcommand(command)).toBe(subcommand);
    expect(isRetryable(command)).toBe(retryable);
  });
});
