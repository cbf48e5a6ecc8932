import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { type CaseFile, parseCaseFile, withExpectation } from "../src/testing/case-file.ts";
import { describeOutcome, type StepOutcome, writeCase } from "../src/testing/case-outcome.ts";
import { runCase } from "../src/testing/run-case.ts";

/**
 * Runs small projects with dbt Core and with this engine and compares exit codes, lists, statuses, manifest
 * and tables: `node packages/dbt/conformance/cases.ts <dbt executable> [--record] <case>…`.
 *
 * A case is a text file as in `src/fixtures/cases`, or a folder with a project and its commands, one a line, in
 * `cmds.txt`. `--record` writes what dbt Core made of a text file into it, where the test suite compares it.
 */
interface Named {
  readonly path: string;
  readonly file: CaseFile;
}

// dbt Core takes seconds to start: it starts once, and each case runs in a fork of that process.
const ASK_CORE = `
import contextlib, json, os, shutil, sys
from dbt.cli.main import dbtRunner
def step(folder, at, command):
    with contextlib.redirect_stdout(open(os.devnull, "w")):
        result = dbtRunner().invoke(["--no-send-anonymous-usage-stats", *command])
    code = 0 if result.success else 1 if result.exception is None else 2
    lists = command[0] in ("ls", "list") and result.success
    lines = [str(line) for line in result.result or []] if lists else []
    kept = os.path.join(folder, ".observed", str(at))
    for name in ("manifest.json", "run_results.json", "sources.json"):
        path = os.path.join(folder, "target", name)
        if os.path.exists(path):
            os.makedirs(kept, exist_ok=True)
            shutil.copy(path, kept)
            if name != "run_results.json": os.remove(path)
    return {"command": " ".join(command), "exitCode": code, "lines": lines, "said": str(result.exception or "")}
for case in json.load(sys.stdin):
    pid = os.fork()
    if pid == 0:
        os.chdir(case["folder"])
        steps = [step(case["folder"], at, words) for at, words in enumerate(case["commands"])]
        json.dump(steps, open(os.path.join(case["folder"], ".steps.json"), "w"))
        os._exit(0)
    os.waitpid(pid, 0)
`;

interface CoreStep extends StepOutcome {
  readonly said: string;
}

function readFolder(folder: string): CaseFile {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path !== "cmds.txt" && statSync(join(folder, path)).isFile(),
  );
  const commands = readFileSync(join(folder, "cmds.txt"), "utf8").trim().split("\n");
  const parsed = parseCaseFile(
    [`# ${basename(folder)}`, ...commands.map((line) => `$ ${line}`)].join("\n"),
  );
  const files = paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]);
  return { ...parsed, files: Object.fromEntries(files) };
}

function readCase(path: string): Named {
  const file = statSync(path).isDirectory()
    ? readFolder(path)
    : parseCaseFile(readFileSync(path, "utf8"));
  return { path, file };
}

function isSteps(value: unknown): value is readonly CoreStep[] {
  return Array.isArray(value);
}

function askCore(dbt: string, root: string, cases: readonly Named[]): readonly CoreStep[][] {
  const work = cases.map(({ file }, at) => {
    const folder = join(root, `core-${at}`);
    mkdirSync(folder);
    writeCase(folder, file);
    return { folder, commands: file.commands };
  });
  spawnSync(join(dirname(resolve(dbt)), "python"), ["-c", ASK_CORE], {
    cwd: root,
    input: JSON.stringify(work),
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, DBT_PROFILES_DIR: ".", DO_NOT_TRACK: "1" },
  });
  return work.map(({ folder }) => {
    const steps: unknown = JSON.parse(readFileSync(join(folder, ".steps.json"), "utf8"));
    if (isSteps(steps)) return [...steps];
    throw new Error(`Cannot read what dbt Core made of ${folder}: expected a list of steps`);
  });
}

function differences(core: unknown, own: unknown, path = ""): readonly string[] {
  if (JSON.stringify(core) === JSON.stringify(own)) return [];
  const isTree = [core, own].every((value) => typeof value === "object" && value !== null);
  if (!isTree) {
    return [`${path}: dbt Core ${JSON.stringify(core)}, ours ${JSON.stringify(own)}`];
  }
  const [left, right] = [new Map(Object.entries(core ?? {})), new Map(Object.entries(own ?? {}))];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
    differences(left.get(key), right.get(key), `${path}/${key}`),
  );
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const records = words.includes("--record");
  const [dbt, ...paths] = words.filter((word) => word !== "--record");
  if (dbt === undefined || paths.length === 0) {
    console.error("Usage: cases.ts <dbt executable> [--record] <case>…");
    return 2;
  }
  const cases = paths.map(readCase);
  const root = mkdtempSync(join(tmpdir(), "dbt-cases-"));
  let different = 0;
  const answers = askCore(dbt, root, cases);
  for (const [at, { path, file }] of cases.entries()) {
    const steps = answers[at] ?? [];
    const core = await describeOutcome(join(root, `core-${at}`), steps);
    const folder = join(root, `own-${at}`);
    mkdirSync(folder);
    const own = await runCase(folder, file);
    const found = differences(core, own.outcome);
    if (found.length > 0) different += 1;
    console.log(`${found.length === 0 ? "same" : "DIFF"} ${basename(path)}: ${file.title}`);
    for (const line of found.slice(0, 20)) console.log(`     ${line.slice(0, 400)}`);
    if (found.length > 0) {
      for (const step of steps)
        console.log(`     dbt Core: ${step.said.slice(0, 600).replaceAll("\n", " ")}`);
      console.log(`     ours: ${own.output.slice(-1500).replaceAll("\n", "\n       ")}`);
    }
    if (records && path.endsWith(".txt")) {
      const text = readFileSync(path, "utf8");
      writeFileSync(path, withExpectation(text, JSON.stringify(core, null, 1)));
    }
  }
  rmSync(root, { recursive: true, force: true });
  console.log(`${cases.length} cases, ${different} differ`);
  return different === 0 ? 0 : 1;
}

process.exitCode = await main();
