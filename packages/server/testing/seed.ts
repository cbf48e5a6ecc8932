import { type DagSpec, renderRunId, type Store, type TaskInstance } from "@airloom/core";
import { buildChain, buildDag, buildTask } from "@airloom/testkit";

/** No answer may ever hold any of these. */
export const CANARIES = {
  password: "canary-password-7f3a",
  extra: "canary-extra-91bc",
  variable: "canary-variable-55de",
} as const;

export const NOW = new Date("2026-11-22T08:00:00Z");
const RUN_AT = new Date("2026-11-22T07:00:00Z");
export const RUN_ID = renderRunId("scheduled", RUN_AT);

const DBT_TASK = "dbt.build";

export const FLIGHTS: DagSpec = buildDag(
  "flights",
  [
    buildTask("extract", { returns: "Flight[]" }),
    buildTask("load", {
      upstream: ["extract"],
      inputs: { flights: { kind: "xcom", taskId: "extract", key: "return_value" } },
    }),
    buildTask(DBT_TASK, {
      groupId: "dbt",
      operator: "run_dbt_cloud_job",
      upstream: ["load"],
      links: [
        { name: "Monitor Job Run", xcomKey: "job_run_url" },
        { name: "Bad", xcomKey: "bad_url" },
      ],
    }),
    buildTask("train", { upstream: [DBT_TASK] }),
  ],
  {
    tags: ["elt", "dbt"],
    owners: ["data-platform"],
    schedule: { kind: "cron", expression: "0 * * * *", timezone: "UTC", preset: "@hourly" },
    groups: [{ groupId: "dbt", parentId: null, tooltip: "" }],
  },
);

export const WEATHER: DagSpec = buildDag("weather", buildChain(["fetch", "store"]), {
  tags: ["ingest"],
  owners: ["ingestion"],
});

/** A small installation with one of everything that pages show. */
export async function seed(store: Store): Promise<void> {
  await store.saveLoadedFile(loaded("flights.ts", FLIGHTS), NOW);
  await store.saveLoadedFile(loaded("weather.ts", WEATHER), NOW);
  await store.saveLoadedFile(
    {
      file: "broken.ts",
      source: "load({ minRows: '1000' })",
      contentHash: "h3",
      dags: [],
      error: {
        message: "Type 'string' is not assignable to type 'number'",
        line: 41,
        column: 8,
        codeFrame: "> 41 | load({ minRows: '1000' });",
        stack: null,
      },
    },
    NOW,
  );
  await seedFailedRun(store, RUN_AT);
  await seedConfig(store);
}

function loaded(file: string, spec: DagSpec) {
  return {
    file,
    source: `// ${spec.dagId}`,
    contentHash: spec.dagId,
    dags: [{ spec, hash: `hash-${spec.dagId}` }],
    error: null,
  };
}

/** A run of `flights` whose dbt job failed; answers its id. */
export async function seedFailedRun(store: Store, at: Date): Promise<string> {
  const runId = renderRunId("scheduled", at);
  const run = await store.createRun(
    {
      dagId: "flights",
      runId,
      runType: "scheduled",
      triggeredBy: "timetable",
      triggeringUser: null,
      logicalDate: at,
      dataIntervalStart: at,
      dataIntervalEnd: NOW,
      runAfter: at,
      conf: { day: "2026-11-22" },
      note: null,
    },
    { now: at },
  );
  if (run === undefined) throw new Error(`There is a run "${runId}" already`);
  await store.transition({
    runs: [
      {
        dagRunId: run.id,
        from: "queued",
        to: "running",
        actor: "scheduler",
        set: { startedAt: at },
      },
    ],
    now: at,
  });
  const { items } = await store.listTaskInstances(
    { dagIds: ["flights"], runIds: [runId] },
    { limit: 10, offset: 0 },
  );
  const byId = new Map(items.map((taskInstance) => [taskInstance.taskId, taskInstance]));
  await finish(store, byId.get("extract"), "success");
  await finish(store, byId.get("load"), "success");
  await finish(store, byId.get(DBT_TASK), "failed");
  await passOver(store, byId.get("train"));
  await seedAttempt(store, byId.get("extract"), byId.get(DBT_TASK));
  await store.transition({
    runs: [
      {
        dagRunId: run.id,
        from: "running",
        to: "failed",
        actor: "scheduler",
        set: { endedAt: new Date("2026-11-22T07:06:31Z") },
      },
    ],
    now: NOW,
  });
  return runId;
}

async function passOver(store: Store, taskInstance: TaskInstance | undefined): Promise<void> {
  if (taskInstance === undefined) throw new Error("The run has no such task");
  await store.transition({
    tasks: [
      {
        taskInstanceId: taskInstance.id,
        actor: "scheduler",
        from: "none",
        to: "upstream_failed",
        tryNumber: 0,
        set: { endedAt: new Date("2026-11-22T07:02:00Z") },
      },
    ],
    now: NOW,
  });
}

async function finish(
  store: Store,
  taskInstance: TaskInstance | undefined,
  state: "success" | "failed",
): Promise<void> {
  if (taskInstance === undefined) throw new Error("The run has no such task");
  const step = { taskInstanceId: taskInstance.id, actor: "scheduler" };
  const startedAt = new Date("2026-11-22T07:01:00Z");
  await store.transition({
    tasks: [
      { ...step, from: "none", to: "scheduled", tryNumber: 0, set: { tryNumber: 1 } },
      { ...step, from: "scheduled", to: "queued", tryNumber: 1 },
      { ...step, from: "queued", to: "running", tryNumber: 1, set: { startedAt } },
      {
        ...step,
        from: "running",
        to: state,
        tryNumber: 1,
        set: {
          endedAt: new Date("2026-11-22T07:02:00Z"),
          ...(state === "failed"
            ? {
                failure: {
                  message: "dbt job failed\n1 of 3 nodes",
                  place: "dags/flights.ts:12:3",
                  stack: null,
                  kind: "error",
                },
              }
            : {}),
        },
      },
    ],
    now: startedAt,
  });
}

async function seedAttempt(
  store: Store,
  extract: TaskInstance | undefined,
  dbt: TaskInstance | undefined,
): Promise<void> {
  if (extract === undefined || dbt === undefined) throw new Error("The run has no such task");
  const { dagId, runId, mapIndex } = dbt;
  await store.saveXCom(
    { dagId, runId, taskId: "extract", mapIndex, key: "return_value", value: [{ rows: 4 }] },
    NOW,
  );
  const links = { job_run_url: "https://cloud.getdbt.com/run/1", bad_url: "javascript:alert(1)" };
  for (const [key, value] of Object.entries(links)) {
    await store.saveXCom({ dagId, runId, taskId: DBT_TASK, mapIndex, key, value }, NOW);
  }
  await store.saveRenderedFields(extract.id, 1, { bash_command: "echo 2026-11-22" });
  await store.saveNodes(dbt.id, 1, [
    node("stg_flights", "success", [], 0),
    { ...node("int_delays", "error", ["stg_flights"], 1), message: "column x does not exist" },
    node("fct_delays", "skipped", ["int_delays"], 2),
  ]);
}

function node(
  name: string,
  state: "success" | "error" | "skipped",
  parents: readonly string[],
  index: number,
) {
  return {
    uniqueId: `model.flights.${name}`,
    name,
    resourceType: "model",
    state,
    startedAt: null,
    endedAt: null,
    executionTimeS: 1.5,
    message: null,
    failures: null,
    compiledSql: `select 1 as ${name}`,
    relationName: null,
    file: `models/${name}.sql`,
    line: state === "error" ? 14 : null,
    dependsOn: parents.map((parent) => `model.flights.${parent}`),
    index,
  };
}

async function seedConfig(store: Store): Promise<void> {
  await store.saveConnection(
    {
      connectionId: "dbt_cloud_default",
      connType: "dbt_cloud",
      description: null,
      host: "cloud.getdbt.com",
      login: "70141",
      password: CANARIES.password,
      schema: null,
      port: null,
      extra: JSON.stringify({ api_key: CANARIES.extra, nested: { password: CANARIES.extra } }),
    },
    NOW,
  );
  await store.saveVariable(
    { key: "api_token", value: CANARIES.variable, description: null, isSecret: true },
    NOW,
  );
  await store.saveVariable(
    { key: "region", value: "eu", description: "where", isSecret: false },
    NOW,
  );
  await store.savePool({
    name: "maintenance",
    slots: 2,
    description: null,
    includeDeferred: false,
  });
  await store.saveHeartbeat("scheduler", NOW);
}
