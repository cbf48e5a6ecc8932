import {
  isRecord,
  type JsonRecord,
  readRecord,
  readText,
  readTexts,
} from "@airloom/dbt-cloud/contract";
import { ApiError } from "../api-error.ts";

const TYPES = ["adapter", "bigquery", "duckdb", "postgres", "redshift", "snowflake"];
const METADATA =
  "label description field_type encrypt overrideable is_searchable options validation depends_on".split(
    " ",
  );

/** Fields of credentials beside `credential_details`, with what they are where nobody said otherwise. */
export const CREDENTIALS_DEFAULTS = {
  project_id: null,
  type: "postgres",
  adapter_version: null,
  adapter_id: null,
  threads: 4,
  target_name: "default",
  auth_type: null,
  username: null,
  user: null,
  default_schema: null,
  schema: null,
  database: null,
  role: null,
  warehouse: null,
  password: null,
  private_key: null,
  private_key_passphrase: null,
  _refresh_token: null,
  credential_details: null,
} as const satisfies JsonRecord;

/** Credentials as stored, out of what they were, opened, and what a client sent. */
export function normalizeCredentials(given: JsonRecord, before: JsonRecord): JsonRecord {
  const type = readText(given["type"]) ?? "postgres";
  if (!TYPES.includes(type)) {
    throw new ApiError(
      400,
      `Cannot save the credentials: "${type}" is no type; expected one of ${TYPES.join(", ")}`,
    );
  }
  const strange = Object.keys(CREDENTIALS_DEFAULTS).find(
    (key) => key !== "credential_details" && isRecord(given[key]),
  );
  if (strange !== undefined) {
    throw new ApiError(400, `Cannot save the credentials: "${strange}" is no plain value`);
  }
  const version = readText(given["adapter_version"]);
  if (type === "adapter" && version === null) {
    throw new ApiError(400, `Cannot save the credentials: "adapter_version" is missing`);
  }
  return {
    type,
    adapter_version: version ?? `${type}_v0`,
    credential_details: normalizeDetails(
      readRecord(given["credential_details"]),
      readRecord(before["credential_details"]),
    ),
  };
}

/** Fields of an adapter's credentials. A value that is null, as secrets are shown, stays what it was. */
function normalizeDetails(given: JsonRecord, before: JsonRecord): JsonRecord | null {
  const known = readRecord(before["fields"]);
  const fields = Object.entries(readRecord(given["fields"])).map(([name, field]) => {
    const { metadata, value = null } = readRecord(field);
    const kept = value ?? readRecord(known[name])["value"] ?? null;
    if (isRecord(value)) {
      throw new ApiError(400, `Cannot save the credentials: "${name}" is no plain value`);
    }
    const described = Object.entries(readRecord(metadata)).filter(([key]) =>
      METADATA.includes(key),
    );
    return [name, { metadata: Object.fromEntries(described), value: kept }] as const;
  });
  const all = { ...known, ...Object.fromEntries(fields) };
  if (Object.keys(all).length === 0) return null;
  const order = readTexts(given["field_order"] ?? before["field_order"]);
  return { fields: all, field_order: order.length === 0 ? Object.keys(all) : order };
}

/** What everybody may see of credentials: `shown` is what is left of them without their secrets. */
export function showCredentials(shown: JsonRecord): JsonRecord {
  const details = readRecord(shown["credential_details"]);
  const fields = Object.entries(readRecord(details["fields"]));
  if (fields.length === 0) return { credential_details: null };
  const values = fields.flatMap(([name, field]) => {
    const value = readRecord(field)["value"];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    credential_details: {
      ...details,
      fields: Object.fromEntries(
        fields.map(([name, field]) => [name, { value: null, ...readRecord(field) }]),
      ),
    },
    unencrypted_credential_details: {
      threads: shown["threads"],
      target_name: shown["target_name"],
      ...Object.fromEntries(values),
    },
  };
}
