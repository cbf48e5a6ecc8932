import { setTimeout as sleep } from "node:timers/promises";
import { Pool, type PoolClient, type PoolConfig, type QueryResult } from "pg";
import type { DatabaseAddress } from "./connect-options.ts";
import { isConflict, isUnavailable, unavailableError } from "./database-error.ts";

/** One statement. With a name it is planned once per connection. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
}

/** What statements run on: a pool for single ones, a transaction for several. */
export interface Queries {
  rows<T extends object>(statement: Statement): Promise<readonly T[]>;
  /** Answers how many rows were touched. */
  run(statement: Statement): Promise<number>;
}

const READ_PATIENCE_MS = 5_000;
const RETRY_MS = 50;
const MAX_CONFLICTS = 5;

type DatabaseOptions = DatabaseAddress & {
  readonly maxConnections?: number;
  readonly readPatienceMs?: number;
};

/** A pool of connections that survives the restart of its server. */
export class Database implements Queries {
  readonly #pool: Pool;
  readonly #readPatienceMs: number;

  constructor(options: DatabaseOptions) {
    this.#readPatienceMs = options.readPatienceMs ?? READ_PATIENCE_MS;
    this.#pool = new Pool(poolConfig(options));
    // An idle connection that breaks is replaced on the next call; without a listener it would end the process.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => {
      // Statements are planned once per connection, perhaps while a table is still empty and reading it whole
      // looks cheap; the plan would stay when the table has grown.
      void client.query("set enable_seqscan = off").catch(() => undefined);
    });
  }

  /** A single reading statement: repeated for some seconds while the database is away. */
  rows<T extends object>(statement: Statement): Promise<readonly T[]> {
    return this.read((queries) => queries.rows<T>(statement));
  }

  /** A single writing statement: never repeated once it may have reached the database. */
  async run(statement: Statement): Promise<number> {
    return this.#withClient((client) => queriesOn(client).run(statement));
  }

  /** A single writing statement that answers rows. */
  async write<T extends object>(statement: Statement): Promise<readonly T[]> {
    return this.#withClient((client) => queriesOn(client).rows<T>(statement));
  }

  /** Several reads, repeated together for some seconds while the database is away. */
  async read<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.#readPatienceMs;
    for (;;) {
      try {
        return await this.#withClient((client) => work(queriesOn(client)));
      } catch (error) {
        if (!isUnavailable(error) || Date.now() > deadline) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  /** Commits when `work` resolves, rolls back when it rejects; repeated when the database asks for that. */
  async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        return await this.#withClient((client) => inTransaction(client, work));
      } catch (error) {
        if (!isConflict(error) || conflicts >= MAX_CONFLICTS) throw error;
      }
    }
  }

  /** Resolves when the database answers; asks once, so that a health check sees an outage. */
  async ping(): Promise<void> {
    await this.run({ text: "select 1" });
  }

  async close(): Promise<void> {
    if (!this.#pool.ended) await this.#pool.end();
  }

  async #withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw unavailableError(error);
    }
    let failure: Error | undefined;
    const onError = (error: Error) => {
      failure = error;
    };
    client.on("error", onError);
    try {
      return await work(client);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      failure ??= error instanceof Error ? error : new Error(String(error));
      throw unavailableError(error);
    } finally {
      client.off("error", onError);
      client.release(failure);
    }
  }
}

function queriesOn(client: PoolClient): Queries {
  return {
    rows: async <T extends object>(statement: Statement) => (await send<T>(client, statement)).rows,
    run: async (statement) => (await send(client, statement)).rowCount ?? 0,
  };
}

function send<T extends object>(client: PoolClient, statement: Statement): Promise<QueryResult<T>> {
  return client.query<T>({ ...statement, values: [...(statement.values ?? [])] });
}

async function inTransaction<T>(
  client: PoolClient,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  await client.query("begin");
  let result: T;
  try {
    result = await work(queriesOn(client));
  } catch (error) {
    // The first failure is the one that matters; a broken connection rolls back by itself.
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
  await client.query("commit");
  return result;
}

function poolConfig(address: DatabaseOptions): PoolConfig {
  const where =
    address.url === undefined ? { ...address.connection } : { connectionString: address.url };
  return {
    ...where,
    max: address.maxConnections ?? 8,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: "airloom",
  };
}
