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

  test("--vars takes a mapping and nothing else", () => {
    expect(parseYamlOption("--vars", "{a: 1, b: [x]}")).toEqual({ a: 1, b: ["x"] });
    expect(() => parseYamlOption("--vars", "[1]")).toThrow(
      "expected a mapping such as {key: value}",
    );
    expect(() => parseYamlOption("--vars", "{a: ")).toThrow("Invalid value for '--vars'");
  });
});
