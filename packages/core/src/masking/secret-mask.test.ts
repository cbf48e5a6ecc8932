import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskSlowly } from "./fixtures/mask-slowly.ts";
import { SecretMask } from "./secret-mask.ts";

const secret = fc
  .string({ minLength: 9, maxLength: 40, unit: "binary" })
  .filter((text) => text.isWellFormed() && !/\s/u.test(text) && !"***".includes(text));
const around = fc.string({ maxLength: 12, unit: "grapheme-ascii" });

function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
const asciiJson = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(
      /[\u0080-\uffff]/gu,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
const bytesRepr = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte).replace(/[\\']/u, "\\$&")
        : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
const percentAll = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  json: (text) => JSON.stringify(text).slice(1, -1),
  "json in json": (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  "json of ascii": asciiJson,
  "json with escaped slashes": (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
  "python repr": pythonRepr,
  "javascript escapes": (text) =>
    Array.from(text, (it) => `\\u{${(it.codePointAt(0) ?? 0).toString(16)}}`).join(""),
  "python ascii": (text) =>
    Array.from(pythonRepr(text), (it) => {
      const code = it.codePointAt(0) ?? 0;
      return code < 0x1_00_00 ? it : `\\U${code.toString(16).padStart(8, "0")}`;
    }).join(""),
  "python bytes": bytesRepr,
  "sql text": (text) => text.replaceAll("'", "''"),
  "shell word": (text) => text.replaceAll("'", `'\\''`),
  percent: encodeURIComponent,
  "percent in small letters": (text) => encodeURIComponent(text).toLowerCase(),
  "percent twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "percent thrice": (text) => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
  "percent throughout": percentAll,
  "percent of an address": encodeURI,
  form: (text) => new URLSearchParams({ "": text }).toString().slice(1),
  html: escapeHtml,
  "html twice": (text) => escapeHtml(escapeHtml(text)),
  "html of numbers": (text) => Array.from(text, (it) => `&#${it.codePointAt(0) ?? 0};`).join(""),
  "html of hex": (text) =>
    Array.from(text, (it) => `&#x${(it.codePointAt(0) ?? 0).toString(16).toUpperCase()};`).join(""),
  "json in html": (text) => escapeHtml(JSON.stringify(text).slice(1, -1)),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex in large letters": (text) => Buffer.from(text).toString("hex").toUpperCase(),
};
/** What a hidden text may look like: what stood there has gone. */
const isHidden = (masked: string, form: string): boolean => !masked.includes(form);

describe("SecretMask", () => {
  test.each(Object.entries(SPELLINGS))(
    "hides a secret spelled as %s, whatever stands around it (S10)",
    (_name, spell) => {
      fc.assert(
        fc.property(secret, around, around, (hidden, before, after) => {
          const mask = new SecretMask();
          mask.add(hidden);
          const form = spell(hidden);
          expect(isHidden(mask.mask(`${before}${form}${after}`), form)).toBe(true);
        }),
        { numRuns: 100 },
      );
    },
  );

  test.each(["toUpperCase", "toLowerCase"] as const)("hides it after %s (S10)", (change) => {
    const mask = new SecretMask();
    mask.add("Tr0ub4dor&3/Correct Horse");
    const changed = "Tr0ub4dor&3/Correct Horse"[change]();
    for (const [name, spell] of Object.entries(SPELLINGS)) {
      if (name.startsWith("hex")) continue;
      expect(mask.mask(`a ${spell(changed)} b`)).toMatch(/^a \*\*\* b$/u);
    }
  });

  test("hides it in base64 at each of the three alignments, for addresses too (S10)", () => {
    fc.assert(
      fc.property(secret, around, around, (hidden, before, after) => {
        const mask = new SecretMask();
        mask.add(hidden);
        for (const encoding of ["base64", "base64url"] as const) {
          const encoded = Buffer.from(`${before}${hidden}${after}`).toString(encoding);
          const start = Math.ceil((Buffer.byteLength(before) * 8) / 6) + 1;
          const length = Math.floor((Buffer.byteLength(hidden) * 8) / 6) - 2;
          const inner = encoded.slice(start, start + length);
          expect(mask.mask(encoded)).not.toContain(inner);
          expect(mask.mask(encodeURIComponent(encoded))).not.toContain(encodeURIComponent(inner));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a text that is cut where it says never has a secret in two pieces (S10)", () => {
    fc.assert(
      fc.property(secret, around, fc.nat(), (hidden, before, seed) => {
        const mask = new SecretMask();
        mask.add(hidden);
        const text = `${before}${hidden}`.repeat(60);
        let written = "";
        let rest = "";
        for (let at = 0; at < text.length; ) {
          const size = 1 + (createHash("md5").update(`${seed} ${at}`).digest()[0] ?? 0);
          rest += text.slice(at, at + size);
          at += size;
          const cut = mask.findCut(rest);
          written += mask.mask(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        expect(written + mask.mask(rest)).toBe(mask.mask(text));
      }),
      { numRuns: 200 },
    );
  });

  test("finds just what a reader finds that looks at every place, whole or cut anywhere (S10)", () => {
    const letters = fc.constantFrom(
      ...Array.from("aAkKsS09/+=-_%&'\" \\ntux{}#;é\u212a\u017f\u0130ß✓😀"),
    );
    const word = fc.oneof(
      fc.string({ unit: letters, minLength: 4, maxLength: 8 }),
      fc.constantFrom("aaaa", "kkk/", "\\\\a'", "%25%", "& <>", "a\\\\b", "😀k😀", "   '"),
    );
    const spell = fc.constantFrom<(text: string) => string>(
      ...Object.values(SPELLINGS),
      (text) => text.toUpperCase(),
      ...["", "x", "xy"].flatMap((before) =>
        (["base64", "base64url"] as const).map(
          (encoding) => (text: string) => Buffer.from(`${before}${text}`).toString(encoding),
        ),
      ),
      (text) => encodeURIComponent(Buffer.from(text).toString("base64")),
      (text) => Buffer.from(text).toString("base64").replaceAll("/", "\\/"),
    );
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(spell, fc.nat(), fc.string({ unit: letters, maxLength: 6 }))),
        fc.nat(),
        (secrets, parts, size) => {
          const mask = new SecretMask("*");
          for (const it of secrets) mask.add(it);
          const text = parts
            .map(([form, which, between]) => form(secrets[which % secrets.length] ?? "") + between)
            .join("");
          const cut = text.length === 0 ? 0 : size % text.length;
          for (const piece of [text, text.slice(0, cut), text.slice(cut)]) {
            expect(mask.mask(piece)).toBe(maskSlowly(secrets, piece));
          }
        },
      ),
      { numRuns: Number(process.env["AIRLOOM_MASK_RUNS"] ?? 500) },
    );
  });

  test("takes no longer where a secret is made of what is doubled when quoted", () => {
    const mask = new SecretMask();
    mask.add(`${"\\".repeat(8)}"'${"%".repeat(8)}x`);
    const text = `${"\\".repeat(20_000)}${"%25".repeat(2_000)}`;
    expect(mask.mask(text)).toBe(text);
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

  test.each([
    { proxies: { https: "http://proxy-user:proxy%2Fword@proxy.example:3128" } },
    { repository: "https://proxy%2Fword@git.example/a.git" },
    { dsn: "Server=db.example;Pwd=proxy/word;Encrypt=yes" },
    { dsn: "host=db password='proxy/word' sslmode=require" },
    { blob: "https://store.example/container?sv=1&sig=proxy%2Fword" },
  ])("knows what hides in the addresses and connection strings of an extra: %j (S10)", (extra) => {
    const mask = new SecretMask();
    const none = { description: null, login: null, password: null, schema: null, port: null };
    const connection = { ...none, connectionId: "c", connType: "http", host: null };
    mask.addConnection({ ...connection, extra: JSON.stringify(extra) });
    expect(mask.mask(`x proxy/word y ${JSON.stringify(extra)}`)).toMatch(/^x \*\*\* y /u);
    expect(mask.mask(JSON.stringify(extra))).not.toMatch(/proxy(?:%2F|\/)word/iu);
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
