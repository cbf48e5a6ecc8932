import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { REAL_DBT, SHOP, writeProject } from "./fixtures/real-project.ts";

const STAND_IN = {
  file: process.execPath,
  args: [fileURLToPath(new URL("./fixtures/scripted-dbt.ts", import.meta.url))],
};

/** The same project for both: what the engine reads, and what the stand-in does. */
const PROJECT = {
  ...SHOP,
  "profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n",
  "models/late.sql":
    "{{ config(materialized='table') }}\nselect no_such from {{ ref('orders') }}\n",
  "models/later.sql": "select 1 as n from {{ ref('late') }}\n",
  "script.json": JSON.stringify({
    nodes: [
      { name: "raw_orders", type: "seed" },
      { name: "orders", type: "model" },
      { name: "not_null_orders_id", type: "test" },
      { name: "late", type: "model", fails: "Database Error in model late" },
      { name: "later", type: "model" },
    ],
    writesCompiled: true,
  }),
};

test("the program that stands in for dbt in tests writes nothing that the engine does not", async () => {
  const [scripted, real] = [await build(STAND_IN), await build(REAL_DBT)];
  expect(scripted.status).toBe(real.status);
  for (const file of ["manifest.json", "run_results.json"] as const) {
    const known = placesOf(real[file]);
    expect([...placesOf(scripted[file])].filter((place) => !known.has(place))).toEqual([]);
    expect(known.size).toBeGreaterThan(20);
  }
  const known = new Set(shapesOf(real.stdout));
  const shapes = shapesOf(scripted.stdout);
  expect(shapes.filter((shape) => !known.has(shape))).toEqual([]);
  expect(shapes).toHaveLength(9);
});

interface Built {
  readonly status: number | null;
  readonly stdout: string;
  readonly "manifest.json": unknown;
  readonly "run_results.json": unknown;
}

async function build(dbt: typeof REAL_DBT): Promise<Built> {
  const dir = mkdtempSync(join(tmpdir(), "stand-in-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  await writeProject({ projectDir: dir }, PROJECT);
  const { status, stdout } = spawnSync(dbt.file, [...dbt.args, "build"], {
    cwd: dir,
    encoding: "utf8",
  });
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(join(dir, "target", name), "utf8"));
  return {
    status,
    stdout,
    "manifest.json": read("manifest.json"),
    "run_results.json": read("run_results.json"),
  };
}

/** Where values stand in a document, with their types; ids of nodes are all one. Nothing is said of null: it may stand anywhere. */
function placesOf(value: unknown, path = ""): ReadonlySet<string> {
  if (value === null) return new Set();
  if (Array.isArray(value)) return new Set(value.flatMap((one) => [...placesOf(one, `${path}[]`)]));
  if (typeof value !== "object") return new Set([`${path}: ${typeof value}`]);
  return new Set(
    Object.entries(value).flatMap(([key, one]) => [
      ...placesOf(one, path === ".nodes" ? `${path}.*` : `${path}.${key}`),
    ]),
  );
}

/** The lines about nodes, without times, counts and dots. */
function shapesOf(console: string): readonly string[] {
  return console
    .split("\n")
    .flatMap(
      (line) => /^[\d:]+ {2}\d+ of \d+ (?<said>.*?) \.{3,} \[/u.exec(line)?.groups?.["said"] ?? [],
    )
    .map((said) => said.replace("sql view model", "sql table model"));
}
