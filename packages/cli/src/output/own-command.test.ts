import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownCommand, renderOwnCommands } from "./own-command.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "airloom-own-"));
  for (const file of ["installed/node_modules/.bin/airloom", "bin/airloom"]) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), "#!/bin/sh\n");
    chmodSync(join(dir, file), 0o755);
  }
  for (const folder of ["installed/project/dags", "elsewhere"])
    mkdirSync(join(dir, folder), { recursive: true });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("a hint names the command as it can be called (U25)", () => {
  test("bare where airloom is on the PATH", () => {
    const env = { PATH: `/nowhere:${join(dir, "bin")}` };
    expect(ownCommand({ cwd: join(dir, "installed"), env })).toBe("airloom");
  });

  test("with npx in a project below the folder where it is installed", () => {
    const cwd = join(dir, "installed/project/dags");
    expect(ownCommand({ cwd, env: { PATH: "/nowhere" } })).toBe("npx airloom");
  });

  test("with npx where npx itself called: what npm adds to the PATH is not on that of the person", () => {
    const cwd = join(dir, "installed/project");
    const PATH = join(dir, "installed/node_modules/.bin");
    expect(ownCommand({ cwd, env: { PATH, npm_command: "exec" } })).toBe("npx airloom");
    expect(ownCommand({ cwd, env: { PATH } })).toBe("airloom");
  });

  test("by its file where nothing around has it installed", () => {
    const command = ownCommand({ cwd: join(dir, "elsewhere"), env: { PATH: "" } });
    expect(command).toMatch(/^node \S*\/bin\/airloom\.js$/u);
  });

  test("in messages of every package", () => {
    const message =
      'Cannot open it: stop it with "airloom dev stop", not with "airloom-x" or airloom alone';
    expect(renderOwnCommands(message, "npx airloom")).toBe(
      'Cannot open it: stop it with "npx airloom dev stop", not with "airloom-x" or airloom alone',
    );
  });
});
