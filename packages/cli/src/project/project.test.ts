import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { CONFIG_FILE, loadProject, parseConfig } from "./project.ts";

function emptyDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "airloom-project-")));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const at = { file: "/p/airloom.config.json", dir: "/p", env: {} };

describe("parseConfig()", () => {
  test("an empty object is a complete file, named after its folder", () => {
    expect(parseConfig("{}", at)).toMatchObject({ name: "p", dags: "dags", port: 8080, dbt: null });
  });

  test.each([
    ["{", /Cannot read \/p\/airloom.config.json: SyntaxError/u],
    ["[]", /expected a JSON object/u],
    ['{"prot": 1}', /unknown key "prot", expected one of name, dags/u],
    ['{"port": 70000}', /"port" in .* 70000: expected a whole number from 0 to 65535/u],
    [
      '{"writable": ["../other"]}',
      /"writable" in .*: expected a list of folders inside the project/u,
    ],
    ['{"writable": [".airloom/secrets"]}', /expected a list of folders inside the project/u],
    ['{"writable": ["/etc"]}', /expected a list of folders inside the project/u],
    ['{"taskMemory": -1}', /"taskMemory" in .* -1: expected a whole number from 0/u],
    ['{"dags": 3}', /"dags" in .* 3: expected a text/u],
  ])("%s is refused with the place and the value", (source, message) => {
    expect(() => parseConfig(source, at)).toThrow(message);
  });

  test("folders that tasks write to come as a list, or with commas from the environment (S5)", () => {
    expect(parseConfig('{"writable": ["data", "./out/"]}', at).writable).toEqual(["data", "out"]);
    const env = { AIRLOOM__WRITABLE: "data,models/cache", AIRLOOM__TASK_USER: "1234" };
    expect(parseConfig("{}", { ...at, env })).toMatchObject({
      writable: ["data", "models/cache"],
      taskUser: "1234",
    });
  });

  test("the environment wins over the file", () => {
    const env = { AIRLOOM__PORT: "9000", AIRLOOM__DAGS_ARE_PAUSED_AT_CREATION: "false" };
    expect(parseConfig('{"port": 1}', { ...at, env })).toMatchObject({
      port: 9000,
      dagsArePausedAtCreation: false,
    });
  });
});

describe("loadProject()", () => {
  test("finds the project above a subfolder", () => {
    const dir = emptyDir();
    mkdirSync(join(dir, "dags", "deep"), { recursive: true });
    writeFileSync(join(dir, CONFIG_FILE), "{}");
    expect(loadProject(join(dir, "dags", "deep"), {}).dir).toBe(dir);
    const link = join(emptyDir(), "link");
    symlinkSync(dir, link);
    expect(loadProject(link, {}).dir).toBe(dir);
  });

  test("says how to begin where there is none", () => {
    expect(() => loadProject(emptyDir(), {})).toThrow(/Begin one with "airloom dev init"/u);
  });
});
