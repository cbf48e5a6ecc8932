/**
 * Settings of DuckDB that a step may choose: how it computes, not what it reaches. Anything not named here could open a
 * file, a host or the cage itself.
 */
const COMPUTING: readonly string[] = [
  "access_mode",
  "arrow_large_buffer_size",
  "binary_as_string",
  "Calendar",
  "checkpoint_threshold",
  "default_collation",
  "default_null_order",
  "default_order",
  "disable_timestamptz_casts",
  "dynamic_or_filter_threshold",
  "enable_object_cache",
  "enable_progress_bar",
  "errors_as_json",
  "explain_output",
  "ieee_floating_point_ops",
  "immediate_transaction_mode",
  "integer_division",
  "lambda_syntax",
  "max_expression_depth",
  "merge_join_threshold",
  "nested_loop_join_threshold",
  "null_order",
  "old_implicit_casting",
  "order_by_non_integer_literal",
  "ordered_aggregate_threshold",
  "partitioned_write_flush_threshold",
  "partitioned_write_max_open_files",
  "perfect_ht_threshold",
  "pivot_filter_threshold",
  "pivot_limit",
  "prefer_range_joins",
  "preserve_identifier_case",
  "preserve_insertion_order",
  "scalar_subquery_error_on_multiple_rows",
  "schema",
  "search_path",
  "storage_compatibility_version",
  "threads",
  "TimeZone",
  "wal_autocheckpoint",
  "worker_threads",
  "write_buffer_row_group_count",
  "zstd_min_string_length",
];

/** Settings of the memory; a profile may lower them. */
const MEMORY: readonly string[] = ["max_memory", "memory_limit"];

/** Settings that come with an extension for storage and mean nothing without it. */
const STORAGE = /^(?:s3|gcs|r2|azure|http|ca_cert|enable_server_cert|unsafe_disable_etag)_/u;

const KNOWN = new Set([...COMPUTING, ...MEMORY].map((name) => name.toLowerCase()));

/** Whether a profile may set it for a step. */
export function isFreeSetting(name: string, extensions: readonly string[]): boolean {
  const key = name.toLowerCase();
  return KNOWN.has(key) || (extensions.length > 0 && STORAGE.test(key));
}

/** Whether statements may change it after the configuration was locked. */
export function isFreeForStatements(name: string): boolean {
  const key = name.toLowerCase();
  return KNOWN.has(key) && !MEMORY.includes(key);
}

/** Whether it says how much memory the database may use. */
export function isMemorySetting(name: string): boolean {
  return MEMORY.includes(name.toLowerCase());
}
