import { existsSync, readFileSync, realpathSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { totalmem } from "node:os";
import { dirname, join, normalize, resolve } from "node:path";
// By their files: a command that needs the project alone must not load the whole domain.
import { AirloomError } from "@airloom/core/error";
import { isHostPattern } from "@airloom/core/hosts";

export const CONFIG_FILE = "airloom.config.json";

/** What `airloom.config.json` may say. Every field has a default, so `{}` is a complete file. */
export interface ProjectConfig {
  /** Shown in the UI and in messages; the folder's name when left out. */
  readonly name: string;
  /** Folder of Dag files. */
  readonly dags: string;
  /** Folder of the dbt project the local job service runs; null for a project without dbt. */
  readonly dbt: string | null;
  readonly host: string;
  /** Names under which UI, API and job service may be asked, beside those of loopback and `host`. */
  readonly hosts: readonly string[];
  /** Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Whether browsers reach the UI through HTTPS, which a proxy in front of it ends: cookies are then sent only so. */
  readonly browsersUseHttps: boolean;
  /** Where the UI and API listen. The next free port is taken when a default one is in use. */
  readonly port: number;
  readonly dbtServicePort: number;
  readonly databasePort: number;
  /** Attempts running at once. */
  readonly parallelism: number;
  /** New Dags wait for a person to switch them on, as in Airflow. */
  readonly dagsArePausedAtCreation: boolean;
  /** Seconds one Dag file may take to import. */
  readonly dagImportTimeout: number;
  /** Folders, or addresses of storage, that dbt steps read and write besides their project's. */
  readonly dbtFolders: readonly string[];
  /** Extensions of DuckDB that the profiles of dbt steps may load. */
  readonly dbtExtensions: readonly string[];
  /** What one dbt step may use. */
  readonly dbtCpuSeconds: number;
  readonly dbtWallSeconds: number;
  readonly dbtMemoryMb: number;
  readonly dbtOutputMb: number;
  /** MB that the process of one task may hold, Buffers and native code included; 0 for no limit. */
  readonly taskMemory: number;
  /** Folders of the project that tasks and dbt steps write to where they run as users of their own. */
  readonly writable: readonly string[];
  /** As whom tasks run when the environment is started as root, by name or number; null for a user of Airloom's own. */
  readonly taskUser: string | null;
  /** As whom dbt steps run then. */
  readonly dbtUser: string | null;
}

/** A project on disk: its folder, its configuration, and where its state lives. */
export interface Project {
  readonly dir: string;
  readonly config: ProjectConfig;
  /** `.airloom`: database, logs, secrets, run files. Never in version control. */
  readonly stateDir: string;
}

const MIN_DBT_MEMORY_MB = 512;

const DEFAULTS = {
  dags: "dags",
  dbt: null,
  host: "127.0.0.1",
  hosts: [],
  trustedProxies: [],
  browsersUseHttps: false,
  port: 8080,
  dbtServicePort: 8081,
  databasePort: 5432,
  parallelism: 32,
  dagsArePausedAtCreation: true,
  dagImportTimeout: 30,
  dbtFolders: [],
  dbtExtensions: [],
  dbtCpuSeconds: 4 * 3_600,
  dbtWallSeconds: 24 * 3_600,
  dbtMemoryMb: Math.max(MIN_DBT_MEMORY_MB, Math.floor(totalmem() / 2 / 1024 ** 2)),
  dbtOutputMb: 1_024,
  taskMemory: 1_536,
  writable: ["data"],
  taskUser: null,
  dbtUser: null,
} as const;

/** Walks up from `from` to the folder that holds `airloom.config.json`: as Node names it in stacks, behind all links. */
export function findProjectDir(from: string): string | undefined {
  let dir = resolve(from);
  for (;;) {
    if (existsSync(join(dir, CONFIG_FILE))) return realpathSync(dir);
    const parent = dirname(dir);
    if (parent === dir) return undefined;
    dir = parent;
  }
}

/** Reads the project that `from` lies in; environment variables `AIRLOOM__<KEY>` win over the file. */
export function loadProject(from: string, env: NodeJS.ProcessEnv = process.env): Project {
  const dir = findProjectDir(from);
  if (dir === undefined) {
    throw new AirloomError(
      "project.not_found",
      `Cannot find an Airloom project in "${resolve(from)}" or above it: no ${CONFIG_FILE}. Begin one with "airloom dev init"`,
    );
  }
  const file = join(dir, CONFIG_FILE);
  const config = parseConfig(readFileSync(file, "utf8"), { file, dir, env });
  return { dir, config, stateDir: join(dir, ".airloom") };
}

type Parser = (value: unknown, where: string) => unknown;

function bad(where: string, value: unknown, expected: string): AirloomError {
  return new AirloomError(
    "project.bad_config",
    `Cannot read ${where} ${JSON.stringify(value)}: expected ${expected}`,
  );
}

function text(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") throw bad(where, value, "a text");
  return value;
}

function textOrNull(value: unknown, where: string): string | null {
  return value === null || value === "" ? null : text(value, where);
}

function boolean(value: unknown, where: string): boolean {
  if (value === true || value === "true" || value === "1") return true;
  if (value === false || value === "false" || value === "0") return false;
  throw bad(where, value, "true or false");
}

// In an environment variable a list is written as in PATH; "://" belongs to an address.
function texts(pattern: RegExp, expected: string): Parser {
  return (value, where) => {
    const items: unknown = typeof value === "string" ? value.split(/:(?!\/\/)|;/u) : value;
    if (!Array.isArray(items)) throw bad(where, value, expected);
    const given = items.filter((item) => item !== "");
    if (given.every((item) => typeof item === "string" && pattern.test(item))) return given;
    throw bad(where, value, expected);
  };
}

function integerBetween(low: number, high: number): Parser {
  return (value, where) => {
    const number = typeof value === "string" && /^\d+$/u.test(value) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number) || number < low || number > high) {
      throw bad(where, value, `a whole number from ${low} to ${high}`);
    }
    return number;
  };
}

/** A list in the file; in the environment its members stand between commas. */
function listOf(isMember: (text: string) => boolean, expected: string): Parser {
  return (value, where) => {
    const list: readonly unknown[] =
      typeof value === "string"
        ? value.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]))
        : Array.isArray(value)
          ? value
          : [value];
    return list.map((member) => {
      if (typeof member !== "string" || !isMember(member)) throw bad(where, member, expected);
      return member;
    });
  };
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (width < 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/u.test(bits) && Number(bits) <= width);
}

function userOrNull(value: unknown, where: string): string | null {
  return textOrNull(typeof value === "number" ? String(value) : value, where);
}

/** As a list, or with commas between them in an environment variable. */
function foldersInside(value: unknown, where: string): readonly string[] {
  const expected = 'a list of folders inside the project, such as ["data"]';
  const names: readonly unknown[] =
    typeof value === "string" ? value.split(",").filter((name) => name !== "") : asList(value);
  return names.map((name) => {
    const path = typeof name === "string" ? normalize(name).replace(/\/$/u, "") : "";
    const [first = ""] = path.split("/");
    if (path === "" || path.startsWith("/") || first === ".." || first === ".airloom") {
      throw bad(where, value, expected);
    }
    return path;
  });

  function asList(given: unknown): readonly unknown[] {
    if (!Array.isArray(given)) throw bad(where, value, expected);
    return given;
  }
}

const PARSERS: Readonly<Record<keyof ProjectConfig, Parser>> = {
  name: text,
  dags: text,
  dbt: textOrNull,
  host: text,
  hosts: listOf(isHostPattern, "names such as airloom.example.com or *.example.com, without port"),
  trustedProxies: listOf(isNetwork, "addresses or networks such as 10.0.0.1 or 10.0.0.0/8"),
  browsersUseHttps: boolean,
  port: integerBetween(0, 65_535),
  dbtServicePort: integerBetween(0, 65_535),
  databasePort: integerBetween(0, 65_535),
  parallelism: integerBetween(1, 1_024),
  dagsArePausedAtCreation: boolean,
  dagImportTimeout: integerBetween(1, 3_600),
  dbtFolders: texts(/./u, "folders, as a list or separated as in PATH"),
  dbtExtensions: texts(/^[a-z][a-z0-9_]*$/u, "names of extensions of DuckDB, as a list"),
  dbtCpuSeconds: integerBetween(1, 31_536_000),
  dbtWallSeconds: integerBetween(1, 31_536_000),
  dbtMemoryMb: integerBetween(MIN_DBT_MEMORY_MB, 16_777_216),
  dbtOutputMb: integerBetween(1, 16_777_216),
  taskMemory: integerBetween(0, 1_048_576),
  writable: foldersInside,
  taskUser: userOrNull,
  dbtUser: userOrNull,
};

/** The variable that wins over the file for a key. */
export function environmentName(key: string): string {
  return `AIRLOOM__${key.replace(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase()}`;
}

/** The only place where a configuration file becomes a `ProjectConfig`. */
export function parseConfig(
  source: string,
  {
    file,
    dir,
    env,
  }: { readonly file: string; readonly dir: string; readonly env: NodeJS.ProcessEnv },
): ProjectConfig {
  const written = parseObject(source, file);
  const known = Object.keys(PARSERS);
  for (const key of Object.keys(written)) {
    if (!known.includes(key) && key !== "$schema") {
      throw new AirloomError(
        "project.bad_config",
        `Cannot read ${file}: unknown key "${key}", expected one of ${known.join(", ")}`,
      );
    }
  }
  const merged: Record<string, unknown> = {
    name: dir.split(/[\\/]/u).at(-1) ?? "airloom",
    ...DEFAULTS,
    ...written,
  };
  const entries = Object.entries(PARSERS).map(([key, parse]) => {
    const fromEnvironment = env[environmentName(key)];
    return fromEnvironment === undefined
      ? [key, parse(merged[key], `"${key}" in ${file}:`)]
      : [key, parse(fromEnvironment, `${environmentName(key)}:`)];
  });
  return asConfig(Object.fromEntries(entries));
}

function parseObject(source: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new AirloomError("project.bad_config", `Cannot read ${file}: ${String(error)}`, {
      cause: error,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AirloomError("project.bad_config", `Cannot read ${file}: expected a JSON object`);
  }
  return { ...value };
}

// Every key went through its parser above; this is the codec's rim.
function asConfig(value: Record<string, unknown>): ProjectConfig {
  return value as unknown as ProjectConfig;
}
