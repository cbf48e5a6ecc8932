import type { BodyOf } from "@airloom/api";
import { AirloomError, type Connection, type Store } from "@airloom/core";
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
      await store.saveConnection(
        { connectionId: body.connection_id, ...fieldsOf(body) },
        clock.now(),
      );
      return renderConnection(await findOrThrow(body.connection_id));
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
      const result = await operations.testConnection(await fillIn(store, body));
      return { status: result.ok, message: result.message, facts: [...result.facts] };
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
      await store.saveConnection(
        { connectionId: params.connection_id, ...fieldsOf(masked) },
        clock.now(),
      );
      return renderConnection(await findOrThrow(params.connection_id));
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

/**
 * The form never sees a saved secret: what it leaves out is tested with what is saved, but only against the host it
 * was saved for. Else a test could carry a secret to any host.
 */
async function fillIn(
  store: Pick<Store, "findConnection">,
  body: BodyOf<"testConnection">,
): Promise<Connection> {
  const saved = await store.findConnection(body.connection_id);
  const isSameHost =
    saved !== undefined &&
    saved.connType === body.conn_type &&
    saved.host === (body.host === undefined ? saved.host : body.host) &&
    saved.port === (body.port === undefined ? saved.port : body.port);
  const secrets = isSameHost ? saved : { password: null, extra: null };
  return {
    connectionId: body.connection_id,
    connType: body.conn_type,
    description: body.description ?? null,
    host: body.host === undefined && isSameHost ? saved.host : (body.host ?? null),
    login: body.login === undefined && isSameHost ? saved.login : (body.login ?? null),
    schema: body.schema === undefined && isSameHost ? saved.schema : (body.schema ?? null),
    port: body.port === undefined && isSameHost ? saved.port : (body.port ?? null),
    password: body.password === undefined ? secrets.password : body.password,
    extra: body.extra === undefined ? secrets.extra : body.extra,
  };
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
