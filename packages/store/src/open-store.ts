import type { Store } from "@airloom/core";
import { activeRunStore } from "./active-runs.ts";
import { attemptStore } from "./attempts.ts";
import { auditStore } from "./audit.ts";
import type { DatabaseAddress } from "./connect-options.ts";
import { connectionStore } from "./connections.ts";
import { dagStore } from "./dags.ts";
import { Database } from "./database.ts";
import { grantStore } from "./grants.ts";
import { healthStore } from "./health.ts";
import { loadMigrations, migrate } from "./migrate.ts";
import { overviewStore } from "./overview.ts";
import { poolStore } from "./pools.ts";
import { dagRunStore } from "./runs.ts";
import { SecretBox, type SecretKey } from "./secret-box.ts";
import { sessionStore } from "./sessions.ts";
import { taskInstanceStore } from "./task-instances.ts";
import { transitionStore } from "./transitions.ts";
import { typeErrorStore } from "./type-errors.ts";
import { userStore } from "./users.ts";
import { variableStore } from "./variables.ts";
import { xcomStore } from "./xcoms.ts";

/** How a store is opened. */
export type StoreOptions = DatabaseAddress & {
  /** The first key encrypts, all decrypt; see `createSecretKey` and `parseSecretKeys`. */
  readonly secretKeys: readonly SecretKey[];
  /** Where `AIRLOOM_CONN_…` and `AIRLOOM_VAR_…` are read from; nothing by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What a new Dag starts as when its file does not say; true by default, as in Airflow. */
  readonly isPausedUponCreation?: boolean;
  /** How many connections the pool opens at most; 8 by default. */
  readonly maxConnections?: number;
  /** How long a read waits for a database that is being restarted, in milliseconds; 5,000 by default. */
  readonly readPatienceMs?: number;
};

/** Opens the store on PostgreSQL: connects, migrates, and answers when it is ready for use. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const secrets = new SecretBox(options.secretKeys);
  const env = options.env ?? {};
  const database = new Database(options);
  try {
    await database.ping();
    await migrate(database, "airloom", loadMigrations());
  } catch (error) {
    await database.close();
    throw error;
  }
  const { loadConnectionSecrets, ...connections } = connectionStore(database, secrets, env);
  const { loadVariableSecrets, ...variables } = variableStore(database, secrets, env);
  return {
    ...dagStore(database, { isPausedUponCreation: options.isPausedUponCreation ?? true }),
    ...typeErrorStore(database),
    ...dagRunStore(database),
    ...overviewStore(database),
    ...activeRunStore(database),
    ...taskInstanceStore(database),
    ...transitionStore(database),
    ...xcomStore(database),
    ...attemptStore(database),
    ...connections,
    ...variables,
    loadSecrets: async () =>
      (await Promise.all([loadConnectionSecrets(), loadVariableSecrets()])).flat(),
    ...poolStore(database),
    ...userStore(database),
    ...sessionStore(database),
    ...auditStore(database),
    ...grantStore(database),
    ...healthStore(database),
    close: () => database.close(),
  };
}
