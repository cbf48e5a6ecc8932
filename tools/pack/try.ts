import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import { pack } from "./pack.ts";
import { ROOT } from "./workspace.ts";

/**
 * Installs the package in a fresh folder, as a stranger would, and walks through what the README promises.
 *
 * `npm run pack:try` packs first; `npm run pack:try -- <tarball>` takes one that is there. Needs a package registry.
 */
const WRONG_DAG = `import { Dag } from "airloom";\nexport default new Dag(42);\n`;
const PORTS = ["--port", "0", "--dbt-service-port", "0"];

const tarball = process.argv[2] === undefined ? await pack() : resolve(process.argv[2]);
const fresh = realpathSync(mkdtempSync(join(tmpdir(), "airloom-try-")));
const project = join(fresh, "p");
const quickstart = join(fresh, "airloom-quickstart");
const env = strangersEnvironment();

try {
  tryInstallation();
  tryProject();
  tryQuickstart();
  console.log(`Everything works from ${basename(tarball)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const dir of [project, quickstart]) {
    if (existsSync(join(dir, ".airloom"))) run(dir, "npx", ["airloom", "dev", "kill", "--yes"]);
  }
  rmSync(fresh, { recursive: true, force: true });
}

function tryInstallation(): void {
  copyFileSync(tarball, join(fresh, basename(tarball)));
  must(fresh, "npm", ["init", "-y"]);
  const installed = must(fresh, "npm", ["install", "--ignore-scripts", `./${basename(tarball)}`]);
  if (installed.includes("npm warn")) throw new Error(`FAIL npm warns:\n${installed}`);
  must(fresh, "npx", ["airloom", "--version"]);
  const node = findSystemNode();
  if (node === undefined) console.log("skip an older Node: none is installed here");
  else must(fresh, node, ["node_modules/airloom/bin/airloom.js", "--version"]);
}

function tryProject(): void {
  must(fresh, "npx", ["airloom", "dev", "init", "p", "--template", "flights"]);
  must(project, "npm", ["install", "--ignore-scripts", "--save-dev", `../${basename(tarball)}`]);
  const hello = "node_modules/airloom/templates/minimal/dags/hello_airloom.ts";
  copyFileSync(join(fresh, hello), join(project, "dags/hello_airloom.ts"));
  must(project, "npx", ["tsc", "--noEmit"]);
  mustRefuse("lib/wrong.ts", WRONG_DAG);
  must(project, "npx", ["airloom", "dev", "parse"]);
  must(project, "npx", ["airloom", "dbt", "debug"]);
  must(project, "npx", ["airloom", "dbt", "ls"]);
  must(project, "npx", ["airloom", "dev", "start", ...PORTS]);
  must(project, "npx", ["airloom", "dags", "unpause", "hello_airloom"]);
  must(project, "npx", ["airloom", "dags", "trigger", "hello_airloom", "--wait"]);
  const found = must(project, "npx", ["airloom", "doctor"]);
  if (found.includes(ROOT)) throw new Error(`FAIL it reaches into the checkout:\n${found}`);
  must(project, "npx", ["airloom", "dev", "stop"]);
}

function tryQuickstart(): void {
  must(fresh, "npx", ["airloom", "quickstart", "--small", ...PORTS]);
  must(fresh, "npx", ["airloom", "quickstart", "--stop"]);
}

/** The types are there only if the compiler refuses what does not fit them. */
function mustRefuse(file: string, source: string): void {
  writeFileSync(join(project, file), source);
  const { status, output } = run(project, "npx", ["tsc", "--noEmit"]);
  rmSync(join(project, file));
  if (status === 0 || !output.includes(file)) throw new Error(`FAIL tsc accepts ${source}`);
  console.log("ok   tsc refuses a Dag that does not fit the types");
}

function must(cwd: string, command: string, args: readonly string[]): string {
  const startedAt = performance.now();
  const { status, output } = run(cwd, command, args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const title = `${command} ${args.join(" ")} (${seconds} s)`;
  if (status !== 0) throw new Error(`FAIL ${title}\n${output}`);
  console.log(`ok   ${title}`);
  return output;
}

function run(
  cwd: string,
  command: string,
  args: readonly string[],
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(command, [...args], { cwd, env, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

// Nothing of this checkout: not its programs, and not what npm tells the scripts it runs.
function strangersEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|INIT_CWD$|NODE)/u.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: strangersPath().join(delimiter),
    XDG_CACHE_HOME: join(fresh, "cache"),
    AIRLOOM__DATABASE_PORT: "0",
    CI: "1",
  };
}

function strangersPath(): readonly string[] {
  const dirs = (process.env["PATH"] ?? "").split(delimiter);
  return dirs.filter((dir) => !dir.includes("node_modules") && !dir.startsWith(ROOT));
}

/** The Node of this machine, which may be older than the one that npm brings. */
function findSystemNode(): string | undefined {
  return strangersPath()
    .map((dir) => join(dir, "node"))
    .find((file) => existsSync(file));
}
