import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dbtFolderFor } from "./dbt-commands.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "airloom-dbt-"));
  for (const folder of ["dbt", "dags", "other"]) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, "airloom.config.json"), '{"dbt": "dbt"}');
  for (const folder of ["dbt", "other"]) {
    const project = `name: ${folder}\nprofile: shop\n`;
    const profiles = "shop: {target: dev, outputs: {dev: {type: duckdb, path: ':memory:'}}}\n";
    writeFileSync(join(dir, folder, "dbt_project.yml"), project);
    writeFileSync(join(dir, folder, "profiles.yml"), profiles);
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.each<readonly [string, readonly string[], string]>([
  [".", ["build"], "dbt"],
  ["dags", ["ls", "-s", "tag:x"], "dbt"],
  ["other", ["build"], "other"],
  [".", ["build", "--project-dir", "other"], "."],
  [".", ["build", "--project-dir=other"], "."],
])("in %s, dbt %j runs in %s", (cwd, args, folder) => {
  expect(dbtFolderFor(args, join(dir, cwd))).toBe(join(dir, folder));
});

test("without a project around, dbt runs where it was called", () => {
  expect(dbtFolderFor(["build"], tmpdir())).toBe(tmpdir());
});

const BIN = join(import.meta.dirname, "../../bin/airloom.js");

/** The processes and threads that a command line is made of, and what it prints. */
function runNoted(args: readonly string[]): {
  readonly processes: number;
  readonly threads: number;
  readonly output: string;
} {
  const notes = join(dir, "notes.txt");
  const noter = join(dir, "note.cjs");
  writeFileSync(notes, "");
  writeFileSync(
    noter,
    `require("node:fs").appendFileSync(${JSON.stringify(notes)}, process.pid + "\\n");`,
  );
  const output = execFileSync(process.execPath, [BIN, ...args], {
    cwd: dir,
    env: { ...process.env, NODE_OPTIONS: `--require=${JSON.stringify(noter)}` },
    encoding: "utf8",
  });
  const pids = readFileSync(notes, "utf8").trim().split("\n");
  return { processes: new Set(pids).size, threads: pids.length, output };
}

test("dbt commands run in the process that was called, and those that only parse in its thread, so that they start at once (U25)", () => {
  mkdirSync(join(dir, "dbt", "models"), { recursive: true });
  writeFileSync(join(dir, "dbt", "models", "orders.sql"), "select 1 as n");
  expect(runNoted(["dbt", "ls"])).toEqual({
    processes: 1,
    threads: 1,
    output: "dbt.orders\n",
  });
  expect(runNoted(["dbt", "compile", "--quiet"])).toMatchObject({ processes: 1, threads: 2 });
});
