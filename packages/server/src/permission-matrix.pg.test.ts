import {
  buildOpenApiDocument,
  OPERATIONS,
  type OperationId,
  type OperationSpec,
} from "@airloom/api";
import type { Grant, LiveEvent } from "@airloom/core";
import { buildDag, buildTask, listDocumentOperations } from "@airloom/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, PASSWORD, type TestServer } from "../testing/open-test-server.ts";
import { NOW, RUN_ID } from "../testing/seed.ts";

// Every operation of the published document, asked by everybody about a Dag they may see, one they may not, and one
// that is not there.

type Caller = "anonymous" | "viewer" | "editor" | "admin" | "sees_a" | "edits_a" | "not_b";
const SCOPED: Readonly<
  Record<"sees_a" | "edits_a" | "not_b", readonly [string, readonly Grant[]]>
> = {
  sees_a: [
    "viewer",
    [
      { dags: "*", role: "none" },
      { dags: "flights", role: "viewer" },
    ],
  ],
  edits_a: [
    "viewer",
    [
      { dags: "*", role: "none" },
      { dags: "flights", role: "editor" },
    ],
  ],
  not_b: ["editor", [{ dags: "tag:ingest", role: "none" }]],
};
const A = { dag: "flights", run: RUN_ID, task: "extract" };
const B = { dag: "weather", run: "mine", task: "fetch" };
const MISSING = { ...B, dag: "nowhere" };

/** A value for every parameter that a path has: a new one must be given one here. */
function valueOf(parameter: string, place: typeof A): string {
  const values: Readonly<Record<string, string>> = {
    dag_id: place.dag,
    dag_run_id: place.run,
    task_id: place.task,
    connection_id: "nothing",
    variable_key: "nothing",
    pool_name: "nothing",
    username: "nobody",
    session_id: "0",
    dags: "nothing",
    import_error_id: "999999",
    map_index: "0",
    task_try_number: "1",
    try_number: "1",
    version_number: "1",
    xcom_key: "return_value",
  };
  const value = values[parameter];
  if (value === undefined) throw new Error(`The matrix has no value for {${parameter}}`);
  return encodeURIComponent(value);
}

/** A body for every operation that takes one; it changes nothing where nobody is named. */
const BODIES: Partial<Record<OperationId, object>> = {
  createToken: { username: "nobody", password: "wrong-one" },
  login: { username: "nobody", password: "wrong-one" },
  createUser: { username: "", password: "", role: "viewer" },
  patchUser: { role: "viewer" },
  saveUserGrant: { dags: "x", role: "none" },
  createApiToken: { name: "", expires_in_days: 0 },
  changePassword: { current_password: "wrong-one", new_password: "" },
  patchDag: { is_paused: false },
  batchDagRuns: { dag_ids: ["weather"] },
  triggerDagRun: { dag_run_id: "not a run id" },
  patchDagRun: {},
  clearDagRun: { dry_run: true },
  clearTaskInstances: { dry_run: true },
  batchTaskInstances: { dag_ids: ["weather"] },
  patchTaskInstance: {},
  dryRunTaskInstance: { new_state: "success" },
  rerunNodes: { from_failure: true, dry_run: true },
  createConnection: { connection_id: "" },
  testConnection: { connection_id: "" },
  patchConnection: { description: "x" },
  createVariable: { key: "" },
  patchVariable: { description: "x" },
  createPool: { name: "" },
  patchPool: { slots: 1 },
};

interface Row {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly spec: OperationSpec;
}

const SPECS: Readonly<Record<string, OperationSpec>> = OPERATIONS;
/** Its stream has no end: it is asked below. */
const STREAMS: ReadonlySet<string> = new Set(["streamEvents"]);
const ROWS = rowsOf(buildOpenApiDocument({ version: "0" }));

function rowsOf(document: unknown): readonly Row[] {
  return listDocumentOperations(document).map(({ id, method, path }) => {
    const spec = SPECS[id];
    if (spec === undefined) throw new Error(`The document has an operation "${id}" of no contract`);
    return { id, method, path, spec };
  });
}

let server: TestServer;
const tokens = new Map<Caller, string>();
beforeAll(async () => {
  server = await openTestServer({ loginAttemptsPerMinute: 100_000 });
  for (const role of ["viewer", "editor", "admin"] as const) tokens.set(role, server.tokens[role]);
  // What is hidden must be there, or nothing could leak.
  const begun = await server.app.inject({
    method: "POST",
    url: `/api/v2/dags/${B.dag}/dagRuns`,
    headers: { authorization: `Bearer ${server.tokens.admin}` },
    payload: { dag_run_id: B.run, logical_date: null },
  });
  if (begun.statusCode !== 200) throw new Error(`Cannot begin a run to hide: ${begun.body}`);
  for (const [connectionId, dags] of [
    ["of_hidden", [B.dag, "weath*"]],
    ["of_both", [A.dag, B.dag, "tag:ingest"]],
  ] as const) {
    await server.store.saveConnection({ connectionId, connType: "http", dags }, NOW);
  }
  const known = await server.store.findUser("viewer");
  for (const [username, [role, grants]] of Object.entries(SCOPED)) {
    const passwordHash = known?.passwordHash ?? "";
    await server.store.createUser(
      { username, role: role === "editor" ? "editor" : "viewer", isActive: true, passwordHash },
      NOW,
    );
    for (const grant of grants) await server.store.saveGrant(username, grant);
    const answer = await server.app.inject({
      method: "POST",
      url: "/auth/token",
      payload: { username, password: PASSWORD },
    });
    tokens.set(username as Caller, answer.json<{ access_token: string }>().access_token);
  }
});
afterAll(() => server.close());

async function ask(row: Row, caller: Caller, place: typeof A) {
  const url = row.path.replaceAll(/\{(\w+)\}/gu, (_all, name: string) => valueOf(name, place));
  const token = tokens.get(caller);
  const body = BODIES[row.id as OperationId];
  const answer = await server.app.inject({
    method: row.method as "GET" | "POST" | "PATCH" | "DELETE",
    url,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(row.spec.body === undefined ? {} : { payload: body ?? {} }),
  });
  return { status: answer.statusCode, text: answer.body };
}

const isOfDag = ({ path }: Row): boolean => path.includes("{dag_id}");
const ofDags = ROWS.filter((row) => isOfDag(row) && !STREAMS.has(row.id));
const others = ROWS.filter((row) => !isOfDag(row) && !STREAMS.has(row.id));
/** Ends the session of whoever asks. */
const asked = others.filter(({ id }) => id !== "logout");
const RANK = { none: -1, open: 0, viewer: 1, editor: 2, admin: 3 } as const;
/** What each may do with A, and with what is about no Dag. */
const RIGHTS: Readonly<
  Record<Exclude<Caller, "anonymous">, readonly [a: keyof typeof RANK, all: keyof typeof RANK]>
> = {
  viewer: ["viewer", "viewer"],
  editor: ["editor", "editor"],
  admin: ["admin", "admin"],
  sees_a: ["viewer", "viewer"],
  edits_a: ["editor", "viewer"],
  not_b: ["editor", "editor"],
};
const CALLERS = Object.keys(RIGHTS) as (keyof typeof RIGHTS)[];

describe("the permission matrix of the published document (S3)", () => {
  test("has a row and a body for every operation of the contract", () => {
    expect(ROWS.map(({ id }) => id).toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
    const without = ROWS.filter(
      ({ id, spec }) => spec.body !== undefined && !Object.hasOwn(BODIES, id),
    );
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  test.each(ROWS.filter(({ id }) => !STREAMS.has(id)))(
    "$id is refused to whoever has not signed in, unless it is open",
    async (row) => {
      const { status } = await ask(row, "anonymous", A);
      if (row.spec.access === "open") expect(status).not.toBe(403);
      else expect(status).toBe(401);
    },
  );

  test.each(ofDags)(
    "$id of a Dag asks for the right to that Dag, and hides what may not be seen",
    async (row) => {
      for (const caller of CALLERS) {
        const isAllowed = RANK[RIGHTS[caller][0]] >= RANK[row.spec.access];
        // What would be changed for good is asked of no Dag by those who may.
        const isSafe =
          row.method === "GET" || (row.id !== "deleteDag" && row.id !== "deleteDagRun");
        if (!isAllowed || isSafe) {
          const { status } = await ask(row, caller, A);
          expect([caller, status === 403]).toEqual([caller, !isAllowed]);
        }
      }
      for (const caller of ["sees_a", "edits_a", "not_b"] as const) {
        const hidden = await ask(row, caller, B);
        const missing = await ask(row, caller, MISSING);
        const named = { ...missing, text: missing.text.replaceAll(MISSING.dag, B.dag) };
        expect([caller, hidden]).toEqual([caller, named]);
        if (!row.id.startsWith("batch")) expect(hidden.status).toBeGreaterThanOrEqual(400);
      }
    },
  );

  test.each(asked)(
    "$id, which is about no one Dag, asks for the role and tells of no hidden Dag",
    async (row) => {
      for (const caller of CALLERS) {
        const { status, text } = await ask(row, caller, A);
        const isAllowed = RANK[RIGHTS[caller][1]] >= RANK[row.spec.access];
        const isRefused = status === 403 && !text.includes("current one is another");
        expect([caller, isRefused]).toEqual([caller, !isAllowed]);
        if (Object.hasOwn(SCOPED, caller)) expect([caller, text]).not.toContain("weather");
        if (Object.hasOwn(SCOPED, caller)) expect(text).not.toMatch(/weather|ingest/u);
      }
    },
  );

  test("lists over all Dags hold what may be seen only, their counts too", async () => {
    for (const id of ["listDagRuns", "listTaskInstances", "batchDagRuns", "batchTaskInstances"]) {
      const row = ROWS.find((candidate) => candidate.id === id);
      if (row === undefined) throw new Error(`There is no operation ${id}`);
      for (const caller of ["sees_a", "edits_a", "not_b"] as const) {
        const { status, text } = await ask(row, caller, { dag: "~", run: "~", task: "~" });
        const { total_entries: total } = JSON.parse(text);
        expect([status, text.includes("weather")]).toEqual([200, false]);
        if (id.startsWith("batch")) expect(total).toBe(0);
      }
    }
  });

  test("a connection for hidden Dags alone is hidden with them, and of a scope the names that fit none but them (S3)", async () => {
    const list = ROWS.find(({ id }) => id === "listConnections");
    if (list === undefined) throw new Error("There is no listConnections");
    const scopes = async (caller: Caller) => {
      const { connections, total_entries: total } = JSON.parse((await ask(list, caller, A)).text);
      expect(connections).toHaveLength(total);
      return Object.fromEntries(
        connections
          .filter(({ dags }: { readonly dags: unknown }) => dags !== null)
          .map((one: { readonly connection_id: string; readonly dags: unknown }) => [
            one.connection_id,
            one.dags,
          ]),
      );
    };
    expect(await scopes("not_b")).toEqual({ of_both: ["flights"] });
    expect(await scopes("editor")).toEqual({
      of_both: ["flights", "tag:ingest", "weather"],
      of_hidden: ["weath*", "weather"],
    });
    const get = async (name: string) => {
      const url = `/api/v2/connections/${name}`;
      const headers = { authorization: `Bearer ${tokens.get("not_b") ?? ""}` };
      const answer = await server.app.inject({ method: "GET", url, headers });
      return [answer.statusCode, answer.body.replaceAll(/of_hidden|OF_HIDDEN/gu, "missing")];
    };
    const missing = await get("missing");
    expect(missing[0]).toBe(404);
    const hidden = await get("of_hidden");
    expect(String(hidden[1]).toLowerCase()).toBe(String(missing[1]).toLowerCase());
  });

  test("the web app is told what each may do with single Dags, where the role does not say it (U14)", async () => {
    const config = ROWS.find(({ id }) => id === "getUiConfig");
    if (config === undefined) throw new Error("There is no getUiConfig");
    const userOf = async (caller: Caller) => JSON.parse((await ask(config, caller, A)).text).user;
    expect(await userOf("viewer")).toEqual({ username: "viewer", role: "viewer" });
    expect(await userOf("edits_a")).toMatchObject({
      role: "viewer",
      dag_roles: { flights: "editor" },
    });
    expect((await userOf("not_b")).dag_roles).toEqual({});
    expect(await userOf("anonymous")).toBeNull();
  });

  test.each(["sales *", "a,b", "tag:", " x", "sales_%"])(
    "a grant of %j, which fits no Dag there can be, is refused",
    async (dags) => {
      const answer = await server.app.inject({
        method: "POST",
        url: "/api/v2/users/viewer/grants",
        headers: { authorization: `Bearer ${server.tokens.admin}` },
        payload: { dags, role: "none" },
      });
      expect([answer.statusCode, answer.body]).toEqual([422, expect.stringContaining("sales_*")]);
    },
  );

  test("a grant raises for its Dag alone, and ends when it is revoked", async () => {
    const patch = ROWS.find(({ id }) => id === "patchDag");
    if (patch === undefined) throw new Error("There is no patchDag");
    expect((await ask(patch, "edits_a", A)).status).toBe(200);
    await server.store.saveGrant("edits_a", { dags: "flights", role: "viewer" });
    expect((await ask(patch, "edits_a", A)).status).toBe(403);
    expect(await server.store.deleteGrant("edits_a", "flights")).toBe(true);
    const get = ROWS.find(({ id }) => id === "getDag");
    if (get === undefined) throw new Error("There is no getDag");
    expect((await ask(get, "edits_a", A)).status).toBe(404);
  });
});

/** One event of every kind, about a Dag: a new kind must be given one here. */
function eventsAbout(dagId: string): readonly LiveEvent[] {
  const task = { dagId, runId: "r", taskId: "t", mapIndex: -1 };
  const times = { startedAt: null, endedAt: null };
  return Object.values({
    task_instance: { kind: "task_instance", ...task, state: "running", tryNumber: 1, ...times },
    run: { kind: "run", dagId, runId: "r", state: "running" },
    nodes: { kind: "nodes", ...task },
    log: { kind: "log", ...task, tryNumber: 1 },
    dag: { kind: "dag", dagId },
    import_errors: { kind: "import_errors" },
  } satisfies Readonly<Record<LiveEvent["kind"], LiveEvent>>);
}

describe("live events of a user whom grants name", () => {
  /** Hears until as many events without a Dag have come: everybody hears those. */
  async function hear(username: Caller): Promise<(count: number) => Promise<readonly string[]>> {
    const answer = await server.app.inject({
      url: "/ui/events",
      headers: { authorization: `Bearer ${tokens.get(username)}` },
      payloadAsStream: true,
    });
    const chunks = answer.stream()[Symbol.asyncIterator]();
    let text = "";
    return async (count) => {
      while (text.split('"kind":"import_errors"').length <= count) {
        text += String((await chunks.next()).value);
      }
      return [...text.matchAll(/^data: (.+)$/gmu)].map(([, line = ""]) => {
        const event: { readonly kind: string; readonly dag_id?: string } = JSON.parse(line);
        return [event.kind, event.dag_id ?? ""].join(" ").trim();
      });
    };
  }

  function publish(...dagIds: readonly string[]): void {
    for (const event of dagIds.flatMap(eventsAbout)) server.events.publish(event);
  }

  const KINDS = ["task_instance", "run", "nodes", "log", "dag"];

  test("are those of the Dags they may see, of every kind, in their order", async () => {
    for (const [caller, seen] of [
      ["sees_a", ["flights"]],
      ["not_b", ["flights"]],
      ["viewer", ["flights", "weather", "nowhere"]],
    ] as const) {
      const heard = await hear(caller);
      publish("flights", "weather", "nowhere");
      const wanted = ["flights", "weather", "nowhere"].flatMap((dag) => [
        ...KINDS.filter(() => seen.some((one) => one === dag)).map((kind) => `${kind} ${dag}`),
        "import_errors",
      ]);
      expect([caller, await heard(3)]).toEqual([caller, wanted]);
    }
  });

  test("follow a grant from the moment it is saved or taken away", async () => {
    const heard = await hear("sees_a");
    const url = "/api/v2/users/sees_a/grants";
    const headers = { authorization: `Bearer ${server.tokens.admin}` };
    const weather = { dags: "weather", role: "viewer" };
    const saved = await server.app.inject({ method: "POST", url, headers, payload: weather });
    publish("weather");
    const shown = [...KINDS.map((kind) => `${kind} weather`), "import_errors"];
    expect([saved.statusCode, await heard(1)]).toEqual([200, shown]);
    const gone = await server.app.inject({ method: "DELETE", url: `${url}/weather`, headers });
    publish("weather");
    expect([gone.statusCode, await heard(2)]).toEqual([204, [...shown, "import_errors"]]);
  });

  test("follow the Dags: one that is new is heard of, one that takes on a hidden tag no more", async () => {
    const heard = await hear("not_b");
    const load = async (tags: readonly string[]): Promise<void> => {
      const spec = buildDag("later", [buildTask("t")], { tags });
      const dags = [{ spec, hash: tags.join() }];
      const file = { file: "later.ts", source: "", contentHash: tags.join(), dags, error: null };
      await server.store.saveLoadedFile(file, NOW);
      server.events.publish({ kind: "dag", dagId: "later" });
      publish("later");
    };
    await load([]);
    await load(["ingest"]);
    expect(await heard(2)).toEqual([
      "dag later",
      ...KINDS.map((kind) => `${kind} later`),
      "import_errors",
      "import_errors",
    ]);
  });
});
