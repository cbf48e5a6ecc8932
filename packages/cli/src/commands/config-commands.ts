import type { Command } from "commander";
import { connect } from "../environment/connect.ts";
import { EXIT } from "../output/exit-codes.ts";
import { readSecret } from "../output/read-secret.ts";
import { renderBlock, renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

interface ConnectionFlags {
  readonly connType: string;
  readonly host?: string;
  readonly login?: string;
  readonly passwordStdin: boolean;
  readonly schema?: string;
  readonly port?: number;
  readonly extra?: string;
  readonly description?: string;
}

/** `airloom connections …` and `airloom variables …`. Secrets come in through standard input, never as arguments. */
export function addConfigCommands(program: Command, terminal: Terminal): void {
  addConnections(program, terminal);
  addVariables(program, terminal);
}

function addConnections(program: Command, terminal: Terminal): void {
  const connections = program
    .command("connections")
    .description("list, add, test and delete connections");
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
        connection.origin,
      ]);
      for (const line of renderTable(
        ["CONNECTION", "TYPE", "HOST", "LOGIN", "PASSWORD", "FROM"],
        rows,
      ))
        terminal.print(line);
    });
  addConnectionAdd(connections, terminal);
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
        terminal.print(
          `${result.status ? terminal.style("green", "✔") : terminal.style("red", "✖")} ${result.message}`,
        );
        for (const line of renderBlock(result.facts.map((fact) => [fact.label, fact.value])))
          terminal.print(`  ${line}`);
      }
      if (!result.status) process.exitCode = EXIT.failed;
    });
  connections
    .command("delete")
    .argument("<connection_id>")
    .action(async (connectionId: string) => {
      const { api } = connect(process.cwd());
      await api.deleteConnection({ connection_id: connectionId });
      terminal.print(`Deleted connection ${connectionId}`);
    });
}

function addConnectionAdd(connections: Command, terminal: Terminal): void {
  connections
    .command("add")
    .description("make a connection, or change the fields given of one that exists")
    .argument("<connection_id>")
    .requiredOption("--conn-type <type>", "such as dbt_cloud")
    .option("--host <host>", "for dbt_cloud the tenant: a bare host means https")
    .option("--login <login>", "for dbt_cloud the account id")
    .option(
      "--password-stdin",
      "read the password, or for dbt_cloud the API token, from standard input",
      false,
    )
    .option("--schema <schema>")
    .option("--port <port>", "", Number)
    .option("--extra <json>")
    .option("--description <text>")
    .action(async (connectionId: string, flags: ConnectionFlags) => {
      const { api } = connect(process.cwd());
      const { connType, passwordStdin, ...fields } = flags;
      const password = passwordStdin
        ? { password: await readSecret(`Password of ${connectionId}`, terminal) }
        : {};
      const body = { connection_id: connectionId, conn_type: connType, ...fields, ...password };
      const { connections: found } = await api.listConnections({
        connection_id_pattern: connectionId,
        limit: 1_000,
      });
      const exists = found.some((connection) => connection.connection_id === connectionId);
      await (exists
        ? api.patchConnection({ connection_id: connectionId, body })
        : api.createConnection({ body }));
      terminal.print(`${exists ? "Changed" : "Added"} connection ${connectionId}`);
    });
}

function addVariables(program: Command, terminal: Terminal): void {
  const variables = program.command("variables").description("list, set and delete variables");
  variables
    .command("list")
    .option("--json", "as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const { variables: found } = await api.listVariables({ limit: 1_000 });
      if (flags.json) terminal.json(found);
      else {
        const rows = found.map((variable) => [
          variable.key,
          variable.value,
          variable.description ?? "",
        ]);
        for (const line of renderTable(["VARIABLE", "VALUE", "DESCRIPTION"], rows))
          terminal.print(line);
      }
    });
  variables
    .command("get")
    .argument("<key>")
    .action(async (key: string) => {
      const { api } = connect(process.cwd());
      terminal.print((await api.getVariable({ variable_key: key })).value);
    });
  variables
    .command("set")
    .argument("<key>")
    .argument("[value]", "read from standard input when left out")
    .option("--secret", "never shown again", false)
    .option("--description <text>")
    .action(
      async (
        key: string,
        given: string | undefined,
        flags: { secret: boolean; description?: string },
      ) => {
        const { api } = connect(process.cwd());
        const value = given ?? (await readSecret(`Value of ${key}`, terminal));
        const body = {
          key,
          value,
          is_secret: flags.secret,
          ...(flags.description === undefined ? {} : { description: flags.description }),
        };
        const { variables: found } = await api.listVariables({
          variable_key_pattern: key,
          limit: 1_000,
        });
        const exists = found.some((variable) => variable.key === key);
        await (exists
          ? api.patchVariable({ variable_key: key, body })
          : api.createVariable({ body }));
        terminal.print(`Set variable ${key}`);
      },
    );
  variables
    .command("delete")
    .argument("<key>")
    .action(async (key: string) => {
      const { api } = connect(process.cwd());
      await api.deleteVariable({ variable_key: key });
      terminal.print(`Deleted variable ${key}`);
    });
}
