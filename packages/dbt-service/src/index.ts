export { PERMISSION_SETS, type PermissionSet } from "./domain/permission.ts";
export { openDbtService } from "./open-dbt-service.ts";
export type {
  DbtService,
  DbtServiceOptions,
  RequestHead,
  ServiceLimits,
  ServiceLogger,
  ServiceLogin,
  ServiceRefusal,
  ServiceSeed,
  ServiceUser,
  StepCage,
} from "./options.ts";
export type { SqlDatabase, SqlMigration } from "./sql-database.ts";
export { type LocalCertificate, openLocalCertificate } from "./tls/open-local-certificate.ts";
