import { execFile } from "node:child_process";
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyBinaries, loadBinaries, resolvePackageDir } from "./binaries.ts";

const run = promisify(execFile);

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "airloom-binaries-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

async function versionOf(postgres: string): Promise<string> {
  return (await run(postgres, ["--version"])).stdout;
}

describe("binaries", () => {
  test("run from a package as npm unpacks it, without its install script, however many start at once", async () => {
    const fresh = join(dir, "fresh");
    cpSync(resolvePackageDir(), fresh, {
      recursive: true,
      // npm packs no links.
      filter: (source) => !lstatSync(source).isSymbolicLink(),
    });
    const loaded = await Promise.all([1, 2, 3].map(() => loadBinaries(fresh, join(dir, "cache"))));
    for (const { postgres } of loaded) {
      expect(postgres.startsWith(fresh)).toBe(true);
      // A release, whatever the package's own version says: a beta is called "18beta2".
      expect(await versionOf(postgres)).toMatch(/PostgreSQL\) 18\.\d+$/mu);
    }
  });

  test("two that copy at once share one whole copy", async () => {
    const cache = join(dir, "cache");
    const copies = await Promise.all([1, 2].map(() => copyBinaries(resolvePackageDir(), cache)));
    expect(copies[0]).toEqual(copies[1]);
    expect(readdirSync(cache)).toHaveLength(1);
    expect(await versionOf(copies[0]?.postgres ?? "")).toContain("PostgreSQL) 18");
  });

  test("are not kept where others may write", async () => {
    const shared = join(dir, "shared");
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    const copying = copyBinaries(resolvePackageDir(), shared);
    await expect(copying).rejects.toThrow("others may write");
  });
});
