import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeReader } from "./node-reader.ts";

const LOG = "10:00:00  1 of 1 OK created sql view model main.orders ....... [OK in 0.10s]\n";
const MANIFEST = {
  nodes: {
    "model.shop.orders": {
      name: "orders",
      alias: "orders",
      schema: "main",
      resource_type: "model",
    },
  },
};

let folder: string;
let reader: NodeReader;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nodes-"));
  reader = new NodeReader();
});
afterEach(async () => {
  await reader.close();
  await rm(folder, { recursive: true });
});

const write = async (name: string, content: unknown): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
};

const readLive = async (manifest: string | undefined) => {
  const page = { uniqueId: null, limit: 10, offset: 0, stepIndex: 4, log: LOG };
  const { nodes, total } = await reader.readLive({ ...page, manifest });
  return { ids: nodes.map((node) => node.unique_id), total };
};

describe("NodeReader", () => {
  test("names live nodes by the manifest, and by the console where there is none", async () => {
    const file = await write("manifest.json", MANIFEST);
    expect(await readLive(file)).toEqual({ ids: ["model.shop.orders"], total: 1 });
    expect(await readLive(undefined)).toEqual({ ids: ["main.orders"], total: 1 });
    await writeFile(file, '{"nodes": {');
    expect(await readLive(file)).toEqual({ ids: ["main.orders"], total: 1 });
  });

  test("reads neither a link nor a pipe in the place of a manifest", async () => {
    const file = await write("manifest.json", MANIFEST);
    await symlink(file, join(folder, "link.json"));
    execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', join(folder, "pipe.json")]);
    for (const name of ["link.json", "pipe.json"]) {
      expect(await readLive(join(folder, name))).toEqual({ ids: ["main.orders"], total: 1 });
    }
  });

  test("hands out the nodes of a step a few at a time, in their order", async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `model.shop.m${index}`);
    const results = ids.map((id) => ({ unique_id: id, status: "success" }));
    const pages: { readonly from: number; readonly ids: readonly string[] }[] = [];
    const given = {
      runResults: await write("run_results.json", { metadata: { dbt_version: "1.11.0" }, results }),
      manifest: undefined,
      wantsNodes: true,
      stepIndex: 4,
    };
    const { dbtVersion } = await reader.read(given, async (text, from) => {
      pages.push({
        from,
        ids: JSON.parse(text).map((node: { unique_id: string }) => node.unique_id),
      });
    });
    expect(dbtVersion).toBe("1.11.0");
    expect(pages.map((page) => page.from)).toEqual([0, 250, 500]);
    expect(pages.flatMap((page) => page.ids)).toEqual(ids);
  });

  test("outlives artifacts that take more memory than there is", async () => {
    const small = new NodeReader({ maxMemoryMb: 16 });
    const nodes = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [
        `model.shop.m${index}`,
        { name: `m${index}`, tags: [[], [], []] },
      ]),
    );
    const given = {
      runResults: await write("run_results.json", { results: [] }),
      manifest: await write("manifest.json", { nodes }),
      wantsNodes: true,
      stepIndex: 4,
    };
    await expect(small.read(given, async () => undefined)).rejects.toThrow(
      "reading its artifacts takes more than 16 MB of memory",
    );
    const about = await small.read({ ...given, manifest: undefined }, async () => undefined);
    await small.close();
    expect(about.dbtVersion).toBeNull();
  });
});
