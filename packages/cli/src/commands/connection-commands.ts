import { AirloomError, parseScopeText } from "@airloom/core";
import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { EXIT } from "../output/exit-codes.ts";
import { readSecret } from "../output/read-secret.ts";
import { renderBlock, renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { addConnectionFileCommands } from "./connection-file-commands.ts";
import { integerBetween } from "./option-parsers.ts";

interface ConnectionFlags {
  readonly connType?: string;
  readonly host?: string;
  readonly login?: string;
  readonly passwordStdin: boolean;
  readonly schema?: string;
  readonly port?: number;
  readonly extra?: string;
  readonly description?: string;
  readonly dags?: string;
}

/** `airloom connections …`. Secrets come in through standard input, never as arguments. */
export function addConnectionCommands(connections: Command, terminal: Terminal): void {
  addList(connections, terminal);
  addGet(connections, terminal);
  addAdd(connections, terminal);
  addTest(connections, terminal);
  addConnectionFileCommands(connections, terminal);
  asksFirst(connections.command("delete"), terminal)
    .description("delete a connection; asks first")
    .argument("<connection_id>")
    .action(async (connectionId: string, flags: { yes: boolean }) => {
      const { api } = connect(process.cwd());
      const question = `Delete connection ${connectionId} and its secrets?`;
      if (!flags.yes && !(await confirm(question, terminal))) {
        terminal.say("Nothing was deleted");
        return;
      }
      await api.deleteConnection({ connection_id: connectionId });
      terminal.print(`Deleted connection ${connectionId}`);
    });
}

function addList(connections: Command, terminal: Terminal): void {
  connections
    .command("list")
    .description("every connection, without secrets")
    .option("--json", "as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const { connections: found } = await api.listConnections({ limit: 1_000 });
      if (flags.json) {
        terminal.json(found);
        return;
      }
      const rows = found.map((connection) => [
        connection.connection_id,
        connection.conn_type,
        connection.host ?? "",
        connection.login ?? "",
        connection.has_password ? "set" : "",
        renderScope(connection.dags),
        connection.origin,
      ]);
      const heads = ["CONNECTION", "TYPE", "HOST", "LOGIN", "PASSWORD", "DAGS", "FROM"];
      for (const line of renderTable(heads, rows)) terminal.print(line);
    });
}

function renderScope(dags: readonly string[] | null): string {
  return dags === null ? "every Dag" : dags.join(", ");
}

function addGet(connections: Command, terminal: Terminal): void {
  connections
    .command("get")
    .description("one connection, without secrets, and which Dags may use it")
    .argument("<connection_id>")
    .option("--json", "as JSON", false)
    .action(async (connectionId: string, flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const found = await api.getConnection({ connection_id: connectionId });
      if (flags.json) {
        terminal.json(found);
        return;
      }
      const facts: readonly (readonly [string, string | number | null])[] = [
        ["Type", found.conn_type],
        ["Host", found.host],
        ["Port", found.port],
        ["Login", found.login],
        ["Password", found.has_password ? "set" : null],
        ["Schema", found.schema],
        ["Extra", found.extra],
        ["Description", found.description],
        ["Dags", renderScope(found.dags)],
        ["From", found.origin],
      ];
      const set = facts.flatMap(([name, value]) =>
        value === null ? [] : [[name, String(value)] as const],
      );
      for (const line of renderBlock(set)) terminal.print(line);
    });
}

function addTest(connections: Command, terminal: Terminal): void {
  connections
    .command("test")
    .description("try a connection; exit code 1 when it does not work")
    .argument("<connection_id>")
    .option("--json", "as JSON", false)
    .action(async (connectionId: string, flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const connection = await api.getConnection({ connection_id: connectionId });
      const result = await api.testConnection({
        body: { connection_id: connectionId, conn_type: connection.conn_type },
      });
      if (flags.json) terminal.json(result);
      else {
        const sign = result.status ? terminal.style("green", "✔") : terminal.style("red", "✖");
        terminal.print(`${sign} ${result.message}`);
        const facts = result.facts.map((fact) => [fact.label, fact.value] as const);
        for (const line of renderBlock(facts)) terminal.print(`  ${line}`);
      }
      if (!result.status) process.exitCode = EXIT.failed;
    });
}

function addAdd(connections: Command, terminal: Terminal): void {
  connections
    .command("add")
    .description("make a connection, or change the fields given of one that exists")
    .argument("<connection_id>")
    .option("--conn-type <type>", "such as dbt_cloud; a new one needs it")
    .option("--host <host>", "for dbt_cloud the tenant: a bare host means https")
    .option("--login <login>", "for dbt_cloud the account id")
    .option(
      "--password-stdin",
      "read the password, or for dbt_cloud the API token, from standard input",
      false,
    )
    .option("--schema <schema>", "for a database its schema")
    .option("--port <port>", "where it listens", integerBetween(1, 65_535))
    .option("--extra <json>", "what has no field of its own, as a JSON object")
    .option("--description <text>", "for people")
    .option(
      "--dags <names>",
      'which Dags may use it: ids, patterns and tags with commas between ("sales_*,tag:finance"), or "*" for every Dag',
    )
    .action(async (connectionId: string, flags: ConnectionFlags) => {
      const { api } = connect(process.cwd());
      const { connType, passwordStdin, dags, ...fields } = flags;
      const scope = dags === undefined ? {} : { dags: wireScope(connectionId, dags) };
      const password = passwordStdin
        ? { password: await readSecret(`Password of ${connectionId}`, terminal) }
        : {};
      const { connections: found } = await api.listConnections({
        connection_id_pattern: connectionId,
        limit: 1_000,
      });
      const exists = found.some((connection) => connection.connection_id === connectionId);
      const changes = { ...fields, ...password, ...scope };
      const type = connType === undefined ? {} : { conn_type: connType };
      const saved = await (exists
        ? api.patchConnection({ connection_id: connectionId, body: { ...type, ...changes } })
        : api.createConnection({
            body: {
              connection_id: connectionId,
              conn_type: typeOfNew(connectionId, connType),
              ...changes,
            },
          }));
      terminal.print(`${exists ? "Changed" : "Added"} connection ${connectionId}`);
      if (saved.cleared_secrets.length > 0) {
        const names = saved.cleared_secrets.join(", ");
        terminal.print(`It goes to another place now: give its secrets again (${names})`);
      }
    });
}

function wireScope(connectionId: string, names: string): string[] | null {
  const scope = parseScopeText(connectionId, names);
  return scope && [...scope];
}

function typeOfNew(connectionId: string, connType: string | undefined): string {
  if (connType !== undefined) return connType;
  throw new AirloomError(
    "input.invalid",
    `Cannot add connection "${connectionId}": there is none of that name, and a new one needs --conn-type`,
  );
}
