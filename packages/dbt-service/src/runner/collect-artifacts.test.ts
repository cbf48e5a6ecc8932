import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listArtifacts } from "./collect-artifacts.ts";

let code: string;
let target: string;
beforeEach(async () => {
  code = await mkdtemp(join(tmpdir(), "artifacts-"));
  target = join(code, "target");
  await mkdir(join(target, "compiled/a"), { recursive: true });
  await writeFile(join(target, "run_results.json"), "{}");
  await writeFile(join(target, "manifest.json"), "{}");
  await writeFile(join(target, "compiled/a/1.sql"), "select 1");
  await writeFile(join(target, "compiled/a/2.sql"), "select 2");
});
afterEach(async () => {
  await rm(code, { recursive: true });
});

const pathsOf = async (limits?: { files: number; bytes: number }) => {
  const { files, dropped } = await listArtifacts(target, code, limits);
  return { paths: files.map((file) => file.path), dropped };
};

describe("listArtifacts()", () => {
  test("finds every file", async () => {
    expect(await pathsOf()).toEqual({
      paths: ["compiled/a/1.sql", "compiled/a/2.sql", "manifest.json", "run_results.json"],
      dropped: [],
    });
  });

  test("keeps dbt's reports where there are too many files, and says what it drops", async () => {
    expect(await pathsOf({ files: 3, bytes: 100 })).toEqual({
      paths: ["compiled/a/1.sql", "manifest.json", "run_results.json"],
      dropped: [
        'Cannot keep 1 of 4 files in target/, from "compiled/a/2.sql" on: a step keeps 3 at most',
      ],
    });
  });

  test("drops what is too large, and says so", async () => {
    expect(await pathsOf({ files: 9, bytes: 7 })).toEqual({
      paths: ["manifest.json", "run_results.json"],
      dropped: [
        'Cannot keep the artifact "compiled/a/1.sql": its 8 bytes are more than 7',
        'Cannot keep the artifact "compiled/a/2.sql": its 8 bytes are more than 7',
      ],
    });
  });

  test("finds nothing behind links", async () => {
    await symlink("/etc/passwd", join(target, "passwd"));
    expect((await pathsOf()).paths).not.toContain("passwd");
    await rm(target, { recursive: true });
    await symlink("/etc", target);
    expect((await pathsOf()).paths).toEqual([]);
  });
});
