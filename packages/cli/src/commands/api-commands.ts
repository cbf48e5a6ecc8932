import { readFileSync } from "node:fs";
import { AirloomError } from "@airloom/core";
import { type Command, InvalidArgumentError } from "commander";
import { connect } from "../environment/connect.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

type Field = readonly [name: string, value: string];

interface CallFlags {
  readonly field: readonly Field[];
  readonly body?: string;
}

/** `airloom api …`: the REST API with the token of this environment. */
export function addApiCommands(api: Command, terminal: Terminal): void {
  api
    .command("ls")
    .description("the operations of the REST API; needs nothing running")
    .argument("[text]", "only those whose name, path or summary holds it")
    .option("--json", "as JSON, with what each takes", false)
    .action(async (text: string | undefined, flags: { json: boolean }) => {
      const { loadOperations } = await import("./load-operations.ts");
      const wanted = (text ?? "").toLowerCase();
      const found = loadOperations().filter(({ id, path, summary }) =>
        `${id} ${path} ${summary}`.toLowerCase().includes(wanted),
      );
      if (flags.json) {
        terminal.json(found);
        return;
      }
      const rows = found.map(({ id, method, path, access, summary }) => [
        id,
        method,
        path,
        access,
        summary,
      ]);
      const heads = ["OPERATION", "METHOD", "PATH", "FOR", "DOES"];
      for (const line of renderTable(heads, rows)) terminal.print(line);
    });
  addCall(api, terminal);
}

function addCall(api: Command, terminal: Terminal): void {
  api
    .command("call")
    .description(
      "call one operation, signed in as this environment's admin; prints the response as JSON",
    )
    .argument("<operation...>", 'its name as listed, or "METHOD path"')
    .option(
      "-f, --field <name=value>",
      "of path, query or body, by its name; may be given many times",
      collectField,
      [],
    )
    .option("--body <json>", "the whole body; @file reads a file, - standard input")
    .option("--json", "as JSON, which it always is", true)
    .action(async (words: readonly string[], flags: CallFlags) => {
      const [{ loadOperations }, { findOperation, planRequest }] = await Promise.all([
        import("./load-operations.ts"),
        import("./api-request.ts"),
      ]);
      const operation = findOperation(loadOperations(), words);
      const request = planRequest(operation, flags.field, await readBody(flags.body));
      const response = await connect(process.cwd()).call(request);
      if (response !== undefined) terminal.json(response);
    });
}

function collectField(text: string, before: readonly Field[]): readonly Field[] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected <name>=<value>, such as dag_id=orders");
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

async function readBody(given: string | undefined): Promise<unknown> {
  if (given === undefined) return undefined;
  const text = await textOf(given);
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new AirloomError("input.invalid", "Cannot use the body: it is no JSON");
  }
}

async function textOf(given: string): Promise<string> {
  if (given.startsWith("@")) return readFileSync(given.slice(1), "utf8");
  if (given !== "-") return given;
  let text = "";
  for await (const chunk of process.stdin) text += String(chunk);
  return text;
}
