import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readProjectFile } from "./read-project-file.ts";

let code: string;
beforeEach(() => {
  code = mkdtempSync(join(tmpdir(), "project-file-"));
});
afterEach(() => rmSync(code, { recursive: true, force: true }));

describe("what the service itself reads of a project (S9)", () => {
  const file = (): string => join(code, "dbt_project.yml");

  test("is a file of it, or nothing", async () => {
    expect(await readProjectFile(code, file())).toBeUndefined();
    writeFileSync(file(), "name: shop\n");
    expect(await readProjectFile(code, file())).toBe("name: shop\n");
  });

  test("is no link to what never ends", async () => {
    symlinkSync("/dev/zero", file());
    await expect(readProjectFile(code, file())).rejects.toThrow("a link out of the repository");
  });

  test("is no folder", async () => {
    mkdirSync(file());
    await expect(readProjectFile(code, file())).rejects.toThrow("it is no file");
  });

  test("is nothing that fills its memory", async () => {
    writeFileSync(file(), "");
    truncateSync(file(), 2 ** 32);
    await expect(readProjectFile(code, file())).rejects.toThrow("4294967296 bytes are more");
  });
});
