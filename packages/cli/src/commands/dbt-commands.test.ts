import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dbtFolderFor } from "./dbt-commands.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "airloom-dbt-"));
  for (const folder of ["dbt", "dags", "other"]) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, "airloom.config.json"), '{"dbt": "dbt"}');
  for (const folder of ["dbt", "other"]) writeFileSync(join(dir, folder, "dbt_project.yml"), "");
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
