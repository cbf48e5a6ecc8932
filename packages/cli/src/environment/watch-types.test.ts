import type { FileTypeErrors } from "@airloom/core";
import type { TypeCheck } from "@airloom/engine";
import { FakeClock, NOW } from "@airloom/testkit";
import { describe, expect, test } from "vitest";
import { openTypeWatch, sortByDagFile } from "./watch-types.ts";

const PROBLEM = {
  path: "/p/lib/rows.ts",
  line: 3,
  column: 7,
  code: "TS2322",
  message: "no",
  codeFrame: null,
};

function open() {
  const clock = new FakeClock(NOW);
  const asked: (readonly string[])[] = [];
  const told: (readonly FileTypeErrors[])[] = [];
  const waiting: ((result: TypeCheck) => void)[] = [];
  const watch = openTypeWatch({
    projectDir: "/p",
    bundleDir: "/p/dags",
    check: (files) => {
      asked.push(files);
      return new Promise((resolve) => waiting.push(resolve));
    },
    onChecked: async (errors) => void told.push(errors),
    clock,
    logger: { log: () => undefined },
  });
  const finish = async (result: TypeCheck): Promise<void> => {
    waiting.shift()?.(result);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, watch, asked, told, finish };
}

describe("the types of a running environment's Dag files (U16)", () => {
  test("are checked once after the last of several changes, and again after those that come meanwhile", async () => {
    const { clock, watch, asked, told, finish } = open();
    watch.noteLoaded("a.ts", ["/p/dags/a.ts"]);
    clock.advance(900);
    watch.noteLoaded("b.ts", ["/p/dags/b.ts", "/p/lib/rows.ts"]);
    clock.advance(900);
    expect(asked).toEqual([]);
    clock.advance(100);
    expect(asked).toEqual([["/p/dags/a.ts", "/p/dags/b.ts"]]);
    watch.noteRemoved(["a.ts"]);
    clock.advance(5_000);
    expect(asked).toHaveLength(1);
    await finish({ kind: "checked", problems: [PROBLEM] });
    expect(told).toMatchObject([[{ file: "b.ts", total: 1, errors: [{ file: "lib/rows.ts" }] }]]);
    clock.advance(1_000);
    expect(asked[1]).toEqual(["/p/dags/b.ts"]);
  });

  test("stay as they were known while the compiler cannot be run, and after the end", async () => {
    const { clock, watch, told, finish } = open();
    watch.noteLoaded("a.ts", ["/p/dags/a.ts"]);
    clock.advance(1_000);
    await finish({ kind: "unknown", reason: "not there" });
    watch.noteLoaded("a.ts", ["/p/dags/a.ts"]);
    clock.advance(1_000);
    await watch.close();
    await finish({ kind: "checked", problems: [] });
    expect(told).toEqual([]);
  });

  test("an error of a file concerns every Dag file that imports it", () => {
    const known = new Map([
      ["a.ts", ["/p/dags/a.ts", "/p/lib/rows.ts"]],
      ["b.ts", ["/p/dags/b.ts", "/p/lib/rows.ts"]],
      ["c.ts", ["/p/dags/c.ts"]],
    ]);
    const many = Array.from({ length: 30 }, () => PROBLEM);
    const sorted = sortByDagFile([...many, { ...PROBLEM, path: null }], known, "/p");
    expect(sorted.map(({ file, total, errors }) => [file, total, errors.length])).toEqual([
      ["a.ts", 30, 20],
      ["b.ts", 30, 20],
    ]);
  });
});
