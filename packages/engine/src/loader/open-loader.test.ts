import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AirloomError, type LoadedFile } from "@airloom/core";
import { FakeClock } from "@airloom/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { type Loader, type LoaderOptions, openLoader } from "./open-loader.ts";

const FIXTURES = fileURLToPath(new URL("./fixtures", import.meta.url));
const ENTRY = fileURLToPath(import.meta.resolve("@airloom/sdk"));

interface Opened {
  readonly loader: Loader;
  readonly bundleDir: string;
  readonly files: Map<string, LoadedFile>;
  readonly loads: string[];
  /** Resolves when `isDone` holds after some report. */
  readonly until: (isDone: () => boolean) => Promise<void>;
}

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "airloom-loader-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

async function open(fixture: string | null, options: Partial<LoaderOptions> = {}): Promise<Opened> {
  const folder = makeFolder();
  const bundleDir = join(folder, "dags");
  mkdirSync(bundleDir);
  if (fixture !== null) cpSync(join(FIXTURES, fixture), bundleDir, { recursive: true });
  cpSync(join(FIXTURES, "helper-with-a-fault.ts"), join(folder, "helper-with-a-fault.ts"));
  const files = new Map<string, LoadedFile>();
  const loads: string[] = [];
  const waiting = new Set<() => void>();
  const notify = (): void => {
    for (const check of waiting) check();
  };
  const loader = openLoader({
    bundleDir,
    modules: { entry: ENTRY, cacheDir: join(folder, "cache"), env: {} },
    onLoaded: (loaded) => {
      files.set(loaded.file, loaded);
      loads.push(loaded.file);
      notify();
    },
    onRemoved: (removed) => {
      for (const file of removed) files.delete(file);
      notify();
    },
    clock: new FakeClock(),
    logger: { log: () => undefined },
    ...options,
  });
  cleanups.push(() => loader.close());
  await loader.refresh();
  return {
    loader,
    bundleDir,
    files,
    loads,
    until: (isDone) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!isDone()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

function dagIds(files: ReadonlyMap<string, LoadedFile>): readonly string[] {
  return [...files.values()].flatMap((file) => file.dags.map((dag) => dag.spec.dagId)).toSorted();
}

describe("the loader", () => {
  test("reads Dags from TypeScript and JavaScript, under every name of the SDK", async () => {
    const { files } = await open("good");
    expect([...files.values()].map((file) => file.error)).toEqual([null, null, null]);
    expect(dagIds(files)).toEqual([
      "airflow_first",
      "airflow_second",
      "orders",
      "plain_javascript",
    ]);
    expect(files.get("orders.ts")?.dags[0]?.spec.tags).toEqual(["full"]);
    expect(files.get("orders.ts")?.dags[0]?.hash).toMatch(/^[0-9a-f]{64}$/u);
  });

  test("reports a file again until the database, which was away, has taken it over", async () => {
    const clock = new FakeClock();
    const outages = [1, 2];
    const taken: string[] = [];
    const { loader } = await open("good", {
      clock,
      // Time passes only once somebody waits for it.
      logger: { log: () => setImmediate(() => clock.advanceToNext()) },
      onLoaded: ({ file }) => {
        if (outages.pop() !== undefined) throw new AirloomError("database.unavailable", "away");
        taken.push(file);
      },
    });
    await loader.refresh();
    expect(taken.toSorted()).toEqual(["airflow-style.ts", "orders.ts", "plain.mjs"]);
  });

  test("reports every hostile file and leaves the good ones unharmed", async () => {
    const { files } = await open("hostile", { importTimeoutMs: 4_000, heapLimitMb: 96 });
    const shown = Object.fromEntries(
      [...files.values()].map(({ file, error, dags }) => [
        file,
        error === null
          ? dags.map((dag) => dag.spec.dagId)
          : `${error.line ?? "-"}: ${error.message.split("\n")[0]}`,
      ]),
    );
    expect(shown).toMatchObject({
      "await-for-ever.ts": expect.stringContaining("a top-level await does not settle"),
      "await-with-timer.ts": expect.stringContaining("took longer than 4 s"),
      "bad-option.ts": expect.stringMatching(/^3: .*did you mean "schedule"/u),
      "cycle.ts": expect.stringMatching(
        /^7: .*has a cycle: (?:a -> b -> a|b -> a -> b); the edge b -> a closes it \(cycle\.ts:7\)/u,
      ),
      "deep-recursion.ts": expect.stringMatching(/^3: RangeError: Maximum call stack/u),
      "endless-loop.ts": expect.stringContaining("took longer than 4 s"),
      "exit-zero.ts": expect.stringMatching(/^2: .*process\.exit\(0\)/u),
      "fault-in-helper.ts": expect.stringMatching(
        /the helper is broken \(\.\.\/helper-with-a-fault\.ts:3\)/u,
      ),
      "forge.ts": expect.stringContaining("ended with exit code 0"),
      "kill-group.ts": expect.stringContaining("killed by SIGKILL"),
      "kill-self.ts": expect.stringContaining("killed by SIGKILL"),
      // It throws soon after the import: sometimes before the loader is done with it.
      "late-throw.ts": expect.anything(),
      "missing-export.ts": expect.stringMatching(/^1: SyntaxError: .*Daggg/u),
      "missing-module.ts": expect.stringMatching(/^2: Error: Cannot find module/u),
      "missing-package.ts": expect.stringMatching(/^2: Error: Cannot find package/u),
      "noise.ts": ["noise"],
      "not-exported.ts": expect.stringMatching(/^3: Dag "not_exported" is not exported/u),
      "null-bytes.ts": expect.stringMatching(/^2: SyntaxError/u),
      "orphan.ts": ["orphan"],
      "pollute.ts": expect.stringMatching(/changes the built-in \S+,/u),
      "really-exit.ts": expect.stringContaining("ended with exit code 0"),
      "same-id-twice.ts": expect.stringMatching(/^5: Dag "twice" is defined twice/u),
      "slow-expression.ts": expect.stringContaining("took longer than 4 s"),
      "stop-self.ts": expect.stringContaining("took longer than 4 s"),
      "syntax-error-plain.mjs": expect.stringMatching(/^[23]: SyntaxError/u),
      "syntax-error.ts": expect.stringMatching(/^3: SyntaxError/u),
      "throws.ts": expect.stringMatching(/^6: TypeError: Cannot read properties of undefined/u),
      // On a busy machine the time is up before the memory is.
      "too-many-buffers.ts": expect.stringMatching(/more memory than the limit|took longer/u),
      "too-much-heap.ts": expect.stringMatching(/more memory than the limit|took longer/u),
      "uncalled.ts": expect.stringMatching(/^4: .*is declared but never called/u),
      "unhandled-rejection.ts": expect.stringMatching(/^3: Error: nobody catches this/u),
    });
    expect(dagIds(files)).not.toContain("forged");
    expect(files.get("throws.ts")?.error?.codeFrame).toContain("> 6 |   return settings.name;");
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain("sleep 987654");
  });

  test("imports again what changed, also through a module it imports, and nothing else", async () => {
    const { bundleDir, files, loads, until } = await open("good");
    loads.length = 0;
    const helper = join(bundleDir, "lib", "rows.ts");
    writeFileSync(helper, readFileSync(helper, "utf8").replace('"full"', '"changed"'));
    await until(() => files.get("orders.ts")?.dags[0]?.spec.tags[0] === "changed");
    writeFileSync(join(bundleDir, "plain.mjs"), "// no workflows any more");
    await until(() => !files.has("plain.mjs"));
    rmSync(join(bundleDir, "airflow-style.ts"));
    await until(() => !files.has("airflow-style.ts"));
    expect(loads).toEqual(["orders.ts"]);
  });

  test("sees a new file, its error, its repair, and a missing module that appears", async () => {
    const { bundleDir, files, until } = await open(null);
    const file = join(bundleDir, "new.ts");
    const save = (text: string): void => {
      // As editors do it.
      writeFileSync(`${file}~`, text);
      renameSync(`${file}~`, file);
    };
    save('import { Dag } from "airloom";\nexport default new Dag("a b");\n');
    await until(() => files.get("new.ts")?.error !== undefined);
    expect(files.get("new.ts")?.error).toMatchObject({ line: 2, column: 16 });
    save(
      'import { Dag } from "airloom";\nimport { id } from "./id";\nexport default new Dag(id);\n',
    );
    await until(() => files.get("new.ts")?.error?.message.includes("Cannot find module") === true);
    writeFileSync(join(bundleDir, "id.ts"), 'export const id = "mended";\n');
    await until(() => dagIds(files).includes("mended"));
    expect(files.get("new.ts")?.error).toBeNull();
  });

  test("leaves out what ignore files name", async () => {
    const { bundleDir, files, loader } = await open(null);
    mkdirSync(join(bundleDir, "old"));
    const text = 'import { Dag } from "airloom";\nexport default new Dag("x");\n';
    for (const name of ["a.ts", "b.ts", "old/c.ts", "d.test.ts"])
      writeFileSync(join(bundleDir, name), text);
    writeFileSync(join(bundleDir, ".airloomignore"), "# not these\nb.*\nold/\n");
    await loader.refresh();
    expect([...files.keys()]).toEqual(["a.ts"]);
  });

  test("is started again when its process dies, and reports everything again", async () => {
    const { bundleDir, files, loader, until } = await open("good");
    const { pid } = loader;
    files.clear();
    process.kill(pid, "SIGKILL");
    await until(() => files.size === 3);
    expect(loader.pid).not.toBe(pid);
    writeFileSync(join(bundleDir, "orders.ts"), "// no workflows: dag");
    await until(() => files.get("orders.ts")?.dags.length === 0);
  });
});
