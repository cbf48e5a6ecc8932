import type { Value } from "@airloom/jinja";
import { toValue } from "../template/values.ts";
import type { Target } from "./profile.ts";

/** What of an output dbt's adapter for DuckDB tells templates; the rest may be secret. */
const TOLD = [
  "database",
  "schema",
  "path",
  "config_options",
  "extensions",
  "settings",
  "external_root",
  "use_credential_provider",
  "attach",
  "filesystems",
  "remote",
  "plugins",
  "disable_transactions",
];

/** dbt's `target`. */
export function describeTarget(target: Target): Value {
  const told = TOLD.map((key) => [key, target.credentials[key] ?? null] as const);
  return toValue({
    ...Object.fromEntries(told),
    name: target.targetName,
    target_name: target.targetName,
    profile_name: target.profileName,
    schema: target.schema,
    database: target.database,
    dbname: target.database,
    type: target.type,
    threads: target.threads,
    path: target.path,
  });
}
