import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSecretKey, parseSecretKeys, SecretBox } from "./secret-box.ts";

const OLD = createSecretKey();
const NEW = createSecretKey();

describe("SecretBox", () => {
  test("gives back what it sealed, and never seals the same twice", () => {
    const box = new SecretBox(parseSecretKeys(NEW));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, place) => {
        const sealed = box.seal(text, place);
        expect(box.unseal(sealed, place)).toBe(text);
        expect(box.seal(text, place)).not.toBe(sealed);
      }),
      { numRuns: 1_000 },
    );
  });

  test("opens what older keys of the ring sealed, and seals with the first", () => {
    const sealed = new SecretBox(parseSecretKeys(OLD)).seal("text", "place");
    const ring = new SecretBox(parseSecretKeys(`${NEW}, ${OLD}`));
    expect(ring.unseal(sealed, "place")).toBe("text");
    const fresh = ring.seal("text", "place");
    expect(new SecretBox(parseSecretKeys(NEW)).unseal(fresh, "place")).toBe("text");
  });

  test("refuses another place, a changed text and an unknown key, without quoting any of it", () => {
    const box = new SecretBox(parseSecretKeys(NEW));
    const sealed = box.seal("text", "password of a");
    expect(() => box.unseal(sealed, "password of b")).toThrow("was changed");
    const [version, id, body = ""] = sealed.split(":");
    const bytes = Buffer.from(body, "base64");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const forged = `${version}:${id}:${bytes.toString("base64")}`;
    expect(() => box.unseal(forged, "password of a")).toThrow("was changed");
    const stranger = new SecretBox(parseSecretKeys(OLD));
    expect(() => stranger.unseal(sealed, "password of a")).toThrow("not in the key ring");
    expect(() => box.unseal("v1:", "password of a")).toThrow(/key ""/u);
  });

  test.each(["", " , ", "short", `${NEW},short`])("the ring %j is refused", (text) => {
    expect(() => parseSecretKeys(text)).toThrow("Cannot read the secret keys");
  });
});
