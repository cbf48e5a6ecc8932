import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openThrowawayProject, type ThrowawayProject } from "../journey/throwaway-project.ts";
import { isAlive } from "../project/environment-file.ts";

/** What lets somebody in. */
const TOKEN = /airloom_[A-Za-z0-9_-]{43}/u;
const PATIENCE_MS = 180_000;
const isRoot = process.getuid?.() === 0;

/** Tries what no task may, and returns what came of each attempt. */
const PROBE = `import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { Dag } from "airloom";
const dag = new Dag("probe", { schedule: null });
const attempt = async (work) => {
  try { await work(); return "done"; } catch (error) { return error.code ?? String(error); }
};
const state = process.cwd() + "/.airloom";
const main = process.ppid;
const open = (target) => new Promise((resolve, reject) => {
  connect(target).once("connect", resolve).once("error", reject);
});
// Imported in the Dag processor's child, and in the task's process.
const atImport = process.getuid();
dag.task("probe", async () => ({
  uid: process.getuid(),
  gids: process.getgroups(),
  atImport,
  keys: await attempt(() => readFileSync(state + "/secrets/keys")),
  token: await attempt(() => readFileSync(state + "/environment.json")),
  adminSocket: await attempt(() => open(state + "/admin/socket")),
  serviceKey: await attempt(() => readFileSync(state + "/dbt-service/secret.key")),
  databasePassword: await attempt(() => readFileSync(state + "/postgres.password")),
  databaseFiles: await attempt(() => readdirSync(state + "/postgres")),
  databaseSockets: await Promise.all(readdirSync(tmpdir())
    .filter((name) => /^airloom-[0-9a-f]{16}$/.test(name))
    .map((name) => attempt(() => open(tmpdir() + "/" + name + "/.s.PGSQL.5432")))),
  state: await attempt(() => readdirSync(state)),
  logs: await attempt(() => readdirSync(state + "/logs/tasks")),
  forgedLog: await attempt(() => writeFileSync(state + "/logs/environment.log", "x", { flag: "a" })),
  dbtRuns: await attempt(() => readdirSync(state + "/dbt-service/runs")),
  environ: await attempt(() => readFileSync("/proc/" + main + "/environ")),
  memory: await attempt(() => readFileSync("/proc/" + main + "/mem")),
  kill: await attempt(() => process.kill(main, "SIGKILL")),
  killGroup: await attempt(() => process.kill(-main, "SIGKILL")),
  plant: await attempt(() => writeFileSync("dags/planted.ts", "x")),
  configure: await attempt(() => writeFileSync("airloom.config.json", "{}")),
  work: await attempt(() => writeFileSync("data/of-a-task.txt", "x")),
  become: await attempt(() => process.setuid(0)),
  shell: await attempt(() => execFileSync("/bin/sh", ["-c", "cat " + state + "/secrets/keys"], { stdio: "pipe" })),
}))();
export default dag;
`;

/** One line that ends the server, as far as the system lets it. */
const POISON = `import { Dag } from "airloom";
const dag = new Dag("poison", { schedule: null });
dag.task("kill", async () => {
  process.kill(process.ppid, "SIGKILL");
  await new Promise((wake) => setTimeout(wake, 600_000));
}, { retries: 0 })();
export default dag;
`;

const GREEDY = `import { Dag } from "airloom";
const dag = new Dag("greedy", { schedule: null });
dag.task("hoard", async () => {
  const held = [];
  for (let count = 0; count < 16; count += 1) {
    held.push(Buffer.alloc(100_000_000, 1));
    await new Promise((wake) => setTimeout(wake, 20));
  }
  await new Promise((wake) => setTimeout(wake, 600_000));
  return held.length;
}, { retries: 0 })();
export default dag;
`;

const LATE = `import { Dag } from "airloom";
import { NAME } from "../../lib/names.ts";
const dag = new Dag("late", { schedule: null });
dag.task(NAME, async () => NAME)();
export default dag;
`;

const WHO = `import { Dag } from "airloom";
export default new Dag("who", { schedule: null });
throw new Error("imported as " + process.getuid());
`;

describe("an environment and the code it runs", () => {
  let project: ThrowawayProject;

  beforeAll(async () => {
    project = await openThrowawayProject("trust");
    // The users that tasks run as have to be able to come here.
    chmodSync(dirname(project.dir), 0o755);
    for (const [name, source] of Object.entries({ probe: PROBE, poison: POISON, greedy: GREEDY })) {
      writeFileSync(join(project.dir, "dags", `${name}.ts`), source);
    }
    await project.airloom("dev", "start", "--port", "0", "--dbt-service-port", "0");
  }, PATIENCE_MS);

  afterAll(() => project?.close(), 60_000);

  test.runIf(isRoot)(
    "started as root, a task reaches neither keys nor database nor logs nor the server (S5)",
    async () => {
      expect(await run("probe")).toBe("success");
      const { uid, gids, atImport, databaseSockets, ...attempts } = await returned(
        "probe",
        "probe",
      );
      expect([uid, atImport]).toEqual([60_700, 60_700]);
      expect(gids).toEqual([60_700]);
      expect(String(databaseSockets)).toMatch(/^EACCES(?:,EACCES)*$/u);
      expect(attempts).toEqual({
        keys: "EACCES",
        token: "EACCES",
        adminSocket: "EACCES",
        serviceKey: "EACCES",
        databasePassword: "EACCES",
        databaseFiles: "EACCES",
        state: "EACCES",
        logs: "EACCES",
        forgedLog: "EACCES",
        dbtRuns: "EACCES",
        environ: "EACCES",
        memory: "EACCES",
        kill: "EPERM",
        killGroup: "EPERM",
        plant: "EACCES",
        configure: "EACCES",
        work: "done",
        become: "EPERM",
        shell: expect.not.stringMatching(/^done$/u),
      });
    },
    PATIENCE_MS,
  );

  test.runIf(isRoot)(
    "what root saves behind a umask of 077 is read while the environment runs (5)",
    async () => {
      const [lib, folder] = [join(project.dir, "lib"), join(project.dir, "dags", "closed")];
      for (const dir of [lib, folder]) mkdirSync(dir, { mode: 0o700, recursive: true });
      const save = (file: string, text: string): void => {
        // As many editors do: a new file takes the place of the old one.
        writeFileSync(`${file}.new`, text, { mode: 0o600 });
        renameSync(`${file}.new`, file);
      };
      const tasksOf = async (dagId: string): Promise<readonly string[]> =>
        (await client().listTasks({ dag_id: dagId })).tasks.map((task) => task.task_id ?? "");
      const has = (dagId: string, taskId: string) =>
        until(async () => (await tasksOf(dagId)).includes(taskId));

      save(join(lib, "names.ts"), 'export const NAME = "first";');
      save(join(folder, "late.ts"), LATE);
      await has("late", "first");
      save(join(lib, "names.ts"), 'export const NAME = "second";');
      await has("late", "second");
      save(join(folder, "late.ts"), LATE.replace("(NAME", '("third"'));
      await has("late", "third");
      expect((await client().listDags()).dags.map(({ dag_id: id }) => id)).toContain("probe");
    },
    PATIENCE_MS,
  );

  test.runIf(isRoot)(
    "dev parse and check read the Dags of a closed folder as the tasks' user too, or say why not (5)",
    async () => {
      const parent = dirname(project.dir);
      writeFileSync(join(project.dir, "dags", "who.ts"), WHO);
      chmodSync(parent, 0o700);
      try {
        const uid = /60700/u.test(await project.airloom("doctor")) ? 60_700 : 0;
        for (const command of [
          ["dev", "parse", "--json"],
          ["check", "--json"],
        ]) {
          const said = await project
            .airloom(...command)
            .catch((error: unknown) => String(Reflect.get(Object(error), "stdout")));
          expect(said).toContain(`imported as ${uid}`);
        }
      } finally {
        chmodSync(parent, 0o755);
        rmSync(join(project.dir, "dags", "who.ts"));
      }
    },
    PATIENCE_MS,
  );

  test("no token of a session lies on the disk while commands are let in (S1)", async () => {
    expect(await project.connect().session.getToken()).toMatch(TOKEN);
    const { stdout } = await promisify(execFile)("grep", [
      "-rlEa",
      "--exclude-dir=postgres",
      TOKEN.source,
      project.dir,
    ]).catch((error: unknown) => ({ stdout: Reflect.get(Object(error), "stdout") }));
    expect(stdout).toBe("");
    expect(await project.airloom("dev", "start", "--json").catch(String)).not.toMatch(TOKEN);
  });

  test(
    "a task that takes 1.6 GB in Buffers is killed for it, and says so (S5)",
    async () => {
      expect(await run("greedy")).toBe("failed");
      const { failure } = await task("greedy", "hoard");
      expect(failure?.message).toBe(
        "The task's process took more memory than the limit of 1536 MB",
      );
    },
    PATIENCE_MS,
  );

  test(
    "a main process that is killed comes back by itself, where it was, and says why (S5)",
    async () => {
      const before = project.readAddresses();
      process.kill(before.pid, "SIGKILL");
      await until(async () => project.readAddresses().pid !== before.pid);
      expect(project.readAddresses()).toMatchObject({
        url: before.url,
        dbtServiceUrl: before.dbtServiceUrl,
        databaseUrl: before.databaseUrl,
      });
      expect(await project.airloom("dev", "ps")).toMatch(
        /Restart .*because the main process was killed by SIGKILL at 20/u,
      );
      const { notices } = await client().getUiConfig({});
      expect(notices.at(-1)).toMatch(/^Restarted at .* was killed by SIGKILL/u);
      expect(await project.airloom("doctor")).toMatch(/Supervision .*was killed by SIGKILL/u);
    },
    PATIENCE_MS,
  );

  test(
    "a task that kills the server ends after its limit, and the server is there (S5)",
    async () => {
      const before = project.readAddresses().pid;
      expect(await run("poison")).toBe("failed");
      // As root the kill is refused at once; else the server dies with each of the four tries.
      expect(project.readAddresses().pid === before).toBe(isRoot);
      expect(await client().getVersion({})).toBeDefined();
    },
    PATIENCE_MS,
  );

  test(
    "dev stop ends it for good, supervisor included (S5)",
    async () => {
      const file = join(project.dir, ".airloom/supervision.json");
      const { supervisorPid } = JSON.parse(readFileSync(file, "utf8"));
      const { pid } = project.readAddresses();
      await project.airloom("dev", "stop");
      expect([supervisorPid, pid].filter(isAlive)).toEqual([]);
      expect(await project.airloom("dev", "ps")).toMatch(/is not running/u);
    },
    PATIENCE_MS,
  );

  function client() {
    return project.connect().api;
  }

  /** Runs a Dag to its end, also through deaths of the server. */
  async function run(dagId: string): Promise<string> {
    await until(async () => {
      await client().patchDag({ dag_id: dagId, body: { is_paused: false } });
      return true;
    });
    await client().triggerDagRun({ dag_id: dagId, body: { dag_run_id: "r" } });
    let state = "";
    await until(async () => {
      state = (await client().getDagRun({ dag_id: dagId, dag_run_id: "r" })).state;
      return state === "success" || state === "failed";
    });
    return state;
  }

  function task(dagId: string, taskId: string) {
    return client().getTaskInstance({ dag_id: dagId, dag_run_id: "r", task_id: taskId });
  }

  async function returned(dagId: string, taskId: string): Promise<Record<string, unknown>> {
    const key = { dag_id: dagId, dag_run_id: "r", task_id: taskId, xcom_key: "return_value" };
    const { value } = await client().getXCom(key);
    return { ...Object(value) };
  }
});

/** Waits for something outside this process; while nothing answers, it has not happened yet. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS - 20_000;
  while (performance.now() < end) {
    if (await happened().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error("Waited too long");
}
