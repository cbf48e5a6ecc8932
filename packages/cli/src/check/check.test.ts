import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "./finding.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const AIRLOOM = join(ROOT, "packages/cli/bin/airloom.js");

const HEAD = `import { Dag } from "airloom";
const dag = new Dag("DAG", { schedule: null });
`;
/** A number where a text is wanted: it loads, and fails only when it runs. */
const MISWIRED = `${HEAD}const count = dag.task("count", async () => 42);
const shout = dag.task("shout", async ({ text }: { text: string }) => text.toUpperCase());
shout({ text: count() });
export default dag;
`;
const GOOD = `${HEAD}const count = dag.task("count", async () => 42);
const twice = dag.task("twice", async ({ n }: { n: number }) => n * 2);
twice({ n: count() });
export default dag;
`;

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "airloom-check-"));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let count = 0;
function project(files: Readonly<Record<string, string>>): string {
  count += 1;
  const dir = join(parent, `p${count}`);
  for (const [name, text] of Object.entries({ "airloom.config.json": "{}", ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text.replaceAll("DAG", `dag_${name.replaceAll(/\W/gu, "_")}`));
  }
  return dir;
}

function airloom(
  cwd: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
) {
  const { FORCE_COLOR: _, GITHUB_ACTIONS: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [AIRLOOM, "check", ...args], {
    cwd,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1", ...more },
  });
  return { status, stdout, stderr };
}

function findingsIn(cwd: string, args: readonly string[] = []) {
  const { stdout } = airloom(cwd, [...args, "--json"]);
  const { findings }: { findings: readonly Finding[] } = JSON.parse(stdout);
  return findings.map(({ rule, file, line, severity }) => [severity, rule, file, line]);
}

describe("airloom check: types (U16)", () => {
  test("a mis-wired Dag is an error with its line, in the terminal and as an annotation", () => {
    const dir = project({ "dags/wrong.ts": MISWIRED, "dags/right.ts": GOOD });
    const { status, stdout, stderr } = airloom(dir, [], { GITHUB_ACTIONS: "true" });
    expect(status).toBe(1);
    expect(stdout).toContain("✖ 1 error in 2 files (2 Dags)");
    expect(stderr).toMatch(/✖ dags\/wrong\.ts:5:9 {2}TS2322/u);
    expect(stderr).toMatch(/> 5 \| shout\(\{ text: count\(\) \}\);\n\s+\| {9}\^/u);
    expect(stdout).toMatch(/^::error file=dags\/wrong\.ts,line=5,col=9,title=[^:]*TS2322\)::/mu);
  });

  test("only what was named is told, and what is not there is a usage error", () => {
    const dir = project({ "dags/wrong.ts": MISWIRED, "dags/right.ts": GOOD });
    expect(airloom(dir, ["dags/right.ts"])).toMatchObject({ status: 0, stderr: "" });
    const github = airloom(dir, ["dags", "--format", "github"]);
    expect(github.stdout.trim().split("\n")).toHaveLength(1);
    expect(airloom(dir, ["dags/none.ts"]).status).toBe(2);
    expect(airloom(dir, [ROOT]).status).toBe(2);
  });

  test("what Airloom brings along has its types, in the guide's project too; what nobody has is an error", () => {
    const uses = `import { DuckDBInstance } from "@duckdb/node-api";
export const open = (): Promise<number> => DuckDBInstance.create(":memory:");
`;
    const dir = project({
      "dags/right.ts": GOOD,
      "dags/brought.ts": `${GOOD}import { open } from "../lib/open.ts";\nvoid open;\n`,
      "dags/nobodys.ts": `${GOOD}import { left } from "left-of-nobody";\nleft;\n`,
      "lib/open.ts": uses,
    });
    for (const _again of [1, 2]) {
      expect(findingsIn(dir).filter(([, rule]) => String(rule).startsWith("TS"))).toEqual([
        ["error", "TS2307", "dags/nobodys.ts", 7],
        ["error", "TS2322", "lib/open.ts", 2],
      ]);
    }
    const guide = join(parent, "guide");
    spawnSync(process.execPath, [AIRLOOM, "dev", "init", guide, "--template", "flights"]);
    expect(findingsIn(guide).filter(([severity]) => severity === "error")).toEqual([]);
  });

  test("the project's own tsconfig.json is honoured, its paths and strictness included", () => {
    const tsconfig = {
      compilerOptions: {
        target: "es2024",
        module: "nodenext",
        noEmit: true,
        strict: true,
        noUnusedLocals: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        types: [],
        paths: { "#rows": ["./lib/rows.ts"] },
      },
      include: ["lib"],
    };
    const dir = project({
      "tsconfig.json": JSON.stringify(tsconfig),
      "lib/rows.ts": "export const rows: number = 1;\nconst unused = 2;\n",
      "dags/uses.ts": `import type { rows } from "#rows";\nexport const text: string = 0 as typeof rows; // no dag\n`,
    });
    expect(findingsIn(dir)).toEqual([
      ["error", "TS2322", "dags/uses.ts", 2],
      ["error", "TS6133", "lib/rows.ts", 2],
    ]);
    writeFileSync(join(dir, "tsconfig.json"), "{ broken");
    expect(findingsIn(dir).map(([, , file]) => file)).toContain("tsconfig.json");
  });

  test("a checkout's project passes its own compiler, with the template's configuration", () => {
    const dir = join(parent, "checkout");
    mkdirSync(join(dir, "node_modules"), { recursive: true });
    cpSync(join(ROOT, "packages/cli/templates/minimal"), dir, { recursive: true });
    symlinkSync(join(ROOT, "packages/cli"), join(dir, "node_modules/airloom"));
    symlinkSync(join(ROOT, "node_modules/@types"), join(dir, "node_modules/@types"));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [tsc], { cwd: dir, encoding: "utf8" });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
  });
});

describe("airloom check: everything else that can be told before a run (U16)", () => {
  test("cycles, ids, schedules, trigger rules and files that cannot be imported are errors", () => {
    const dag = (body: string) => `${HEAD}${body}\nexport default dag;\n`;
    const dir = project({
      "dags/a_cycle.ts": dag(
        `const a = dag.task("a", async () => 1); const b = dag.task("b", async () => 1);\nconst x = a(); const y = b(); x.after(y); y.after(x);`,
      ),
      "dags/b_rule.ts": dag(`dag.task("a", async () => 1, { triggerRule: "most" as never })();`),
      "dags/c_schedule.ts": `import { Dag } from "airloom";\nexport default new Dag("c", { schedule: "61 * * * *" });\n`,
      "dags/d_same.ts": `import { Dag } from "airloom";\nexport default new Dag("same", { schedule: null });\n`,
      "dags/e_same.ts": `import { Dag } from "airloom";\nexport default new Dag("same", { schedule: null });\n`,
      "dags/f_id.ts": `import { Dag } from "airloom";\nexport default new Dag("a b/c", { schedule: null });\n`,
    });
    expect(findingsIn(dir).map(([severity, rule, file]) => [severity, rule, file])).toEqual([
      ["error", "import", "dags/a_cycle.ts"],
      ["error", "import", "dags/b_rule.ts"],
      ["error", "import", "dags/c_schedule.ts"],
      ["error", "duplicate-dag", "dags/e_same.ts"],
      ["error", "import", "dags/f_id.ts"],
    ]);
  });

  test("what is named and not defined is a warning where nothing runs that could be asked", () => {
    const source = `${HEAD}dag.task("a", async () => 1, { pool: "warehouse" })();
export const ids = { dbtCloudConnId: "dbt_cloud", known: { connId: "given" } };
export default dag;
`;
    const dir = project({ "dags/names.ts": source });
    const env = { AIRLOOM_CONN_GIVEN: "http://x" };
    expect(airloom(dir, [], env)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("No errors, 2 warnings"),
      stderr: expect.stringMatching(/names\.ts:3:38 {2}pool[^]*names\.ts:4:39 {2}connection/u),
    });
    expect(airloom(dir, ["--strict"], env).status).toBe(1);
  });
});
