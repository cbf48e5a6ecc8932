import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "./output/exit-codes.ts";

const AIRLOOM = fileURLToPath(new URL("../bin/airloom.js", import.meta.url));

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "airloom-wrong-"));
  for (const name of ["good", "broken", "empty"]) mkdirSync(join(parent, name));
  writeFileSync(join(parent, "good/airloom.config.json"), '{"name": "good"}');
  writeFileSync(join(parent, "broken/airloom.config.json"), '{"prot": 1}');
  writeFileSync(join(parent, "file"), "");
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function airloom(folder: string, args: readonly string[]) {
  const { FORCE_COLOR: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [AIRLOOM, ...args], {
    cwd: join(parent, folder),
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1" },
    input: "",
  });
  return { status, stdout, stderr: stderr.trimEnd() };
}

describe("what is wrong is told on standard error, with the exit code that stands for it", () => {
  test.each<readonly [string, readonly string[], number, string]>([
    ["good", ["bogus"], EXIT.usage, "Error  unknown command 'bogus'"],
    ["good", ["help", "bogus"], EXIT.usage, "Error  unknown command 'bogus'"],
    ["good", ["dag", "list"], EXIT.usage, "(Did you mean dags?)"],
    ["good", ["config", "get", "prot"], EXIT.usage, "expected one of name, dags, dbt"],
    ["good", ["pools", "set", "w", "many"], EXIT.usage, 'or "unlimited"'],
    ["good", ["api", "call", "bogus"], EXIT.usage, 'api ls" lists them'],
    ["good", ["dev", "strat"], EXIT.usage, "(Did you mean start?)"],
    ["good", ["dev", "start", "--prot", "1"], EXIT.usage, "(Did you mean --port?)"],
    [
      "good",
      ["dev", "start", "--port", "x"],
      EXIT.usage,
      "Expected a whole number from 0 to 65535",
    ],
    ["good", ["dev", "start", "--tls-cert", "nope"], EXIT.usage, "There is no such file"],
    ["good", ["dev", "start", "--wait", "-1"], EXIT.usage, "Expected a number of seconds above 0"],
    ["good", ["dev", "logs", "bogus"], EXIT.usage, "Allowed choices are environment, server,"],
    ["good", ["dev", "kill"], EXIT.usage, "Pass --yes to go ahead without the question"],
    ["good", ["dev", "parse"], EXIT.usage, 'or set "dags" in airloom.config.json'],
    ["good", ["dags", "list"], EXIT.failed, 'airloom.js dev start"'],
    ["good", ["dags", "trigger"], EXIT.usage, "missing required argument 'dag_id'"],
    ["good", ["dags", "trigger", "d", "-c", "[1]"], EXIT.usage, "Expected a JSON object, such as"],
    ["good", ["dags", "list-runs", "d", "--limit", "x"], EXIT.usage, "from 1 to 1000"],
    ["good", ["dags", "trigger", "d", "--timeout", "soon"], EXIT.usage, "argument 'soon' is"],
    ["good", ["tasks", "clear", "d"], EXIT.usage, "required option '-r, --run <id>' not specified"],
    ["good", ["tasks", "logs", "d", "r", "t", "--try", "0"], EXIT.usage, "argument '0' is invalid"],
    ["good", ["connections", "add", "c", "--conn-type", "x", "--port", "x"], EXIT.usage, "65535"],
    ["broken", ["dev", "ps"], EXIT.usage, 'unknown key "prot", expected one of name, dags,'],
    ["empty", ["dev", "start"], EXIT.notFound, 'airloom.js dev init"'],
    ["empty", ["dev", "init", "../good"], EXIT.conflict, "the folder is not empty"],
    ["empty", ["dev", "init", "../file/sub"], EXIT.usage, "is a file, not a folder"],
    ["empty", ["dev", "init", "-t", "nope"], EXIT.usage, "Expected one of minimal, flights"],
  ])("in %s: %j", (folder, args, status, message) => {
    const answer = airloom(folder, args);
    expect(answer.stderr).toContain(message);
    expect(answer).toMatchObject({ status, stdout: "" });
  });

  test.each([
    [["bogus"], "Commands:", "dags"],
    [["dags", "bogus"], "Commands of dags:", "list-runs"],
    [["users", "bogus"], "Commands of users:", "grant"],
    [["pools", "bogus"], "Commands of pools:", "set"],
  ])("%j lists what there is (U25)", (args, title, command) => {
    const { stderr } = airloom("empty", args);
    expect(stderr).toMatch(new RegExp(`^${title}$[^]*^  ${command} +\\S`, "mu"));
  });

  test("airloom dbt says what was meant, and lists dbt's commands (U25)", () => {
    const { status, stdout } = airloom("empty", ["dbt", "buid"]);
    expect(status).toBe(EXIT.usage);
    expect(stdout).toMatch(/did you mean "build".*commands: .*snapshot/u);
  });

  test("airloom alone prints help, and that is a result (U25)", () => {
    const alone = airloom("empty", []);
    expect(alone).toMatchObject({ status: 0, stderr: "" });
    expect(alone.stdout).toBe(airloom("empty", ["--help"]).stdout);
  });

  test("help and the version are results", () => {
    expect(airloom("empty", ["--version"])).toMatchObject({ status: 0, stderr: "" });
    expect(airloom("empty", ["dags", "trigger", "--help"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("--timeout <seconds>"),
    });
  });
});
