import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SecretMask } from "./secret-mask.ts";

const secret = fc
  .string({ minLength: 9, maxLength: 40, unit: "binary" })
  .filter((text) => text.isWellFormed() && !/\s/u.test(text) && !"***".includes(text));
const around = fc.string({ maxLength: 12, unit: "grapheme-ascii" });

describe("SecretMask", () => {
  test("hides a secret however it is written and whatever stands around it", () => {
    fc.assert(
      fc.property(secret, around, around, (hidden, before, after) => {
        const mask = new SecretMask();
        mask.add(hidden);
        const forms = [
          hidden,
          JSON.stringify(hidden).slice(1, -1),
          encodeURIComponent(hidden),
          Buffer.from(hidden).toString("hex"),
        ];
        for (const form of forms) expect(mask.mask(`${before}${form}${after}`)).not.toContain(form);
        const encoded = Buffer.from(`${before}${hidden}${after}`).toString("base64");
        const start = Math.ceil((Buffer.byteLength(before) * 8) / 6) + 1;
        const inner = encoded.slice(
          start,
          start + Math.floor((Buffer.byteLength(hidden) * 8) / 6) - 2,
        );
        expect(mask.mask(encoded)).not.toContain(inner);
      }),
      { numRuns: 1_000 },
    );
  });

  test("hides each line of a secret of several lines, as a key file is", () => {
    const mask = new SecretMask();
    mask.add("-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----");
    expect(mask.mask("MIIEvQIBADANBg")).toBe("***");
  });

  test("leaves short values and other text alone", () => {
    const mask = new SecretMask();
    mask.add("a");
    mask.add("");
    expect(mask.mask("a banana")).toBe("a banana");
  });

  test("knows what is secret in a connection, also deep in its extra", () => {
    const mask = new SecretMask();
    mask.addConnection({
      connectionId: "c",
      connType: "http",
      description: null,
      host: "host.example",
      login: "login-name",
      password: "password-1",
      schema: null,
      port: 1,
      extra: JSON.stringify({
        region: "region-1",
        auth: { client: ["nested-1"] },
        api_token: "token-1",
      }),
    });
    expect(mask.mask("host.example login-name password-1 region-1 nested-1 token-1")).toBe(
      "host.example login-name *** region-1 *** ***",
    );
  });

  test("masks texts inside of values and keeps the rest", () => {
    const mask = new SecretMask();
    mask.add("hidden-value");
    const at = new Date(0);
    expect(mask.maskShown({ a: ["x hidden-value"], n: 1, at, none: null })).toEqual({
      a: ["x ***"],
      n: 1,
      at,
      none: null,
    });
  });
});
