import type { NodeType } from "../artifacts/manifest.ts";
import type { JsonObject } from "../json.ts";

const NODE: JsonObject = {
  enabled: true,
  alias: null,
  schema: null,
  database: null,
  tags: [],
  meta: {},
  group: null,
  materialized: "view",
  incremental_strategy: null,
  batch_size: null,
  lookback: 1,
  begin: null,
  persist_docs: {},
  "post-hook": [],
  "pre-hook": [],
  quoting: {},
  column_types: {},
  full_refresh: null,
  unique_key: null,
  on_schema_change: "ignore",
  on_configuration_change: "apply",
  grants: {},
  packages: [],
  docs: { show: true, node_color: null },
  contract: { enforced: false, alias_types: true },
  event_time: null,
  concurrent_batches: null,
};

const TEST: JsonObject = {
  enabled: true,
  alias: null,
  schema: "dbt_test__audit",
  database: null,
  tags: [],
  meta: {},
  group: null,
  materialized: "test",
  severity: "ERROR",
  store_failures: null,
  store_failures_as: null,
  where: null,
  limit: null,
  fail_calc: "count(*)",
  warn_if: "!= 0",
  error_if: "!= 0",
};

const SNAPSHOT: JsonObject = {
  ...NODE,
  materialized: "snapshot",
  strategy: null,
  target_schema: null,
  target_database: null,
  updated_at: null,
  check_cols: null,
  snapshot_meta_column_names: {
    dbt_valid_to: null,
    dbt_valid_from: null,
    dbt_scd_id: null,
    dbt_updated_at: null,
    dbt_is_deleted: null,
  },
  dbt_valid_to_current: null,
};

/** What a config holds before anybody has set anything. */
export function defaultConfig(type: NodeType): JsonObject {
  switch (type) {
    case "test":
      return TEST;
    case "snapshot":
      return SNAPSHOT;
    case "seed":
      return { ...NODE, materialized: "seed", delimiter: ",", quote_columns: null };
    case "model":
      return {
        ...NODE,
        access: "protected",
        freshness: null,
        latest_version_pointer: { enabled: null, alias: null },
      };
    default:
      return NODE;
  }
}
