import { describe, expect, test } from "vitest";
import { createScryptHasher } from "./password.ts";

const hasher = createScryptHasher(4);

describe("createScryptHasher()", () => {
  test("knows its own passwords and no others", async () => {
    const hash = await hasher.hash("correct horse");
    expect(hash).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[^$=]+\$[^$=]+$/u);
    expect(await hasher.verify("correct horse", hash)).toBe(true);
    expect(await hasher.verify("correct horsf", hash)).toBe(false);
  });

  test("salts: the same password never hashes the same", async () => {
    expect(await hasher.hash("a")).not.toBe(await hasher.hash("a"));
  });

  test("takes one password however its accents are written", async () => {
    const hash = await hasher.hash("caf\u00e9");
    expect(await hasher.verify("cafe\u0301", hash)).toBe(true);
  });

  test.each([
    "",
    "plain",
    "$2b$10$abc",
    "$scrypt$ln=99,r=8,p=1$AAAA$AAAA",
    "$scrypt$ln=4,r=8,p=1$AA$AA",
  ])("refuses the hash %j", async (hash) => {
    expect(await hasher.verify("a", hash)).toBe(false);
  });

  test("costs what OWASP asks, unless told otherwise", async () => {
    expect(await createScryptHasher().hash("a")).toContain("$ln=17,r=8,p=1$");
  });
});
