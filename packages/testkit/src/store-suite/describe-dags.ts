import type { LoadedFile, Store } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../dag-builder.ts";
import { addDagTo } from "./add-dag.ts";
import { after, createRun, NOW, newRun } from "./harness.ts";

const PAGE = { limit: 100, offset: 0 };
const ERROR = {
  message: "Unexpected token",
  line: 3,
  column: 7,
  codeFrame: "> 3 | x",
  stack: "at x",
};

/** What `DagStore` promises. */
export function describeDags(open: () => Promise<Store>): void {
  describe("saveTypeErrors() (U16)", () => {
    const error = {
      file: "lib/rows.ts",
      line: 3,
      column: 7,
      code: "TS2322",
      message: 'Type "\u0000" is not \\u0000',
      codeFrame: "> 3 | x",
    };

    test("replaces what the last check found, and tells whose Dags changed", async () => {
      const store = await open();
      await store.saveLoadedFile(file("f.ts", { x: "h1", y: "h1" }), NOW);
      await store.saveLoadedFile(file("g.ts", { z: "h1" }), NOW);
      const found = { file: "f.ts", total: 30, errors: [error] };
      expect(await store.saveTypeErrors([found], NOW)).toEqual(["x", "y"]);
      expect(await store.saveTypeErrors([found], after(1))).toEqual([]);
      expect(await store.loadTypeErrors(["f.ts", "g.ts"])).toEqual([
        { ...found, errors: [{ ...error, message: 'Type "" is not \\u0000' }] },
      ]);
      const other = { file: "g.ts", total: 1, errors: [error] };
      expect(await store.saveTypeErrors([other], after(2))).toEqual(["x", "y", "z"]);
      expect((await store.loadTypeErrors(["f.ts", "g.ts"])).map(({ file: name }) => name)).toEqual([
        "g.ts",
      ]);
      expect(await store.saveTypeErrors([], after(3))).toEqual(["z"]);
      expect(await store.loadTypeErrors(["f.ts", "g.ts"])).toEqual([]);
    });
  });

  describe("saveLoadedFile()", () => {
    test("makes a new version whenever the hash changes, and only then", async () => {
      const store = await open();
      expect(await store.saveLoadedFile(file("f.ts", { x: "h1" }), NOW)).toEqual(["x"]);
      expect(await store.findDag("x")).toMatchObject({
        version: 1,
        hash: "h1",
        file: "f.ts",
        isActive: true,
        isStale: false,
        parsedAt: NOW,
        nextRunAfter: null,
      });
      expect(
        await store.saveLoadedFile(file("f.ts", { x: "h1" }, { source: "new" }), after(1)),
      ).toEqual([]);
      expect(await store.saveLoadedFile(file("f.ts", { x: "h2" }), after(2))).toEqual(["x"]);
      expect(await store.saveLoadedFile(file("f.ts", { x: "h1" }), after(3))).toEqual(["x"]);
      expect(await store.findDag("x")).toMatchObject({ version: 3, parsedAt: after(3) });
      const versions = await store.listDagVersions("x", PAGE);
      expect(versions.total).toBe(3);
      expect(versions.items.map(({ version }) => version)).toEqual([3, 2, 1]);
      expect(await store.findDagVersion("x", 1)).toMatchObject({
        version: 1,
        hash: "h1",
        source: "new",
        file: "f.ts",
      });
      expect(await store.findDagVersion("x")).toMatchObject({ version: 3 });
      expect(await store.findDagVersion("x", 9)).toBeUndefined();
      expect(await store.findDagVersion("y")).toBeUndefined();
    });

    test("keeps the last good version, marked stale, while its file fails to import", async () => {
      const store = await open();
      await store.saveLoadedFile(file("f.ts", { x: "h1" }), NOW);
      expect(await store.saveLoadedFile(file("f.ts", {}, { error: ERROR }), after(1))).toEqual([
        "x",
      ]);
      expect(await store.findDag("x")).toMatchObject({ version: 1, isActive: true, isStale: true });
      expect((await store.listImportErrors(PAGE)).items).toMatchObject([
        { file: "f.ts", ...ERROR, at: after(1) },
      ]);
      expect(await store.saveLoadedFile(file("f.ts", {}, { error: ERROR }), after(2))).toEqual([]);
      expect(await store.saveLoadedFile(file("f.ts", { x: "h1" }), after(3))).toEqual(["x"]);
      expect(await store.findDag("x")).toMatchObject({ isStale: false, version: 1 });
      expect((await store.listImportErrors(PAGE)).total).toBe(0);
    });

    test("keeps the text of a file that could not be read, of a long one the first part", async () => {
      const store = await open();
      await store.saveLoadedFile(file("f.ts", { x: "h1" }, { source: "good" }), NOW);
      const broken = file("f.ts", {}, { error: ERROR, source: "dag(\0" });
      await store.saveLoadedFile(broken, after(1));
      const [{ id } = { id: "" }] = (await store.listImportErrors(PAGE)).items;
      expect(await store.findImportError(id)).toMatchObject({ ...ERROR, source: "dag(\uFFFD" });
      expect(await store.findDagVersion("x")).toMatchObject({ source: "good" });
      await store.saveLoadedFile({ ...broken, source: "dag(".repeat(100_000) }, after(2));
      expect((await store.findImportError(id))?.source).toHaveLength(262_144);
      await store.saveLoadedFile(file("f.ts", { x: "h1" }), after(3));
      expect(await store.findImportError(id)).toBeUndefined();
    });

    test("a Dag that left its file turns inactive, and comes back with it", async () => {
      const store = await open();
      await store.saveLoadedFile(file("f.ts", { x: "h", y: "h" }), NOW);
      expect(await store.saveLoadedFile(file("f.ts", { y: "h" }), NOW)).toEqual(["x"]);
      expect(await store.findDag("x")).toMatchObject({ isActive: false, isStale: false });
      expect(await store.saveLoadedFile(file("f.ts", { x: "h", y: "h" }), NOW)).toEqual(["x"]);
      expect(await store.findDag("x")).toMatchObject({ isActive: true, version: 1 });
    });

    test("an id that another active file defines is an import error of the second file", async () => {
      const store = await open();
      await store.saveLoadedFile(file("first.ts", { x: "h1" }), NOW);
      expect(await store.saveLoadedFile(file("second.ts", { x: "h2", y: "h" }), NOW)).toEqual([
        "y",
      ]);
      expect(await store.findDag("x")).toMatchObject({ file: "first.ts", hash: "h1" });
      const [error] = (await store.listImportErrors(PAGE)).items;
      expect(error?.file).toBe("second.ts");
      expect(error?.message).toContain("first.ts");
      await store.removeFiles(["first.ts"], NOW);
      expect(await store.saveLoadedFile(file("second.ts", { x: "h2", y: "h" }), NOW)).toEqual([
        "x",
      ]);
      expect(await store.findDag("x")).toMatchObject({
        file: "second.ts",
        isActive: true,
        version: 2,
      });
      expect((await store.listImportErrors(PAGE)).total).toBe(0);
    });

    test("of two files that define one id at once exactly one gets it", async () => {
      const store = await open();
      await Promise.all([
        store.saveLoadedFile(file("a.ts", { x: "h" }), NOW),
        store.saveLoadedFile(file("b.ts", { x: "h" }), NOW),
      ]);
      expect((await store.listImportErrors(PAGE)).total).toBe(1);
      expect((await store.listDagVersions("x", PAGE)).total).toBe(1);
    });

    test("goes on beside runs that are created and schedules that move", async () => {
      const store = await open();
      const both = { a: "h", b: "h" };
      await store.saveLoadedFile(file("f.ts", both), NOW);
      const next = { runAfter: after(1), intervalStart: NOW, intervalEnd: NOW };
      await Promise.all(
        Array.from({ length: 12 }, async (_, at) => {
          await store.saveLoadedFile(file("f.ts", { a: `h${at}`, b: `h${at}` }), after(at));
          await store.createRun(newRun("a", `r${at}`), { now: NOW, advance: next });
          await store.createRun(newRun("b", `r${at}`), { now: NOW, advance: next });
        }),
      );
      expect((await store.listRuns({}, PAGE)).total).toBe(24);
      expect((await store.findDag("a"))?.version).toBe(13);
    });

    test("a new Dag is paused as its file says, and a known one stays as people set it", async () => {
      const store = await open();
      const paused = buildDag("x", [buildTask("a")], { isPausedUponCreation: true });
      await addDagTo(store, paused);
      expect((await store.findDag("x"))?.isPaused).toBe(true);
      expect(await store.setPaused("x", false)).toBe(true);
      await addDagTo(store, { ...paused, description: "changed" });
      expect((await store.findDag("x"))?.isPaused).toBe(false);
      expect(await store.setPaused("unknown", false)).toBe(false);
    });
  });

  describe("removeFiles()", () => {
    test("turns Dags inactive and forgets import errors", async () => {
      const store = await open();
      await store.saveLoadedFile(file("f.ts", { x: "h" }), NOW);
      await store.saveLoadedFile(file("g.ts", {}, { error: ERROR }), NOW);
      expect(await store.removeFiles(["f.ts", "g.ts", "unknown.ts"], NOW)).toEqual(["x"]);
      expect((await store.findDag("x"))?.isActive).toBe(false);
      expect((await store.listImportErrors(PAGE)).total).toBe(0);
      expect(await store.removeFiles(["f.ts"], NOW)).toEqual([]);
    });
  });

  describe("listDags()", () => {
    test("filters by text, tags, state and id", async () => {
      const store = await open();
      await addDagTo(
        store,
        buildDag("sales_100%", [], { tags: ["t1", "t2"], displayName: "Sales" }),
      );
      await addDagTo(store, buildDag("stock", [], { tags: ["t2"] }));
      await addDagTo(store, buildDag("other", []));
      await store.setPaused("stock", true);
      await store.removeFiles(["other.ts"], NOW);
      const list = async (filter: Parameters<Store["listDags"]>[0]) =>
        (await store.listDags(filter, PAGE)).items.map(({ dagId }) => dagId);
      expect(await list({})).toEqual(["other", "sales_100%", "stock"]);
      expect(await list({ search: "SALES" })).toEqual(["sales_100%"]);
      expect(await list({ search: "0%" })).toEqual(["sales_100%"]);
      expect(await list({ search: "s%k" })).toEqual([]);
      expect(await list({ tags: ["t1", "t3"] })).toEqual(["sales_100%"]);
      expect(await list({ paused: true })).toEqual(["stock"]);
      expect(await list({ active: false })).toEqual(["other"]);
      expect(await list({ dagIds: ["stock", "unknown"] })).toEqual(["stock"]);
    });
  });

  describe("schedules", () => {
    test("due are active, unpaused Dags whose next run has come, the longest due first", async () => {
      const store = await open();
      for (const [dagId, seconds] of [
        ["late", -5],
        ["later", -1],
        ["future", 5],
        ["paused", -9],
        ["gone", -9],
      ] as const) {
        await addDagTo(store, buildDag(dagId, []));
        await store.saveNextRun(dagId, {
          runAfter: after(seconds),
          intervalStart: NOW,
          intervalEnd: NOW,
        });
      }
      await addDagTo(store, buildDag("unscheduled", []));
      await store.setPaused("paused", true);
      await store.removeFiles(["gone.ts"], NOW);
      expect((await store.loadDueDags(NOW, 10)).map(({ dagId }) => dagId)).toEqual([
        "late",
        "later",
      ]);
      expect((await store.loadDueDags(NOW, 1)).map(({ dagId }) => dagId)).toEqual(["late"]);
    });
  });

  describe("deletion", () => {
    test("deleteDag() removes the Dag with all its runs, and nothing else", async () => {
      const store = await open();
      await addDagTo(store, buildDag("x", [buildTask("a")]));
      await addDagTo(store, buildDag("y", [buildTask("a")]));
      await createRun(store, "x", "r");
      const kept = await createRun(store, "y", "r");
      expect(await store.deleteDag("x")).toBe(true);
      expect(await store.deleteDag("x")).toBe(false);
      expect(await store.findDag("x")).toBeUndefined();
      expect(await store.findRun("x", "r")).toBeUndefined();
      expect((await store.listTaskInstances({ dagIds: ["x"] }, PAGE)).total).toBe(0);
      expect((await store.loadActiveRuns()).map(({ run }) => run.id)).toEqual([kept.id]);
      await expect(store.createRun(newRun("x", "r"), { now: NOW })).rejects.toMatchObject({
        code: "dag.not_found",
      });
    });

    test("deleteRun() and saveRunNote() say whether there was such a run", async () => {
      const store = await open();
      await addDagTo(store, buildDag("x", [buildTask("a")]));
      await createRun(store, "x", "r");
      expect(await store.saveRunNote("x", "r", "a note")).toBe(true);
      expect((await store.findRun("x", "r"))?.note).toBe("a note");
      expect(await store.saveRunNote("x", "unknown", "a note")).toBe(false);
      expect(await store.deleteRun("x", "r")).toBe(true);
      expect(await store.deleteRun("x", "r")).toBe(false);
      expect((await store.listTaskInstances({}, PAGE)).total).toBe(0);
    });
  });
}

function file(
  name: string,
  hashes: Readonly<Record<string, string>>,
  fields: Partial<LoadedFile> = {},
): LoadedFile {
  return {
    file: name,
    source: `// ${name}`,
    contentHash: "",
    dags: Object.entries(hashes).map(([dagId, hash]) => ({
      spec: buildDag(dagId, [buildTask("a")]),
      hash,
    })),
    error: null,
    ...fields,
  };
}
