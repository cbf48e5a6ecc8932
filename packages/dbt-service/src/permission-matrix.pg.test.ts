import { fileURLToPath } from "node:url";
import { type DocumentOperation, listDocumentOperations } from "@airloom/testkit";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSION_SETS, type PermissionSet } from "./domain/permission.ts";
import { listTestedRoutes, listTestRoutes, openTestPorts } from "./fixtures/list-test-routes.ts";
import { openTestService, type TestService } from "./fixtures/open-test-service.ts";
import {
  EXPECTED_RIGHTS,
  EXPECTED_ROLES,
  EXPECTED_SETS,
  type ExpectedRight,
} from "./fixtures/permission-table.ts";
import { PermissionWorld, type Place } from "./fixtures/permission-world.ts";
import { renderPermissions } from "./fixtures/render-permissions.ts";
import { describeApi } from "./http/describe-api.ts";
import { openServer } from "./http/open-server.ts";
import { addRoute, type Route } from "./http/route.ts";
import { SEED_IDS } from "./seed-service.ts";
import { type TokenRow, TokenStore } from "./store/token-store.ts";

// Every operation of the service's own document, asked by everybody about a project they hold their rights in and one
// they do not. What must come out is read from a table written by hand, never from the code that decides it.

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const RELATED = "run_steps,job,trigger,environment,repository,project,connection,debug_logs";

/** Somebody who asks: the headers that say so, and where the rights are held. */
interface Asker {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly set: PermissionSet | null;
  readonly holds: "ours" | "everything";
}

interface Row extends DocumentOperation {
  readonly key: string;
}

let service: TestService;
let server: FastifyInstance;
let world: PermissionWorld;
let tokens: TokenStore;
let rows: readonly Row[];
let unimplemented: readonly Route[];
let ours: Place;
let theirs: Place;
/** What belongs to no project. */
let whole: Readonly<Record<string, number>>;
let scoped: readonly Asker[];
/** The same sets in all projects. */
let unscoped: readonly Asker[];
let people: readonly Asker[];
/** The one answer for all that is missing or not to be seen. */
let nothing: string;

beforeAll(async () => {
  service = await openTestService();
  // Nothing is to run what is started here.
  await service.stop();
  const ports = await openTestPorts(service);
  world = new PermissionWorld(service, ports);
  ours = await world.makePlace("ours");
  theirs = await world.makePlace("theirs");
  const beside = { ...ours, mark: "whole" };
  whole = {
    connection: await world.make("connection", beside),
    notification: await world.make("notification", beside),
    token: await world.make("token", beside),
  };
  tokens = new TokenStore(service.database);
  scoped = await Promise.all(PERMISSION_SETS.map((set) => makeAsker(set, ours.project)));
  unscoped = await Promise.all(PERMISSION_SETS.map((set) => makeAsker(set, null)));
  people = Object.entries(EXPECTED_ROLES).map(([role, set]) => ({
    name: `the ${role} in a browser`,
    set,
    holds: "everything",
    headers: { cookie: `set=${set}`, host: "localhost", origin: "http://localhost" },
  }));
  server = await openMatrixServer();
  const implemented = await listTestedRoutes(service);
  rows = listDocumentOperations(describeApi(implemented, "test")).map((operation) => ({
    ...operation,
    key: `${operation.method} ${operation.path}`,
  }));
  unimplemented = (await listTestRoutes(service)).slice(implemented.length);
  const [admin] = people;
  nothing = (await send("GET", `${V2}/jobs/2000000000`, admin)).text;
});
afterAll(async () => {
  await server.close();
  await service.close();
});

const V2 = `/api/v2/accounts/${SEED_IDS.account}`;
const NOBODY: Asker = { name: "nobody", set: null, holds: "everything", headers: {} };

async function openMatrixServer(): Promise<FastifyInstance> {
  const opened = await openServer({}, QUIET);
  const known = new Map<string, Promise<TokenRow | undefined>>();
  const options = {
    ...({ database: service.database, port: 0, dataDir: service.dataDir } as const),
    dbtCommand: { file: "false", args: [] },
    authenticate: async ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) => {
      const asked = /^set=(?<set>\w+)$/u.exec(String(headers["cookie"]))?.groups?.["set"];
      const permissionSet = PERMISSION_SETS.find((set) => set === asked);
      return permissionSet && { username: permissionSet, email: null, permissionSet };
    },
  };
  // The same few tokens ask thousands of times.
  const findByText = (text: string, now: Date): Promise<TokenRow | undefined> => {
    const found = known.get(text) ?? tokens.findByText(text, now);
    known.set(text, found);
    return found;
  };
  for (const route of await listTestRoutes(service)) {
    addRoute(opened, { tokens: { findByText }, options }, route);
  }
  return opened;
}

/** A token with one permission set, in one project or in all of them. */
async function makeAsker(set: PermissionSet, projectId: number | null): Promise<Asker> {
  const { text } = await tokens.create({
    accountId: SEED_IDS.account,
    name: set,
    permissionGrants: [{ permissionSet: set, projectId }],
  });
  const holds = projectId === null ? "everything" : "ours";
  return { name: `${set} of ${holds}`, set, holds, headers: { authorization: `Token ${text}` } };
}

/** Somebody with the same rights, who holds them in a project that was made meanwhile. */
async function holdIn(asker: Asker, projectId: number): Promise<Asker> {
  const isThere = asker.holds === "everything" || asker.set === null || projectId === ours.project;
  return isThere ? asker : makeAsker(asker.set, projectId);
}

async function send(
  method: string,
  url: string,
  asker: Asker = NOBODY,
  body?: unknown,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await server.inject({
    method: method as "GET",
    url,
    headers: { host: "localhost", ...asker.headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, text: answer.body };
}

/** What an id in an address is of, by the step before it. */
const KINDS: Readonly<Record<string, string>> = {
  projects: "project",
  environments: "environment",
  repositories: "repository",
  connections: "connection",
  credentials: "credentials",
  notifications: "notification",
  "extended-attributes": "extended_attributes",
  "environment-variables": "env_var",
};

/** The address of a thing that stands in a place, or of one that was made to be asked about this once. */
async function fill(row: Row, place: Place, isFresh: boolean): Promise<string> {
  const steps = row.path.split("/");
  const last = steps.findLastIndex((step) => step.startsWith("{") && step !== "{path}");
  const filled: (string | number)[] = [];
  for (const [at, step] of steps.entries()) {
    const name = /^\{(?<name>\w+)\}$/u.exec(step)?.groups?.["name"];
    if (name === undefined) filled.push(step);
    else if (name === "account") filled.push(SEED_IDS.account);
    else if (name === "path") filled.push("run_results.json");
    else {
      const kind = name === "id" ? KINDS[steps[at - 1] ?? ""] : name;
      if (kind === undefined) throw new Error(`The matrix does not know what ${row.path} names`);
      const isTarget = at === last && (at === steps.length - 1 || kind !== "project");
      const standing = place.ids[kind] ?? whole[kind];
      filled.push(isFresh && isTarget ? await world.make(kind, place) : (standing ?? 0));
    }
  }
  return filled.join("/");
}

/** A body that the operation takes, about a place. */
async function bodyFor(row: Row, place: Place): Promise<unknown> {
  const path = row.path
    .replace(/^\/api\/v\d\/accounts\/\{account\}/u, "")
    .replace("/projects/{project}", "");
  const name = `${place.mark}-changed`;
  switch (`${row.method} ${path}`) {
    case "POST /jobs":
      return { name, project_id: place.project, environment_id: place.environment };
    case "POST /environments":
      return { name, project_id: place.project };
    case "POST /repositories":
      return { name, project_id: place.project, remote_url: "/tmp" };
    case "POST /connections":
      return { name, adapter_version: "postgres_v0", config: {} };
    case "POST /environment-variables":
      return { name: world.nameVariable(), type: "project", raw_value: "1" };
    case "POST /environment-variables/{id}":
      return { raw_value: "2" };
    case "POST /environment-variables/bulk":
      return { env_var: { new_name: world.nameVariable(), project: "1" } };
    case "PUT /environment-variables/bulk":
      return { env_vars: { name: (await world.makeVariable(place)).name, project: "2" } };
    case "DELETE /environment-variables/bulk":
      return { name: (await world.makeVariable(place)).name };
    case "POST /jobs/{job}/run":
      return { cause: name };
    case "POST /service-tokens/{token}/permissions":
      return [];
    default:
      return row.hasBody ? { name } : undefined;
  }
}

/** Whether somebody may do in a place what an operation asks for, by the table. */
function isExpected({ reach, right }: ExpectedRight, asker: Asker, place: Place): boolean {
  if (asker.set === null) return false;
  if (right === null) return true;
  if (EXPECTED_SETS[asker.set]?.has(right) !== true) return false;
  if (asker.holds === "everything") return true;
  if (reach === "whole") return false;
  return reach !== "in" || place === ours;
}

/** Whose things an answer may hold, by the table; a list has to. */
function listExpected({ reach }: ExpectedRight, asker: Asker, place: Place): readonly string[] {
  if (reach === "shared") return asker.holds === "everything" ? ["whole"] : [];
  if (reach !== "list") return [];
  return asker.holds === "everything" || place === ours ? [place.mark] : [];
}

interface Cell {
  readonly asker: Asker;
  readonly place: Place;
}

/** Asks for what may not be had, and tells of each time that something else came than the one refusal, or was changed. */
async function askRefused(row: Row, cells: readonly Cell[]): Promise<readonly object[]> {
  const standing = await Promise.all(
    [ours, theirs].map(async (place) => ({
      place,
      url: await fill(row, place, false),
      body: await bodyFor(row, place),
    })),
  );
  const print = async (): Promise<string> => (row.method === "GET" ? "" : world.print());
  const before = await print();
  const wrong: object[] = [];
  for (const { place, url, body } of standing) {
    for (const { asker } of cells.filter((cell) => cell.place === place)) {
      const answer = await send(row.method, url, asker, body);
      const isRefused =
        asker === NOBODY ? answer.status === 401 : answer.status === 404 && answer.text === nothing;
      if (!isRefused) wrong.push({ by: asker.name, url, wanted: "refused", answer });
    }
  }
  return (await print()) === before ? wrong : [...wrong, { by: "somebody", wanted: "no change" }];
}

/** Asks for what may be had, and tells of each time that it was not, or more than it. */
async function askAllowed(row: Row, cells: readonly Cell[]): Promise<readonly object[]> {
  const expected = expectedOf(row);
  const isList = /^(?:list|shared|empty)$/u.test(expected.reach);
  const wrong: object[] = [];
  for (const { asker, place } of cells) {
    const url = await fill(row, place, row.method !== "GET");
    // A project made to be changed is none that the token holds yet.
    const held = /\/projects\/(?<id>\d+)$/u.exec(url)?.groups?.["id"];
    const { headers } = held === undefined ? asker : await holdIn(asker, Number(held));
    const query = row.method === "GET" ? queryFor(row, { asker, place }) : "";
    const body = await bodyFor(row, place);
    const answer = await send(row.method, `${url}${query}`, { ...asker, headers }, body);
    const shown = ["ours", "theirs", "whole"].filter((mark) => answer.text.includes(`"${mark}`));
    const wanted = listExpected(expected, asker, place);
    const isRight = isList
      ? shown.join() === wanted.join()
      : asker.holds === "everything" || !shown.includes("theirs");
    if (answer.status >= 200 && answer.status < 300 && isRight) continue;
    wrong.push({ by: asker.name, url, wanted: isList ? wanted : "done", answer });
  }
  return wrong;
}

function expectedOf(row: Row): ExpectedRight {
  const expected = EXPECTED_RIGHTS.get(row.key);
  if (expected === undefined) throw new Error(`${row.key} has no row in the table`);
  return expected;
}

/** Asks for all that can be shown beside a thing, and narrows a list to a place where it can be. */
function queryFor(row: Row, { asker, place }: Cell): string {
  const name = row.path.endsWith("/projects") ? "id" : "project_id";
  const related = asker.holds === "ours" ? RELATED : "";
  return `?include_related=${related}${row.query.includes(name) ? `&limit=5&${name}=${place.project}` : ""}`;
}

describe("the permission matrix of the job service's own document (S2)", () => {
  test("has a row for every operation, and none for what is not there", () => {
    expect([...EXPECTED_RIGHTS.keys()].toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
    expect(Object.keys(EXPECTED_SETS).toSorted()).toEqual([...PERMISSION_SETS].toSorted());
  });

  test.each([...EXPECTED_RIGHTS].map(([key, { reach, right }]) => [key, right, reach] as const))(
    "%s is for those who hold %s (%s), and for nobody else",
    async (key) => {
      const row = rows.find((candidate) => candidate.key === key);
      if (row === undefined) throw new Error(`The document has no operation "${key}"`);
      const cells = [
        ...[NOBODY, ...scoped].flatMap((asker) =>
          [ours, theirs].map((place) => ({ asker, place })),
        ),
        ...[...unscoped, ...people].map((asker) => ({ asker, place: theirs })),
      ];
      const isAllowed = ({ asker, place }: Cell): boolean =>
        isExpected(expectedOf(row), asker, place);
      expect(
        await askRefused(
          row,
          cells.filter((cell) => !isAllowed(cell)),
        ),
      ).toEqual([]);
      expect(await askAllowed(row, cells.filter(isAllowed))).toEqual([]);
    },
  );

  test("is what docs/permissions.md says", async () => {
    const document = new URL("../../../docs/permissions.md", import.meta.url);
    const rendered = renderPermissions(await listTestedRoutes(service));
    await expect(rendered).toMatchFileSnapshot(fileURLToPath(document));
  });

  test("what is not implemented says so to whoever may read the account, and nothing to anybody else", async () => {
    expect(unimplemented.length).toBeGreaterThan(100);
    const wrong: object[] = [];
    for (const [at, { method, path }] of unimplemented.entries()) {
      // Nothing in its address is looked up: each is asked about one of the two.
      const place = at % 2 === 0 ? ours : theirs;
      const url = path.replaceAll(/:(\w+)|\*/gu, (_all, name: string | undefined) =>
        String(name === "account" ? SEED_IDS.account : (place.ids[name ?? ""] ?? 1)),
      );
      for (const asker of [NOBODY, ...scoped]) {
        const { status, text } = await send(method, url, asker);
        const isTold = EXPECTED_SETS[asker.set ?? ""]?.has("account:read") === true;
        const wanted = asker === NOBODY ? 401 : isTold ? 501 : 404;
        if (status !== wanted) wrong.push({ by: asker.name, method, url, wanted, text });
      }
    }
    expect(wrong).toEqual([]);
  });
});
