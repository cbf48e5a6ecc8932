import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "../adapter/relation.ts";
import { DbtError } from "../error.ts";
import { isJsonObject, type JsonObject, listOf, renderScalar } from "../json.ts";
import { type Cage, followLinks, isOpen, mayHoldDatabase } from "./cage.ts";
import { isFreeForStatements, isFreeSetting, isMemorySetting } from "./duckdb-settings.ts";

/** Options under which a caged database is opened: nothing is fetched or remembered behind the step's back. */
export const CAGED_OPTIONS: Readonly<Record<string, string>> = {
  allow_community_extensions: "false",
  allow_persistent_secrets: "false",
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/** Share of the step's memory that the database may fill before it spills to disk. */
const DATABASE_SHARE = 0.75;

const NAME_FOLDER = 'name the folder in "dbtFolders" of airloom.config.json to allow it';

function refuse(message: string): DbtError {
  return new DbtError("Runtime", message);
}

/** Refuses a profile that reaches out of the cage, before anything is opened. */
export function checkCredentials(cage: Cage, path: string, credentials: JsonObject): void {
  checkDatabase(cage, path);
  for (const name of extensionsOf(credentials)) {
    if (cage.extensions.includes(name)) continue;
    throw refuse(
      `Cannot load the extension "${name}" of the profile: name it in "dbtExtensions" of airloom.config.json to allow it`,
    );
  }
  refuseRepositories(credentials);
  for (const key of ["settings", "config_options"]) {
    for (const name of Object.keys(recordOf(credentials[key]))) {
      if (isFreeSetting(name, cage.extensions)) continue;
      throw refuse(
        `Cannot set "${name}" in "${key}" of the profile: a dbt step may choose how DuckDB computes, not what it reaches`,
      );
    }
  }
  for (const item of listOf(credentials["attach"]).filter(isJsonObject)) {
    const attached = renderScalar(item["path"]);
    if (attached !== ":memory:") checkDatabase(cage, attached);
    checkType(cage, item);
    // What stands there is written into a statement that runs before the cage is closed.
    for (const key of ["options", "secret"]) {
      if ((item[key] ?? null) === null) continue;
      throw refuse(`Cannot use "${key}" of attach in a dbt step: it may reach out of the project`);
    }
  }
}

function checkDatabase(cage: Cage, path: string): void {
  if (path === ":memory:") return;
  const scheme = /^(?<scheme>[A-Za-z][\w+.-]+):/u.exec(path)?.groups?.["scheme"];
  if (scheme !== undefined) {
    if (cage.folders.some((folder) => folder.includes("://") && path.startsWith(folder))) return;
    if (cage.extensions.includes(scheme === "md" ? "motherduck" : scheme)) return;
    throw refuse(
      `Cannot open the database "${path}" in a dbt step: name its extension in "dbtExtensions" of airloom.config.json to allow it`,
    );
  }
  if (mayHoldDatabase(cage, followLinks(path))) return;
  throw refuse(
    `Cannot open the database "${path}" in a dbt step: it lies outside of the project; ${NAME_FOLDER}`,
  );
}

function checkType(cage: Cage, item: JsonObject): void {
  const type = renderScalar(item["type"] ?? "duckdb").toLowerCase();
  if (type === "duckdb" || cage.extensions.includes(type)) return;
  throw refuse(
    `Cannot attach a database of type "${type}" in a dbt step: name it in "dbtExtensions" of airloom.config.json to allow it`,
  );
}

function recordOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

// One that names its repository counts by its name.
function extensionsOf(credentials: JsonObject): readonly string[] {
  return listOf(credentials["extensions"]).map((item) =>
    renderScalar(isJsonObject(item) ? (item["name"] ?? "") : item),
  );
}

// Which file that would be is the repository's word, not the environment's.
function refuseRepositories(credentials: JsonObject): void {
  for (const item of listOf(credentials["extensions"])) {
    if (!isJsonObject(item)) continue;
    throw refuse(
      `Cannot load the extension "${renderScalar(item["name"] ?? "")}" from "${renderScalar(item["repo"] ?? "")}" in a dbt step: name it alone`,
    );
  }
}

/**
 * Closes a database around its step: no file but those of the open folders, no host, no extension, and no statement
 * that changes this. What the profile sets and attaches comes before.
 */
export async function lockDatabase(connection: DuckDBConnection, cage: Cage): Promise<void> {
  const reader = await connection.runAndReadAll("select name from duckdb_settings()");
  const free = reader
    .getRows()
    .map(([name]) => String(name))
    .filter(isFreeForStatements);
  const folders = [cage.root, ...cage.folders].filter(
    (folder) => folder.includes("://") || isOpen(cage, folder),
  );
  await limitMemory(connection, cage);
  await connection.run(`set allowed_directories = [${folders.map(quoteText).join(", ")}]`);
  await connection.run(`set allowed_configs = [${free.map(quoteText).join(", ")}]`);
  await connection.run("set enable_external_access = false");
  await connection.run("set lock_configuration = true");
}

/** Settings of a profile that still may be made in every session, after the lock. */
export function isSessionSetting(name: string): boolean {
  return isFreeForStatements(name) && !isMemorySetting(name);
}

/** What DuckDB says about its closed doors, with what would open them. */
export function explainRefusal(message: string): string {
  if (/file system operations are disabled by configuration/u.test(message)) {
    return `${message}\nA dbt step reads and writes its project's folder alone; ${NAME_FOLDER}`;
  }
  if (/Loading external extensions is disabled/u.test(message)) {
    return `${message}\nA dbt step loads the extensions of its profile that "dbtExtensions" of airloom.config.json names`;
  }
  if (/configuration has been locked/u.test(message)) {
    return `${message}\nA dbt step may choose how DuckDB computes, not what it reaches`;
  }
  return message;
}

const UNITS: readonly string[] = ["bytes", "KiB", "MiB", "GiB", "TiB"];

// A profile may ask for less than its share, not for more.
async function limitMemory(connection: DuckDBConnection, cage: Cage): Promise<void> {
  const reader = await connection.runAndReadAll("select current_setting('memory_limit')");
  const [amount = "", unit = ""] = String(reader.getRows()[0]?.[0]).split(" ");
  const bytes = Number(amount) * 1024 ** UNITS.indexOf(unit);
  const share = Math.floor(cage.memoryMb * DATABASE_SHARE);
  if (bytes <= share * 1024 ** 2) return;
  await connection.run(`set memory_limit = '${share}MiB'`);
}
