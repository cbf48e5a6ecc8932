import type { BodyOf } from "@airloom/api";
import { AirloomError, type Connection, changeConnection, type Store } from "@airloom/core";
import { RateLimit } from "../auth/rate-limit.ts";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";
import { loadAll } from "../http/load-all.ts";
import { cut, pageOf } from "../http/page.ts";
import { matchesPattern } from "../http/pattern.ts";
import { renderConnection } from "../wire/admin-wire.ts";

type Ids =
  | "listConnections"
  | "createConnection"
  | "testConnection"
  | "getConnection"
  | "patchConnection"
  | "deleteConnection";

const ORDER = {
  connection_id: "connectionId",
  conn_type: "connType",
  description: "description",
  host: "host",
  port: "port",
} as const;

const TESTS_PER_MINUTE = 10;

/** Connections: their secrets go in and never come out. */
export function connectionRoutes(context: ServerContext): Handlers<Ids> {
  const { store, operations, clock } = context;
  const tests = new RateLimit(clock, TESTS_PER_MINUTE);

  async function findOrThrow(connectionId: string) {
    const view = await store.findConnectionView(connectionId);
    if (view === undefined) {
      throw new AirloomError(
        "connection.not_found",
        `Cannot find connection "${connectionId}": it is neither saved nor set by AIRLOOM_CONN_${connectionId.toUpperCase()}`,
      );
    }
    return view;
  }

  return {
    listConnections: async ({ query }) => {
      const page = pageOf(query, ORDER, ["connectionId"]);
      const pattern = query.connection_id_pattern;
      if (pattern === undefined) {
        const { items, total } = await store.listConnections({}, page);
        return {
          connections: cut(items, query.limit).map(renderConnection),
          total_entries: total,
        };
      }
      const all = await loadAll((next) =>
        store.listConnections({}, { ...next, orderBy: page.orderBy ?? [] }),
      );
      const chosen = all.filter((view) => matchesPattern(pattern, view.connectionId));
      return {
        connections: chosen.slice(query.offset, query.offset + query.limit).map(renderConnection),
        total_entries: chosen.length,
      };
    },

    createConnection: async ({ body }) => {
      const taken = await store.findConnectionView(body.connection_id);
      if (taken?.origin === "database") {
        throw new AirloomError(
          "run.conflict",
          `Cannot create connection "${body.connection_id}": there is one of that name`,
        );
      }
      const cleared = await store.saveConnection(
        { connectionId: body.connection_id, ...fieldsOf(body) },
        clock.now(),
      );
      const created = renderConnection(await findOrThrow(body.connection_id));
      return { ...created, cleared_secrets: [...cleared] };
    },

    testConnection: async ({ body, user }) => {
      const taken = tests.take(user?.username ?? "");
      if (!taken.isWithin) {
        throw new AirloomError(
          "auth.too_many",
          `Cannot test "${body.connection_id}": at most ${TESTS_PER_MINUTE} tests a minute`,
          { details: { retryAfterS: taken.retryAfterS } },
        );
      }
      const { connection, cleared } = await planTest(store, body);
      const result = await operations.testConnection(connection);
      const note = cleared.length === 0 ? "" : ` (tried ${tellCleared(cleared)})`;
      return { status: result.ok, message: result.message + note, facts: [...result.facts] };
    },

    getConnection: async ({ params }) => renderConnection(await findOrThrow(params.connection_id)),

    patchConnection: async ({ params, query, body }) => {
      const view = await findOrThrow(params.connection_id);
      if (body.connection_id !== undefined && body.connection_id !== params.connection_id) {
        throw new AirloomError(
          "connection.bad_value",
          `Cannot rename connection "${params.connection_id}": create another and delete this one`,
        );
      }
      if (view.origin === "environment") {
        throw new AirloomError(
          "connection.bad_value",
          `Cannot change connection "${params.connection_id}": it is set in the environment`,
        );
      }
      const mask = new Set(query.update_mask ?? Object.keys(body));
      const masked = Object.fromEntries(Object.entries(body).filter(([name]) => mask.has(name)));
      const cleared = await store.saveConnection(
        { connectionId: params.connection_id, ...fieldsOf(masked) },
        clock.now(),
      );
      const changed = renderConnection(await findOrThrow(params.connection_id));
      return { ...changed, cleared_secrets: [...cleared] };
    },

    deleteConnection: async ({ params }) => {
      if (!(await store.deleteConnection(params.connection_id))) {
        await findOrThrow(params.connection_id);
        throw new AirloomError(
          "connection.bad_value",
          `Cannot delete connection "${params.connection_id}": it is set in the environment`,
        );
      }
      return undefined;
    },
  };
}

/** What the form leaves out is tried as it is saved; a saved secret never goes to another place than that. */
async function planTest(
  store: Pick<Store, "findConnection">,
  body: BodyOf<"testConnection">,
): Promise<{ readonly connection: Connection; readonly cleared: readonly string[] }> {
  const saved = await store.findConnection(body.connection_id);
  const change = { connectionId: body.connection_id, ...fieldsOf(body) };
  const { connection, cleared } = changeConnection(change, saved);
  return { connection: { ...connection, connType: body.conn_type }, cleared };
}

/** Says which secrets an edit has left behind. */
function tellCleared(cleared: readonly string[]): string {
  return `without the saved ${cleared.join(" and ")}, which never goes to another place: give it again`;
}

interface ConnectionFields {
  readonly conn_type?: string | undefined;
  readonly description?: string | null | undefined;
  readonly host?: string | null | undefined;
  readonly login?: string | null | undefined;
  readonly schema?: string | null | undefined;
  readonly port?: number | null | undefined;
  readonly password?: string | null | undefined;
  readonly extra?: string | null | undefined;
  readonly dags?: readonly string[] | null | undefined;
}

/** Only what was sent: a field left out keeps its value. */
function fieldsOf(body: ConnectionFields) {
  if (body.extra != null && body.extra !== "") checkExtra(body.extra);
  return {
    ...(body.conn_type === undefined ? {} : { connType: body.conn_type }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.host === undefined ? {} : { host: body.host }),
    ...(body.login === undefined ? {} : { login: body.login }),
    ...(body.schema === undefined ? {} : { schema: body.schema }),
    ...(body.port === undefined ? {} : { port: body.port }),
    ...(body.password === undefined ? {} : { password: body.password }),
    ...(body.extra === undefined ? {} : { extra: body.extra }),
    ...(body.dags === undefined ? {} : { dags: body.dags }),
  };
}

/** Extra is JSON text; its content is not quoted back, for it may hold secrets. */
function checkExtra(extra: string): void {
  try {
    const value: unknown = JSON.parse(extra);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  } catch {
    // Told below, without the text.
  }
  throw new AirloomError(
    "connection.bad_value",
    'Cannot read extra: expected a JSON object as text, such as {"key": "value"}',
  );
}
