import { describe, expect, test } from "vitest";
import { parseArguments, parseYamlOption } from "./parse-arguments.ts";

describe("parseArguments()", () => {
  test("takes several values after one flag, and flags before the command", () => {
    const line = parseArguments(["--quiet", "run", "-s", "a", "b+", "--exclude", "c", "-x"], {});
    expect(line.command).toBe("run");
    expect(line.options).toMatchObject({
      quiet: true,
      select: ["a", "b+"],
      exclude: ["c"],
      fail_fast: true,
    });
  });

  test("keeps positional words after the command", () => {
    expect(parseArguments(["run-operation", "grant", "--args", "{a: 1}"], {}).positional).toEqual([
      "grant",
    ]);
    expect(parseArguments(["docs", "generate", "--no-compile"], {}).options["compile"]).toBe(false);
  });

  test("fills in from the environment what the command line does not say", () => {
    const env = { DBT_THREADS: "3", DBT_FAIL_FAST: "true", DBT_TARGET: "ci" };
    const { options } = parseArguments(["build", "--threads=8"], env);
    expect(options).toMatchObject({ threads: 8, fail_fast: true, target: "ci" });
  });

  test.each([
    [["build", "--selct", "x"], 'No such option: --selct, did you mean "--select"'],
    [["buid"], `No such command 'buid', did you mean "build"`],
    [["build", "--threads", "many"], "'many' is not a positive whole number"],
    [["build", "--indirect-selection", "eagre"], 'did you mean "eager"'],
    [["build", "--target"], "Option '--target' requires an argument"],
    [["build", "--full-refresh=yes"], "does not take a value"],
  ])("refuses %j", (args, message) => {
    expect(() => parseArguments(args, {})).toThrow(message);
  });

  test.each([
    [
      "build",
      { DBT_DEFER: "true" },
      "Cannot run with DBT_DEFER='true': this engine has no --defer",
    ],
    ["run", { DBT_FAVOR_STATE: "1" }, "no --favor-state"],
    ["run", { DBT_EMPTY: "yes" }, "no --empty"],
    ["build", { DBT_SAMPLE: "3 days" }, "no --sample"],
    ["test", { DBT_WARN_ERROR_OPTIONS: "{include: all}" }, "no --warn-error-options"],
    ["run", { DBT_FULL_REFRESH: "banana" }, "'banana' is not a valid boolean"],
    ["build", { DBT_INDIRECT_SELECTION: "eagre" }, 'did you mean "eager"'],
    ["build", { DBT_RESOURCE_TYPES: "model tset" }, "'model tset' is not one of"],
  ])(
    "refuses %s with the variables %j, which it would have to pass over (J4)",
    (command, env, message) => {
      expect(() => parseArguments([command], env)).toThrow(message);
    },
  );

  test.each([
    ["build", { DBT_DEFER: "false", DBT_EMPTY: "0", DBT_WARN_ERROR_OPTIONS: "{}", DBT_SAMPLE: "" }],
    ["deps", { DBT_DEFER: "true" }],
    ["build", { DBT_LOG_LEVEL: "INFO", DBT_STATE: "x" }],
  ])("passes %s with the variables %j, which ask for nothing it has not", (command, env) => {
    expect(parseArguments([command], env).command).toBe(command);
  });

  test("--vars takes a mapping and nothing else", () => {
    expect(parseYamlOption("--vars", "{a: 1, b: [x]}")).toEqual({ a: 1, b: ["x"] });
    expect(() => parseYamlOption("--vars", "[1]")).toThrow(
      "expected a mapping such as {key: value}",
    );
    expect(() => parseYamlOption("--vars", "{a: ")).toThrow("Invalid value for '--vars'");
  });
});
