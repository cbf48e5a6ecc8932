import { isDeepStrictEqual } from "node:util";
import { isRecord, type JsonRecord, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { ApiError } from "../api-error.ts";

/** What a connection of an adapter consists of. */
interface AdapterFields {
  /** Every field that is shown, with what it is where nobody said otherwise: clients want the empty ones too. */
  readonly shown: JsonRecord;
  /** Fields that are taken and never shown. */
  readonly secret: readonly string[];
}

const SERVER = { hostname: null, dbname: null, port: null, retries: 1 };
const SQL_SERVER = { database: null, driver: null, port: 1433, retries: 1 };
const TIMEOUTS = { login_timeout: 0, query_timeout: 0 };
const BIGQUERY = {
  project_id: null,
  private_key_id: null,
  client_email: null,
  client_id: null,
  auth_uri: null,
  token_uri: null,
  auth_provider_x509_cert_url: null,
  client_x509_cert_url: null,
  timeout_seconds: null,
  job_execution_timeout_seconds: null,
  priority: null,
  scopes: null,
  location: null,
  maximum_bytes_billed: null,
  execution_project: null,
  impersonate_service_account: null,
  retries: null,
  job_retry_deadline_seconds: null,
  job_creation_timeout_seconds: null,
  gcs_bucket: null,
  dataproc_region: null,
  dataproc_cluster_name: null,
  api_endpoint: null,
  deployment_env_auth_type: null,
};

/** The adapters of dbt Cloud, and DuckDB, which is ours alone. */
const ADAPTERS: Readonly<Record<string, AdapterFields>> = {
  apache_spark: {
    shown: {
      host: null,
      cluster: null,
      method: null,
      port: null,
      connect_timeout: null,
      connect_retries: null,
      organization: null,
      user: null,
      auth: null,
      kerberos_service_name: null,
    },
    secret: [],
  },
  athena: {
    shown: {
      region_name: null,
      database: null,
      s3_staging_dir: null,
      work_group: null,
      spark_work_group: null,
      s3_data_dir: null,
      s3_data_naming: null,
      s3_tmp_table_dir: null,
      poll_interval: null,
      num_retries: null,
      num_boto3_retries: null,
      num_iceberg_retries: null,
    },
    secret: [],
  },
  bigquery: { shown: BIGQUERY, secret: ["private_key", "application_id", "application_secret"] },
  databricks: {
    shown: { host: null, http_path: null, catalog: null, scopes: null },
    secret: ["client_id", "client_secret"],
  },
  databricks_spark: {
    shown: {
      host: null,
      method: null,
      port: null,
      cluster: null,
      endpoint: null,
      driver: null,
      organization: null,
      user: null,
    },
    secret: [],
  },
  duckdb: { shown: { path: null }, secret: [] },
  fabric: { shown: { server: null, ...SQL_SERVER, ...TIMEOUTS }, secret: [] },
  postgres: { shown: { ...SERVER, port: 5432 }, secret: [] },
  redshift: { shown: { ...SERVER, port: 5439 }, secret: [] },
  salesforce: {
    shown: { login_url: null, database: null, data_transform_run_timeout: null, auth_type: null },
    secret: [],
  },
  snowflake: {
    shown: {
      account: null,
      database: null,
      warehouse: null,
      client_session_keep_alive: false,
      role: null,
      allow_sso: false,
    },
    secret: ["oauth_client_id", "oauth_client_secret"],
  },
  synapse: { shown: { host: null, ...SQL_SERVER, ...TIMEOUTS }, secret: [] },
  teradata: {
    shown: { host: null, port: null, tmode: null, retries: null, request_timeout: null },
    secret: [],
  },
  trino: { shown: { host: null, method: null, port: null }, secret: [] },
};

/** The adapter a connection is for: `postgres` of `postgres_v0`. */
export function findAdapter(connection: JsonRecord): string {
  const version =
    readText(connection["adapter_version"]) ?? readText(connection["type"]) ?? "postgres";
  return version.replace(/_v\d+$/u, "");
}

function findFields(connection: JsonRecord): AdapterFields {
  const adapter = findAdapter(connection);
  const fields = Object.hasOwn(ADAPTERS, adapter) ? ADAPTERS[adapter] : undefined;
  if (fields !== undefined) return fields;
  throw new ApiError(
    400,
    `Cannot save the connection: "${adapter}" is no adapter; expected one of ${Object.keys(ADAPTERS).join(", ")}, such as "postgres_v0"`,
  );
}

/** Fields that do not decide where a connection's secrets are sent; all others may. */
const HARMLESS: ReadonlySet<string> = new Set(
  `allow_sso catalog client_session_keep_alive database dbname job_creation_timeout_seconds
  job_execution_timeout_seconds job_retry_deadline_seconds location maximum_bytes_billed priority
  query_timeout login_timeout request_timeout retries role timeout_seconds warehouse`.split(/\s+/u),
);

/**
 * What a connection is stored as, out of what it was, opened, and what a client sent; what its adapter does not know is left out.
 *
 * A saved secret stays where it was saved for: an edit that may send it elsewhere takes it away, unless it is given anew.
 */
export function normalizeConnection(given: JsonRecord, before: JsonRecord): JsonRecord {
  const type = readText(given["type"]);
  const version =
    readText(given["adapter_version"]) ?? (type === null ? "postgres_v0" : `${type}_v0`);
  const connection = { adapter_version: version };
  const { shown, secret } = findFields(connection);
  const isSame = findAdapter(before) === findAdapter(connection);
  const known = isSame ? readRecord(before["config"]) : {};
  const sent = { ...readRecord(given["details"]), ...readRecord(given["config"]) };
  const isMoved = Object.entries(shown).some(
    ([key, otherwise]) =>
      !HARMLESS.has(key) &&
      !isDeepStrictEqual(
        known[key] ?? otherwise,
        (key in sent ? sent[key] : known[key]) ?? otherwise,
      ),
  );
  const left = isMoved
    ? Object.fromEntries(Object.entries(known).filter(([key]) => !secret.includes(key)))
    : known;
  const config = { ...left, ...sent };
  const kept = [...Object.keys(shown), ...secret].flatMap((key) => {
    const value = config[key];
    if (value === undefined) return [];
    if (isRecord(value)) {
      throw new ApiError(400, `Cannot save the connection: "config.${key}" is no plain value`);
    }
    return [[key, value] as const];
  });
  return { ...connection, config: Object.fromEntries(kept) };
}

/** A connection's settings as everybody may see them, the empty ones too. */
export function showConfig(connection: JsonRecord): JsonRecord {
  const { shown } = findFields(connection);
  const config = readRecord(connection["config"]);
  return Object.fromEntries(
    Object.entries(shown).map(([key, otherwise]) => [key, config[key] ?? otherwise]),
  );
}

const HIDDEN = "**********";
const PLAIN_CREDENTIALS =
  `auth_type authentication catalog client_id database default_schema organization role schema
  schema_authorization target_name tenant_id threads user username warehouse`.split(/\s+/u);
const PLAIN_CREDENTIAL_FIELDS: ReadonlySet<string> = new Set(PLAIN_CREDENTIALS);
const PLAIN_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...PLAIN_CREDENTIALS,
  ...Object.values(ADAPTERS).flatMap(({ shown }) => Object.keys(shown)),
  "dataset",
  "dbname",
  "project",
  "type",
]);

/** Extended attributes as those see them who may not change them: what nobody knows may be a secret. */
export function hideAttributes(value: unknown, key = ""): unknown {
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, hideAttributes(one, name)]),
    );
  }
  if (Array.isArray(value)) return value.map((one) => hideAttributes(one, key));
  return value === null || PLAIN_ATTRIBUTES.has(key) ? value : HIDDEN;
}

/** Texts in extended attributes that may be secrets, to be masked in logs. */
export function listHidden(value: unknown, key = ""): readonly string[] {
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([name, one]) => listHidden(one, name));
  }
  if (Array.isArray(value)) return value.flatMap((one) => listHidden(one, key));
  return typeof value === "string" && !PLAIN_ATTRIBUTES.has(key) ? [value] : [];
}

/** Secrets of credentials outside of `credential_details`. */
const SECRET_CREDENTIALS = ["password", "private_key", "private_key_passphrase", "_refresh_token"];

/** Which value of a stored thing is a secret, by where it stands in it. */
export function isSecretAt(kind: string, body: JsonRecord, path: readonly string[]): boolean {
  const [first = "", second = "", third = "", fourth = ""] = path;
  switch (kind) {
    case "connection":
      return first === "config" && path.length === 2 && findFields(body).secret.includes(second);
    case "credentials":
      if (path.length === 1) return SECRET_CREDENTIALS.includes(first);
      return (
        first === "credential_details" &&
        path.length === 4 &&
        fourth === "value" &&
        isSecretField(third, readRecord(readRecord(readRecord(body[first])[second])[third]))
      );
    case "env_var":
      return first === "raw_value";
    case "repository":
      return first === "remote_url" && readText(body["remote_url_shown"]) !== null;
    case "extended_attributes":
      return first === "extended_attributes";
    default:
      return false;
  }
}

/** Whoever describes a field may call it a secret; that it is none, only this service can say. */
function isSecretField(name: string, field: JsonRecord): boolean {
  return readRecord(field["metadata"])["encrypt"] === true || !PLAIN_CREDENTIAL_FIELDS.has(name);
}
