import { describe, expect, test } from "vitest";
import { KEYS, resolveKey } from "./keys.ts";

function press(key: string, pending?: string) {
  return resolveKey({ key, isCtrl: false }, pending);
}

describe("resolveKey()", () => {
  test("a sequence needs both of its keys", () => {
    expect(press("g")).toEqual({ pending: "g" });
    expect(press("d", "g").action).toEqual({ kind: "go", to: "/dags" });
  });

  test("a broken sequence falls back to the single key", () => {
    expect(press("t", "g").action).toEqual({ kind: "press", key: "t" });
  });

  test("an unknown key does nothing and ends a sequence", () => {
    expect(press("y", "g")).toEqual({});
  });

  test("Ctrl+K opens the palette, K alone moves", () => {
    expect(resolveKey({ key: "K", isCtrl: true }, undefined).action).toEqual({
      kind: "open",
      what: "palette",
    });
    expect(press("k").action).toEqual({ kind: "move", by: -1 });
  });

  test("no key is bound twice", () => {
    expect(new Set(KEYS.map(({ keys }) => keys)).size).toBe(KEYS.length);
  });
});
