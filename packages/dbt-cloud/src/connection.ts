import {
  AirloomError,
  type Connection,
  type ConnectionTestResult,
  defineConnectionType,
} from "@airloom/sdk";
import {
  isRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
  readTexts,
} from "./contract/json-read.ts";
import { DbtCloudClient } from "./dbt-cloud-client.ts";
import { DbtCloudError } from "./http/dbt-cloud-error.ts";
import { HttpClient } from "./http/http-client.ts";
import { getBudget } from "./http/request-budget.ts";
import { DEFAULT_PATIENCE_S, openWallTiming, type Timing } from "./http/timing.ts";

const DEFAULT_TENANT = "cloud.getdbt.com";
/** A test says how the connection is now: it waits out no outage. */
const TEST_PATIENCE_S = 1;

/** What a `dbt_cloud` connection says. */
export interface DbtCloudSettings {
  readonly baseUrl: string;
  readonly token: string;
  /** Null where every use must name its account itself. */
  readonly accountId: number | null;
  /** For how many seconds an outage is waited out. */
  readonly patienceS: number;
}

/** Reads a connection. A bare host means HTTPS; a whole address is taken as it is. */
export function parseConnection(connection: Connection): DbtCloudSettings {
  const { connectionId, password, login } = connection;
  if (password === null || password.trim() === "") {
    throw new AirloomError(
      "connection.bad_value",
      `Cannot use connection "${connectionId}": it has no API Token (password)`,
    );
  }
  const accountId = login === null || login.trim() === "" ? null : readNumber(login);
  if (
    login !== null &&
    login.trim() !== "" &&
    (accountId === null || !Number.isSafeInteger(accountId))
  ) {
    throw new AirloomError(
      "connection.bad_value",
      `Cannot use connection "${connectionId}": Account ID "${login}" is no number`,
    );
  }
  return {
    baseUrl: parseTenant(connection),
    token: password.trim(),
    accountId,
    patienceS: parsePatience(connection),
  };
}

function parsePatience({ connectionId, extra }: Connection): number {
  const given = readRecord(parseExtra(extra))["patience"] ?? null;
  if (given === null || given === "") return DEFAULT_PATIENCE_S;
  const patienceS = readNumber(given);
  if (patienceS !== null && patienceS >= 0) return patienceS;
  throw new AirloomError(
    "connection.bad_value",
    `Cannot use connection "${connectionId}": Patience ${JSON.stringify(given)} is no number of seconds such as ${DEFAULT_PATIENCE_S}`,
  );
}

// Broken JSON sets no patience: the form and the API refuse it when it is saved.
function parseExtra(extra: string | null): unknown {
  try {
    return JSON.parse(extra ?? "{}");
  } catch {
    return {};
  }
}

function parseTenant(connection: Connection): string {
  const tenant = (connection.host ?? "").trim() || DEFAULT_TENANT;
  const withPort =
    connection.port === null || /:\d+$/u.test(tenant) || tenant.includes("/")
      ? tenant
      : `${tenant}:${connection.port}`;
  const url = URL.parse(/^https?:\/\//iu.test(tenant) ? tenant : `https://${withPort}`);
  if (url === null || url.hostname === "") {
    throw new AirloomError(
      "connection.bad_value",
      `Cannot use connection "${connection.connectionId}": Tenant "${tenant}" is neither a host such as "${DEFAULT_TENANT}" nor an address such as "http://localhost:8081"`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/u, "")}`;
}

/** A client for the account of a connection, or for another one that the task names. */
export function openClient(
  connection: Connection,
  options: {
    readonly accountId?: number | null;
    readonly signal?: AbortSignal;
    readonly onRetry?: (error: DbtCloudError) => void;
    /** Seconds. @default what the connection says */
    readonly patienceS?: number | null;
    readonly timing?: Timing;
  } = {},
): DbtCloudClient {
  const settings = parseConnection(connection);
  const accountId = options.accountId ?? settings.accountId;
  if (accountId === null) {
    throw new AirloomError(
      "connection.bad_value",
      `Cannot tell the dbt Cloud account: neither the task nor the Account ID of connection "${connection.connectionId}" names one`,
    );
  }
  const http = new HttpClient({
    baseUrl: settings.baseUrl,
    token: settings.token,
    budget: getBudget(settings.baseUrl, accountId),
    signal: options.signal,
    patienceS: options.patienceS ?? settings.patienceS,
    timing: options.timing ?? openWallTiming(options.signal ?? new AbortController().signal),
    onRetry: options.onRetry,
  });
  return new DbtCloudClient(http, accountId);
}

/** The connection type `dbt_cloud`: its form, and a test that really uses the token. */
export const dbtCloudConnectionType = defineConnectionType({
  connType: "dbt_cloud",
  label: "dbt Cloud",
  fields: [
    { name: "login", label: "Account ID", kind: "text", placeholder: "16173" },
    { name: "password", label: "API Token", kind: "secret", required: true },
    {
      name: "host",
      label: "Tenant",
      kind: "text",
      placeholder: `Defaults to '${DEFAULT_TENANT}'.`,
      help: "A host such as ab123.us1.dbt.com, or a whole address such as http://localhost:8081",
    },
    {
      name: "extra.patience",
      label: "Patience",
      kind: "text",
      placeholder: String(DEFAULT_PATIENCE_S),
      help: "Seconds for which an outage of dbt Cloud is waited out, in every phase of a task",
    },
    { name: "extra.proxies", label: "Proxies", kind: "text", help: "Kept for Airflow; not used" },
  ],
  test: testConnection,
});

/** Uses the token: reads the account, its projects and what the token may do. */
export async function testConnection(
  connection: Connection,
  options: { readonly signal: AbortSignal },
): Promise<ConnectionTestResult> {
  const startedMs = Date.now();
  try {
    const client = openClient(connection, { signal: options.signal, patienceS: TEST_PATIENCE_S });
    const account = await client.getAccount();
    const projects = await client.listProjects();
    const fact = (label: string, value: string): { label: string; value: string } => ({
      label,
      value,
    });
    const plan = readText(account["plan"]);
    return {
      ok: true,
      message: `Connected to dbt Cloud at ${client.baseUrl}`,
      facts: [
        fact("Host", client.baseUrl),
        fact(
          "Account",
          `${readText(account["name"]) ?? ""} (${client.accountId}${plan === null ? "" : `, ${plan}`})`,
        ),
        fact("Projects", listNames(projects.map((project) => readText(project["name"]) ?? ""))),
        fact("Permissions", await describePermissions(client)),
        fact("Duration", `${Date.now() - startedMs} ms`),
      ],
    };
  } catch (error) {
    return { ok: false, message: explainFailure(connection, error), facts: [] };
  }
}

function listNames(names: readonly string[]): string {
  if (names.length === 0) return "none visible";
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

// Not published, and not in every dbt Cloud: where it is missing, what may be read is what is known.
async function describePermissions(client: DbtCloudClient): Promise<string> {
  try {
    const who = await client.whoami();
    const sets = readArray(who["permission_grants"]).map((grant) =>
      readText(readRecord(grant)["permission_set"]),
    );
    const operations = readTexts(who["operations"]);
    const mayRun = operations.includes("job:run") ? "may start jobs" : "may not start jobs";
    const named = sets.filter((set) => set !== null).join(", ");
    if (named !== "") return operations.length === 0 ? named : `${named} (${mayRun})`;
    return isRecord(who["user"]) ? "those of a person" : "may read";
  } catch (error) {
    if (error instanceof DbtCloudError) return "may read the account and its projects";
    throw error;
  }
}

/** Says what was asked and of whom, and what would be right. */
export function explainFailure(connection: Connection, error: unknown): string {
  if (!(error instanceof DbtCloudError)) {
    return error instanceof Error ? error.message : String(error);
  }
  const host = connection.host ?? DEFAULT_TENANT;
  switch (error.failure) {
    case "unauthorized":
      return `The API Token was refused by ${host}: check that the token is for this Tenant and not revoked. ${error.message}`;
    case "not_found":
      return `Account ${connection.login ?? ""} is not visible to this token at ${host}: check the Account ID and the token's permissions. ${error.message}`;
    case "not_reached":
      return `${host} cannot be reached: check the Tenant and the network. ${error.message}`;
    case "unknown_outcome":
      return `${host} did not answer as dbt Cloud does: check the Tenant. ${error.message}`;
    case "aborted":
    case "redirected":
    case "refused":
    case "tls":
      return error.message;
  }
}
