import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type Session } from "../adapter/duckdb.ts";
import { messageOf } from "../error.ts";
import type { JsonObject } from "../json.ts";
import { renderText } from "../template/values.ts";
import { type Cage, followLinks } from "./cage.ts";
import { isFreeSetting } from "./duckdb-settings.ts";

const SECRET = "master-key-0123456789";

let base: string;
let cage: Cage;

beforeEach(() => {
  base = followLinks(mkdtempSync(join(tmpdir(), "dbt-cage-")));
  for (const name of ["project/data", "outside", "lake", "env/.airloom"]) {
    mkdirSync(join(base, name), { recursive: true });
  }
  writeFileSync(join(base, "project/data/in.csv"), "n\n42\n");
  writeFileSync(join(base, "outside/keys.csv"), `k\n${SECRET}\n`);
  writeFileSync(join(base, "lake/in.csv"), "n\n43\n");
  symlinkSync(join(base, "outside"), join(base, "project/link"));
  cage = {
    root: join(base, "project"),
    folders: [join(base, "lake")],
    given: [],
    databaseFolders: [join(base, "env")],
    sharedDatabaseFolders: [],
    privateFolders: [join(base, "env/.airloom")],
    extensions: [],
    memoryMb: 1_024,
  };
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

async function withSession<T>(
  given: { readonly path?: string; readonly credentials?: JsonObject; readonly cage?: Cage },
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const path = given.path ?? join(base, "env/shop.duckdb");
  const database = await openDatabase(path, given.credentials ?? {}, given.cage ?? cage);
  try {
    const session = await database.openSession();
    try {
      return await use(session);
    } finally {
      session.close();
    }
  } finally {
    database.close();
  }
}

describe("DuckDB of a caged step (S1)", () => {
  test.each([
    "select * from read_text('$/outside/keys.csv')",
    "select * from read_blob('$/outside/keys.csv')",
    "select * from read_csv('$/project/../outside/keys.csv')",
    "select * from '$/outside/keys.csv'",
    "select * from 'link/keys.csv'",
    "select * from '$/project/link/keys.csv'",
    "select * from sniff_csv('$/outside/keys.csv')",
    "select * from read_json_objects('$/outside/keys.csv')",
    "select * from query('select * from read_text(''$/outside/keys.csv'')')",
    "select * from glob('$/outside/*')",
    "select * from read_text('/proc/self/environ')",
    "select * from '$/env/shop.csv'",
    "create table k as from read_csv('$/outside/keys.csv')",
    "copy (select 1) to '$/outside/planted'",
    "copy (select 1) to '$/project/link/planted'",
    "copy (select 1) to '$/env/planted'",
    "copy (select 1) to '/dev/stdout'",
    "export database '$/outside/planted'",
    "import database '$/outside'",
    "attach '$/outside/planted' as p",
    "attach '$/env/planted' as p",
    "install httpfs",
    "load httpfs",
    "load '$/project/x.duckdb_extension'",
    "force install httpfs from '$/project'",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "set allowed_paths = ['$/outside/keys.csv']",
    "set allowed_configs = ['home_directory']",
    "set lock_configuration = false",
    "reset lock_configuration",
    "set memory_limit = '100GB'",
    "set temp_directory = '$/outside'",
    "set home_directory = '$/outside'",
    "set secret_directory = '$/outside'",
    "set extension_directory = '$/project'",
    "set profiling_output = '$/outside/planted'",
    "set log_query_path = '$/outside/planted'",
    "set custom_user_agent = 'x'",
    "pragma profiling_output = '$/outside/planted'",
    "create persistent secret s (type http, bearer_token 'x')",
    "select * from 'http://127.0.0.1:1/x.csv'",
    "copy (select 1) to 's3://bucket/x.csv'",
  ])("refuses %s", async (sql) => {
    const message = await withSession({}, async (session) => {
      const result = await session
        .query(sql.replaceAll("$", base))
        .catch((error: unknown) => error);
      return messageOf(result);
    });
    expect(message).toMatch(/Error/u);
    expect(message).not.toContain(SECRET);
    expect(existsSync(join(base, "outside/planted"))).toBe(false);
    expect(existsSync(join(base, "env/planted"))).toBe(false);
  });

  test("says which setting opens a folder", async () => {
    const failing = withSession({}, (session) => session.query("from read_text('/etc/hosts')"));
    await expect(failing).rejects.toThrow(/"dbtFolders" of airloom\.config\.json/u);
  });

  test.each([
    "from read_csv('$/project/data/in.csv')",
    "copy (select 1) to '$/project/out.csv'",
    "from read_csv('$/lake/in.csv')",
    "copy (select 1 as a) to '$/lake/out.parquet'",
    "attach '$/project/other.duckdb' as other",
    "attach ':memory:' as scratch",
    "set TimeZone = 'UTC'",
    "set threads = 1",
    "set preserve_insertion_order = false",
    "create schema s2",
    "set variable x = 1",
    "checkpoint",
  ])("allows %s", async (sql) => {
    await expect(
      withSession({}, (session) => session.run(sql.replaceAll("$", base))),
    ).resolves.toBeUndefined();
  });

  test.each([
    [{ settings: { home_directory: "/" } }, 'Cannot set "home_directory" in "settings"'],
    [{ settings: { lock_configuration: false } }, 'Cannot set "lock_configuration"'],
    [{ config_options: { allow_unsigned_extensions: true } }, 'in "config_options"'],
    [{ config_options: { temp_directory: "/" } }, 'Cannot set "temp_directory"'],
    [{ settings: { s3_endpoint: "x" } }, 'Cannot set "s3_endpoint"'],
    [{ extensions: ["httpfs"] }, '"dbtExtensions"'],
    [{ extensions: [{ name: "httpfs", repo: "http://127.0.0.1" }] }, '"dbtExtensions"'],
    [{ extensions: ["json; copy (select 1) to '/tmp/x'"] }, "Cannot load the extension"],
    [{ plugins: [{ module: "excel" }] }, 'Cannot use "plugins"'],
    [{ filesystems: [{ fs: "s3" }] }, 'Cannot use "filesystems"'],
    [{ attach: [{ path: "/etc/x.duckdb" }] }, 'Cannot open the database "/etc/x.duckdb"'],
    [{ attach: [{ path: "link/x.duckdb" }] }, "Cannot open the database"],
    [{ attach: [{ path: ":memory:", type: "postgres" }] }, 'of type "postgres"'],
  ])("refuses a profile with %j", async (credentials, message) => {
    await expect(withSession({ credentials }, async () => undefined)).rejects.toThrow(message);
  });

  test.each([
    ["outside/x.duckdb", false],
    ["project/link/x.duckdb", false],
    ["env/.airloom/x.duckdb", false],
    ["env/x.duckdb", true],
    ["env/deeper/x.duckdb", true],
    ["project/x.duckdb", true],
    ["lake/x.duckdb", true],
  ])("a database file at %s is allowed: %s", async (path, isAllowed) => {
    mkdirSync(join(base, "env/deeper"));
    const opening = withSession({ path: join(base, path) }, async () => "open").catch(messageOf);
    expect(await opening).toMatch(isAllowed ? /^open$/u : /^Cannot open the database/u);
  });

  test("a profile may ask for less memory than its share, not for more", async () => {
    const limit = (given: string): Promise<string> =>
      withSession({ credentials: { settings: { memory_limit: given } } }, async (session) => {
        const { table } = await session.query("select current_setting('memory_limit')");
        return renderText(table.rows[0]?.[0] ?? null);
      });
    expect(await limit("64MiB")).toBe("64.0 MiB");
    expect(await limit("100GiB")).toBe("768.0 MiB");
  });

  test("every setting of this DuckDB that names a file, a host or a right is closed", async () => {
    const names = await withSession({}, async (session) => {
      const { table } = await session.query("select name from duckdb_settings()");
      return table.rows.map(([name]) => renderText(name ?? null));
    });
    const reaching =
      /allow|director|path|file|secret|extension|repositor|external|lock|log|profil|user|password|home|proxy|metadata/u;
    const open = names.filter((name) => reaching.test(name) && isFreeSetting(name, []));
    // Named like something that reaches, and does not.
    expect(open).toEqual(["partitioned_write_max_open_files", "search_path"]);
  });
});
