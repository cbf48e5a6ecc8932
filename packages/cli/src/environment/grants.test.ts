import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { grantBelow, grantFolder, planMode } from "./grants.ts";

const GROUP = 60_700;
const isRoot = process.getuid?.() === 0;

describe("planMode() (S5)", () => {
  const file = { gid: 0, isFolder: false };
  test.each([
    ["what everybody may read is left alone", "read", { ...file, mode: 0o100_644 }, undefined],
    ["a private file can be read", "read", { ...file, mode: 0o100_600 }, 0o640],
    ["a private program can be run", "read", { ...file, mode: 0o100_700 }, 0o750],
    ["what its owner may not read stays closed", "read", { ...file, mode: 0o100_200 }, undefined],
    ["a private file can be written", "write", { ...file, mode: 0o100_600 }, 0o660],
    ["a folder hands its group on", "write", { gid: 0, isFolder: true, mode: 0o40_700 }, 0o2770],
    [
      "a granted folder is left",
      "write",
      { gid: GROUP, isFolder: true, mode: 0o42_770 },
      undefined,
    ],
    [
      "files can be added and not taken away",
      "add",
      { gid: 0, isFolder: true, mode: 0o40_755 },
      0o3775,
    ],
  ] as const)("%s", (_, grant, found, mode) => {
    expect(planMode(found, grant, GROUP)).toBe(mode);
  });
});

describe.runIf(isRoot)("grantBelow() as root (S5)", () => {
  test("reaches what is private, and neither the platform's state nor what links lead to", () => {
    const dir = mkdtempSync(join(tmpdir(), "airloom-grants-"));
    const outside = mkdtempSync(join(tmpdir(), "airloom-outside-"));
    onTestFinished(() => {
      for (const path of [dir, outside]) rmSync(path, { recursive: true, force: true });
    });
    const secret = (path: string): string => {
      writeFileSync(path, "secret", { mode: 0o600 });
      chmodSync(path, 0o600);
      return path;
    };
    mkdirSync(join(dir, "dags"), { mode: 0o700 });
    mkdirSync(join(dir, ".airloom"));
    const dag = secret(join(dir, "dags", "a.ts"));
    const key = secret(join(dir, ".airloom", "keys"));
    const [linked, named] = [secret(join(outside, "linked")), secret(join(outside, "named"))];
    symlinkSync(linked, join(dir, "dags", "link.ts"));
    linkSync(named, join(dir, "dags", "name.ts"));

    grantBelow(dir, "read", { group: GROUP });
    expect(statSync(dag)).toMatchObject({ mode: 0o100_640, gid: GROUP, uid: 0 });
    for (const path of [key, linked, named]) {
      expect(statSync(path)).toMatchObject({ mode: 0o100_600, gid: 0 });
    }
    grantFolder(join(dir, "data"), GROUP);
    expect(statSync(join(dir, "data"))).toMatchObject({ gid: GROUP });
    expect(statSync(join(dir, "data")).mode & 0o2070).toBe(0o2070);
  });
});
