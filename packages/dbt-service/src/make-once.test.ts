import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeOnce } from "./make-once.ts";

const dir = mkdtempSync(join(tmpdir(), "make-once-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("of many that make a file at once all get the same content, which stays, for its owner alone", async () => {
  const file = join(dir, "key");
  const made = await Promise.all(Array.from({ length: 20 }, () => makeOnce(file, randomBytes(32))));
  expect(new Set(made.map((content) => content.toString("hex"))).size).toBe(1);
  expect(made[0]).toHaveLength(32);
  expect(await makeOnce(file, "something else")).toEqual(made[0]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual(["key"]);
});
