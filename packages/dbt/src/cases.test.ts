import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parseCaseFile } from "./testing/case-file.ts";
import { runCase } from "./testing/run-case.ts";

const FOLDER = join(import.meta.dirname, "fixtures/cases");
const CASES = readdirSync(FOLDER)
  .toSorted()
  .map((name) => parseCaseFile(readFileSync(join(FOLDER, name), "utf8")));

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

// What is expected was recorded from dbt Core by `conformance/cases.ts --record`.
describe("small projects end as dbt Core ends them", () => {
  test.each(CASES.map((file) => [file.title, file] as const))("%s", async (_title, file) => {
    const folder = mkdtempSync(join(tmpdir(), "dbt-case-"));
    folders.push(folder);
    const { outcome } = await runCase(folder, file);
    expect(outcome).toEqual(JSON.parse(file.expected));
  });
});
