/** The release of dbt Core whose behaviour and artifacts this engine follows. */
export const COMPATIBLE_DBT_VERSION = "1.10.23";

/** The version of this engine's DuckDB adapter. */
export const ADAPTER_VERSION = "0.1.0";
