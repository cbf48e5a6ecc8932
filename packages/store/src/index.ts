export { openAuditLog } from "./audit.ts";
export type { ConnectOptions, DatabaseAddress } from "./connect-options.ts";
export { parseConnectionText, type WrittenConnection } from "./connection-text.ts";
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./embedded/embedded-postgres.ts";
export {
  findEmbeddedPort,
  openEmbeddedPostgres,
  stopEmbeddedPostgres,
} from "./embedded/open-embedded-postgres.ts";
export { lockProject, type ProjectLock } from "./lock-project.ts";
export { openStore, type StoreOptions } from "./open-store.ts";
export { createSecretKey, parseSecretKeys, type SecretKey } from "./secret-box.ts";
export { openSqlDatabase, type SqlDatabase } from "./sql-database.ts";
