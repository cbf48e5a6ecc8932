import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadSecretKeys, parseSecretKeys } from "./secrets.ts";

describe("loadSecretKeys()", () => {
  test("makes a key once, for its owner alone, and finds it again", () => {
    const dir = mkdtempSync(join(tmpdir(), "airloom-keys-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const first = loadSecretKeys(dir, {});
    expect(loadSecretKeys(dir, {})).toEqual(first);
    expect(statSync(join(dir, "secrets/keys")).mode & 0o077).toBe(0);
  });

  test("takes a ring from the environment, newest first", () => {
    const ring = `b:${Buffer.alloc(32, 2).toString("base64")},a:${Buffer.alloc(32, 1).toString("base64")}`;
    expect(loadSecretKeys("/nowhere", { AIRLOOM_SECRET_KEYS: ring }).map((key) => key.id)).toEqual([
      "b",
      "a",
    ]);
  });
});

test("parseSecretKeys() refuses a short key and says what is right", () => {
  expect(() => parseSecretKeys("a:c2hvcnQ=", "AIRLOOM_SECRET_KEYS")).toThrow(
    /AIRLOOM_SECRET_KEYS: expected "<id>:<base64 of 32 bytes>", found a key "a" of 5 bytes/u,
  );
});
