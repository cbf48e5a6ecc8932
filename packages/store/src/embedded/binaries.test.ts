import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

function isLink(path: string): boolean {
  return lstatSync(path).isSymbolicLink();
}

describe("binaries", () => {
  test("run from a package as npm unpacks it, without its install script, however many start at once", async () => {
    const fresh = join(dir, "fresh");
    cpSync(resolvePackageDir(), fresh, {
      recursive: true,
      // npm packs no links.
      filter: (source) => !isLink(source),
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

  test("a copy needs nothing of the package, and one whose links led there is mended (5)", async () => {
    const [packageDir, cache] = [join(dir, "package"), join(dir, "cache")];
    cpSync(resolvePackageDir(), packageDir, { recursive: true, verbatimSymlinks: true });
    await loadBinaries(packageDir);
    const { postgres } = await copyBinaries(packageDir, cache);
    const lib = join(dirname(dirname(postgres)), "lib");
    const link = join(lib, readdirSync(lib).find((name) => isLink(join(lib, name))) ?? "");
    const target = readlinkSync(link);
    rmSync(link);
    symlinkSync(join(packageDir, "native", "lib", target), link);
    expect(await copyBinaries(packageDir, cache)).toMatchObject({ postgres });
    rmSync(join(packageDir, "native"), { recursive: true });
    expect(readlinkSync(link)).toBe(target);
    expect(await versionOf(postgres)).toContain("PostgreSQL) 18");
  });

  test("are not kept where others may write", async () => {
    const shared = join(dir, "shared");
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    const copying = copyBinaries(resolvePackageDir(), shared);
    await expect(copying).rejects.toThrow("others may write");
  });
});
