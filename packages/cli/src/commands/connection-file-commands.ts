import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import type { ApiClient, Connection as WireConnection } from "@airloom/api";
import { AirloomError } from "@airloom/core";
import type { WrittenConnection } from "@airloom/store";
import { type Command, Option } from "commander";
import { type Connected, connect } from "../environment/connect.ts";
import { confirm } from "../output/confirm.ts";
import { renderCount } from "../output/count.ts";
import { own } from "../output/own-command.ts";
import type { Terminal } from "../output/terminal.ts";
import { CONNECTION_FORMATS, type ConnectionFormat } from "./connection-file.ts";

interface ExportFlags {
  readonly format?: ConnectionFormat;
  readonly withSecrets: boolean;
  readonly json: boolean;
}

interface ImportFlags {
  readonly format?: ConnectionFormat;
  readonly overwrite: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `airloom connections export` and `import`, in Airflow's formats. */
export function addConnectionFileCommands(connections: Command, terminal: Terminal): void {
  connections
    .command("export")
    .description("write all connections to a file, or - for standard output; without secrets")
    .argument("[file]", "its ending names the format", "-")
    .addOption(formatOption())
    .option("--with-secrets", "with passwords and secret extras: the file opens everything", false)
    .option("--json", "to standard output as JSON", false)
    .action(async (file: string, flags: ExportFlags) => {
      const connected = connect(process.cwd());
      const { renderConnections } = await import("./connection-file.ts");
      const format = flags.json
        ? "json"
        : await chooseFormat(file, flags.format ?? (file === "-" ? "json" : undefined));
      const found = await loadConnections(connected, flags.withSecrets);
      const text = renderConnections(found, format);
      if (file === "-" || flags.json) {
        terminal.print(text.trimEnd());
        return;
      }
      writeFileSync(file, text, { mode: 0o600 });
      // One that was there keeps its rights otherwise.
      if (flags.withSecrets) chmodSync(file, 0o600);
      const what = flags.withSecrets ? "with their secrets" : "without secrets";
      terminal.say(`Wrote ${renderCount(found.length, "connection")} to ${file}, ${what}`);
    });
  addImport(connections, terminal);
}

function formatOption(): Option {
  return new Option("--format <format>", "as Airflow writes them").choices(CONNECTION_FORMATS);
}

async function chooseFormat(
  file: string,
  given: ConnectionFormat | undefined,
): Promise<ConnectionFormat> {
  const { formatOfFile } = await import("./connection-file.ts");
  const format = given ?? formatOfFile(file);
  if (format !== undefined) return format;
  throw new AirloomError(
    "input.invalid",
    `Cannot tell the format of "${file}": end its name in .json, .yaml or .env, or pass --format`,
  );
}

async function loadConnections(
  connected: Connected,
  withSecrets: boolean,
): Promise<readonly WrittenConnection[]> {
  const { connections } = await connected.api.listConnections({ limit: 1_000 });
  if (!withSecrets) return connections.map(withoutSecrets);
  const { loadConnectionsWithSecrets } = await import("../environment/connection-secrets.ts");
  return loadConnectionsWithSecrets(
    connected,
    connections.map(({ connection_id: id }) => id),
  );
}

/** A masked extra is no value: a key that holds a mask is left out. */
function withoutSecrets(view: WireConnection): WrittenConnection {
  return {
    connectionId: view.connection_id,
    connType: view.conn_type,
    description: view.description,
    login: view.login,
    password: null,
    host: view.host,
    port: view.port,
    schema: view.schema,
    extra: view.extra === null ? null : dropMasked(view.extra),
    dags: view.dags,
  };
}

function dropMasked(extra: string): string | null {
  const value: unknown = JSON.parse(extra, (_key, item: unknown) =>
    item === "***" ? undefined : item,
  );
  const isEmpty = typeof value !== "object" || value === null || Object.keys(value).length === 0;
  return isEmpty ? null : JSON.stringify(value);
}

function addImport(connections: Command, terminal: Terminal): void {
  connections
    .command("import")
    .description("make connections from a file of Airflow or of ours; those that exist are kept")
    .argument("<file>")
    .addOption(formatOption())
    .option("--overwrite", "replace those that exist; asks first", false)
    .option("-y, --yes", "do not ask", false)
    .option("--json", "what was done as JSON", false)
    .action(async (file: string, flags: ImportFlags) => {
      const { api } = connect(process.cwd());
      const [{ parseConnections }, { parseConnectionText }] = await Promise.all([
        import("./connection-file.ts"),
        import("@airloom/store"),
      ]);
      const format = await chooseFormat(file, flags.format);
      // Every one is read before the first is saved: a file that is wrong changes nothing.
      const read = parseConnections(readFileSync(file, "utf8"), format, (id, text) =>
        parseConnectionText(id, text, file),
      );
      const result = await saveAll(api, read, { flags, terminal });
      if (flags.json) terminal.json(result);
      else {
        for (const id of result.kept)
          terminal.say(`Kept ${id}: it exists; --overwrite replaces it`);
        terminal.print(
          `Added ${renderCount(result.added.length, "connection")}, changed ${result.changed.length}, kept ${result.kept.length}`,
        );
      }
    });
}

async function saveAll(
  api: ApiClient,
  read: readonly WrittenConnection[],
  { flags, terminal }: { readonly flags: ImportFlags; readonly terminal: Terminal },
) {
  const { connections } = await api.listConnections({ limit: 1_000 });
  const existing = new Set(connections.map(({ connection_id: id }) => id));
  const double = read.filter(({ connectionId }) => existing.has(connectionId));
  const asks = flags.overwrite && double.length > 0 && !flags.yes;
  if (asks && !(await confirm(`Replace ${renderCount(double.length, "connection")}?`, terminal))) {
    throw new AirloomError(
      "input.invalid",
      `Nothing was imported. Without --overwrite those that exist are kept; see "${own("connections list")}"`,
    );
  }
  const kept = flags.overwrite ? [] : double.map(({ connectionId }) => connectionId);
  const added: string[] = [];
  const changed: string[] = [];
  for (const connection of read) {
    const id = connection.connectionId;
    if (kept.includes(id)) continue;
    const body = wireOf(connection);
    if (existing.has(id)) {
      await api.patchConnection({ connection_id: id, body });
      changed.push(id);
    } else {
      await api.createConnection({ body });
      added.push(id);
    }
  }
  return { added, changed, kept };
}

/** A file that says nothing of Dags leaves the scope of what it replaces as it is. */
function wireOf({ connectionId, connType, dags, ...fields }: WrittenConnection) {
  const scope = dags === undefined ? {} : { dags: dags && [...dags] };
  return { connection_id: connectionId, conn_type: connType, ...fields, ...scope };
}
