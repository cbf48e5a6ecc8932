import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createTemporaryProject } from "./testing/temporary-project.ts";

const MAIN = join(import.meta.dirname, "main.ts");

interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Runs dbt as a process, standard error included. */
function runMain(
  root: string,
  args: readonly string[],
  onOutput: (output: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Finished> {
  const env = { PATH: process.env["PATH"], HOME: root };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: root, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      onOutput(output, (signal) => child.kill(signal));
    });
  }
  return new Promise((resolve) => {
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, output }));
  });
}

async function parse(files: Readonly<Record<string, string>>): Promise<Finished> {
  const project = createTemporaryProject(files);
  try {
    return await runMain(project.root, ["parse"]);
  } finally {
    project.remove();
  }
}

const MANY = "{% for i in range(100000) %}";
const BIG = "('x' * 30000000)";
/** Reworks a text of 30 MB a hundred thousand times: hours of work in few steps. */
const ENDLESS = `${MANY}{% set x = ${BIG}|upper %}{% endfor %} select 1 as a`;

describe("a hostile template ends with its file and line (S9)", () => {
  test.each([
    ["nested repetitions", "modules.re.match('(a+)+b', 'a' * 40 ~ 'c')"],
    ["search", "modules.re.search('(x+x+)+y', 'x' * 60)"],
    ["fullmatch", "modules.re.fullmatch('(a|a)*', 'a' * 50 ~ 'b')"],
    ["findall", "modules.re.findall('(.*,){20}P', '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15' * 20)"],
    ["sub", "modules.re.sub('^(\\\\w+\\\\s?)*$', '', 'word ' * 20 ~ '!')"],
    ["split", "modules.re.split('(x+x+)+y', 'x' * 60)"],
    ["a compiled one", "modules.re.compile('([a-z]+)*=').match('a' * 60)"],
    ["alternatives in a row", "modules.re.search('(a|a)' * 40 ~ 'c', 'a' * 45)"],
    ["a long text", "modules.re.search('a*a*a*a*b', 'a' * 5000)"],
  ])("a regular expression: %s", async (_, call) => {
    const { exitCode, output } = await parse({ "models/m.sql": `select 1\n{% set m = ${call} %}` });
    expect(output).toMatch(/regular expression .* takes too long/u);
    expect(output).toContain("models/m.sql:2");
    expect(exitCode).toBe(2);
  });

  test.each([
    ["a loop of heavy steps", ENDLESS, "more than 3 seconds of processor time"],
    [
      "a list of large texts",
      `{% set l = [] %}${MANY}{% do l.append(${BIG}|upper) %}{% endfor %}`,
      "a limit stopped it",
    ],
    ["loops in loops", `${MANY}${MANY}{% endfor %}{% endfor %}`, "more than 10000000 steps"],
    ["a range", "{% for i in range(10 ** 9) %}x{% endfor %}", "more than 5000000"],
    ["lists side by side", "{% set l = zip(*([range(100000)] * 100)) %}", "more than 5000000"],
    ["a repeated text", "{{ 'x' * 10 ** 9 }}", "builds a text"],
    ["a width", "{{ 'x'.center(10 ** 9) }}", "builds a text"],
    ["much output", `{% for i in range(60) %}{{ ${BIG} }}{% endfor %}`, "produces more than"],
    ["a number", "{{ ('9' * 10000000)|int }}", "too many digits"],
    ["recursion", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", ""],
    ["a chain without end", `{{ 1${"+1".repeat(100_000)} }}`, "too long"],
    ["words", "{{ ('a ' * 10000000)|title }}", "reworks a text"],
    [
      "lists that hold each other",
      "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set n.a = [n.a, n.a] %}{% set n.b = [n.b, n.b] %}{% endfor %}{% if n.a == n.b %}{% endif %}",
      "a limit stopped it",
    ],
  ])("%s", async (_, template, message) => {
    const { exitCode, output } = await parse({ "models/m.sql": `select 1\n${template}` });
    expect(output).toContain(message);
    expect(output).toMatch(/models\/m\.sql:[12]/u);
    expect(exitCode).toBe(2);
  });
});

function bomb(item: string): string {
  const levels = Array.from("bcdefghij").map((name, at) => {
    const before = `*${"abcdefghij".charAt(at)}`;
    return `${name}: &${name} [${Array(9).fill(before).join(", ")}]`;
  });
  return [`a: &a ${item}`, ...levels].join("\n");
}

describe("a hostile YAML file ends with its file and line (S9)", () => {
  test.each([
    ["aliases of aliases", bomb("[x, x, x, x, x, x, x, x, x]"), "stand for more than"],
    ["merges of aliases", `${bomb("{k: v}")}\nz: {<<: *j}`, "stand for more than"],
    ["an alias of itself", "a: &a [*a]", "holds itself"],
    ["a mapping of itself", "a: &a {b: {c: *a}}", "holds itself"],
    ["nesting", `a: ${"[".repeat(20_000)}${"]".repeat(20_000)}`, "nest too deeply"],
    ["nested mappings", `a: ${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}`, "nest too deeply"],
  ])("%s", async (_, yaml, message) => {
    for (const [file, text] of [
      ["models/s.yml", `version: 2\n${yaml}`],
      ["dbt_project.yml", `name: shop\nprofile: shop\nvars:\n  ${yaml.replaceAll("\n", "\n  ")}`],
    ] as const) {
      const { exitCode, output } = await parse({ "models/m.sql": "select 1", [file]: text });
      expect(output).toContain(message);
      expect(output).toContain(`${file}:`);
      expect(exitCode).toBe(2);
    }
  });

  test("aliases and merges of a usual size are read", async () => {
    const yaml =
      "models:\n  - name: m\n    meta: &m {owner: us, tags: [a, b]}\n    config: {meta: {<<: *m}}\n";
    expect((await parse({ "models/m.sql": "select 1", "models/s.yml": yaml })).exitCode).toBe(0);
  });
});

describe("a project of others keeps to its folder when a person runs it (S9)", () => {
  const SECRET = "root-of-all-secrets";

  test.each([
    ["models/m.sql", "outside.txt"],
    ["models/s.yml", "outside.txt"],
    ["macros/m.sql", "outside.txt"],
    ["seeds/s.csv", "outside.txt"],
    ["models/docs.md", "outside.txt"],
    ["tests/t.sql", "outside.txt"],
    ["models/node_modules/p/m.sql", "outside.txt"],
    ["models/dbt_packages/p/m.sql", "outside.txt"],
    ["models", "outside"],
    ["target", "outside"],
    ["logs", "outside"],
    ["dbt_packages/p", "outside"],
    ["packages.yml", "outside.txt"],
    ["dbt_project.yml", "outside.txt"],
  ])("a link at %s", async (path, target) => {
    const around = createTemporaryProject({});
    const root = join(around.root, "project");
    around.write({
      "outside.txt": SECRET,
      "outside/dbt_project.yml": "name: p\n",
      "outside/m.sql": SECRET,
      "project/profiles.yml": "shop: {outputs: {default: {type: duckdb}}}",
      "project/dbt_project.yml": "name: shop\nprofile: shop\n",
    });
    try {
      mkdirSync(join(root, path, ".."), { recursive: true });
      const link = join(root, path);
      // A package that is installed and not named is refused before anybody follows it.
      if (path === "dbt_packages/p") {
        writeFileSync(join(root, "packages.yml"), "packages: [{package: o/p, version: 1.0.0}]\n");
      }
      rmSync(link, { force: true });
      symlinkSync(join(around.root, target), link);
      const command = path === "packages.yml" ? "deps" : "compile";
      const { exitCode, output } = await runMain(root, [command]);
      expect(output).toMatch(/out of the project, to .*outside/u);
      expect(output).not.toContain(SECRET);
      expect(exitCode).toBe(2);
      expect(existsSync(join(around.root, "outside/manifest.json"))).toBe(false);
    } finally {
      around.remove();
    }
  });

  test.each([
    "target-path",
    "log-path",
    "packages-install-path",
    "model-paths",
    "seed-paths",
    "macro-paths",
    "docs-paths",
    "snapshot-paths",
    "test-paths",
    "analysis-paths",
  ])("%s", async (key) => {
    const value = key.endsWith("-paths") ? '["../outside"]' : '"../outside"';
    const project = `name: shop\nprofile: shop\n${key}: ${value}\n`;
    const { exitCode, output } = await parse({ "dbt_project.yml": project });
    expect(output).toContain(`Cannot use ${key} "../outside": it leads out of the project`);
    expect(output).toContain("AIRLOOM_DBT_FOLDERS");
    expect(exitCode).toBe(2);
  });

  test("flags of the project do not count as the person's words, the command line does", async () => {
    const project = createTemporaryProject({
      "project/dbt_project.yml": "name: shop\nprofile: shop\nflags: {target_path: ../out}\n",
      "project/profiles.yml": "shop: {outputs: {default: {type: duckdb}}}",
    });
    const root = join(project.root, "project");
    try {
      expect((await runMain(root, ["parse"])).output).toContain("leads out of the project");
      const named = await runMain(root, ["parse", "--target-path", "../out"]);
      expect(named.exitCode).toBe(0);
      expect(existsSync(join(project.root, "out/manifest.json"))).toBe(true);
    } finally {
      project.remove();
    }
  });

  test("a package cannot install itself over another folder, and a link of dbt Core to a local package is followed", async () => {
    const project = createTemporaryProject({
      "project/dbt_project.yml": "name: shop\nprofile: shop\n",
      "project/profiles.yml": "shop: {outputs: {default: {type: duckdb}}}",
      "project/packages.yml": "packages: [{local: ../p}]\n",
      "p/dbt_project.yml": "name: ../../kept\n",
      "p/models/of_p.sql": "select 1 as n",
      "kept/file": "",
    });
    const root = join(project.root, "project");
    try {
      expect((await runMain(root, ["deps"])).output).toContain("expected a name of letters");
      expect(existsSync(join(project.root, "kept/file"))).toBe(true);
      writeFileSync(join(project.root, "p/dbt_project.yml"), "name: p\n");
      mkdirSync(join(root, "dbt_packages"), { recursive: true });
      symlinkSync("../../p", join(root, "dbt_packages/p"));
      const listed = await runMain(root, ["ls"]);
      expect(listed.output).toContain("p.of_p");
    } finally {
      project.remove();
    }
  });
});

describe("a signal is heard in every state (S9)", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s ends a template that does not give way",
    async (signal) => {
      const project = createTemporaryProject({
        "models/m.sql": `{% if execute %}{% do log('begun', info=true) %}${ENDLESS}{% endif %}`,
      });
      try {
        let isSent = false;
        const finished = await runMain(project.root, ["compile"], (output, kill) => {
          if (isSent || !output.includes("begun")) return;
          isSent = true;
          kill(signal);
        });
        expect(finished).toMatchObject({ exitCode: null, signal });
        expect(finished.output).toContain(`dbt does not stop after ${signal}: ended`);
      } finally {
        project.remove();
      }
    },
  );

  test("SIGTERM ends at once what parses, which leaves nothing to stop in good order", async () => {
    const project = createTemporaryProject({
      "models/m.sql": `{% do log('begun', info=true) %}${ENDLESS}`,
    });
    try {
      const finished = await runMain(project.root, ["parse"], (output, kill) => {
        if (output.includes("begun")) kill("SIGTERM");
      });
      expect(finished).toMatchObject({ exitCode: null, signal: "SIGTERM" });
      expect(finished.output).not.toContain("3 seconds");
    } finally {
      project.remove();
    }
  });
});
