import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { connect } from "../environment/connect.ts";
import { asksFirst, confirm } from "../output/confirm.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { isNotFound } from "./follow-run.ts";

interface SetFlags {
  readonly description?: string;
  readonly includeDeferred?: boolean;
  readonly json: boolean;
}

/** `airloom pools …`: slots that tasks share. */
export function addPoolCommands(pools: Command, terminal: Terminal): void {
  addList(pools, terminal);
  addSet(pools, terminal);
  asksFirst(pools.command("delete"), terminal)
    .description("delete a pool; asks first")
    .argument("<name>")
    .option("--json", "what was deleted as JSON", false)
    .action(async (name: string, flags: { yes: boolean; json: boolean }) => {
      const { api } = connect(process.cwd());
      const pool = await api.getPool({ pool_name: name });
      if (!flags.yes && !(await confirm(`Delete pool ${name}?`, terminal))) {
        terminal.say("Nothing was deleted");
        return;
      }
      await api.deletePool({ pool_name: name });
      if (flags.json) terminal.json(pool);
      else terminal.print(`Deleted pool ${name}: tasks that name it wait until it is there again`);
    });
}

function addList(pools: Command, terminal: Terminal): void {
  pools
    .command("list")
    .description("every pool, its slots and who takes them")
    .option("--json", "as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { api } = connect(process.cwd());
      const { pools: found } = await api.listPools({ limit: 1_000 });
      if (flags.json) {
        terminal.json(found);
        return;
      }
      const rows = found.map((pool) => [
        pool.name,
        slotsText(pool.slots),
        slotsText(pool.open_slots),
        String(pool.running_slots),
        String(pool.queued_slots),
        pool.include_deferred ? `${pool.deferred_slots} (counted)` : String(pool.deferred_slots),
        pool.description ?? "",
      ]);
      const heads = ["POOL", "SLOTS", "OPEN", "RUNNING", "QUEUED", "DEFERRED", "DESCRIPTION"];
      for (const line of renderTable(heads, rows)) terminal.print(line);
    });
}

function addSet(pools: Command, terminal: Terminal): void {
  pools
    .command("set")
    .description("make a pool, or change it; what is not given stays as it is")
    .argument("<name>")
    .argument("<slots>", 'how many, or "unlimited"', slotsOf)
    .option("--description <text>", "for people")
    .option("--include-deferred", "tasks that wait in the triggerer take a slot too")
    .option("--no-include-deferred", "they take none")
    .option("--json", "the pool as JSON", false)
    .action(async (name: string, slots: number, flags: SetFlags) => {
      const { api } = connect(process.cwd());
      const body = {
        slots,
        ...(flags.description === undefined ? {} : { description: flags.description }),
        ...(flags.includeDeferred === undefined ? {} : { include_deferred: flags.includeDeferred }),
      };
      const found = await api.getPool({ pool_name: name }).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      const pool = await (found === undefined
        ? api.createPool({ body: { name, ...body } })
        : api.patchPool({ pool_name: name, body }));
      if (flags.json) terminal.json(pool);
      else terminal.print(`Set pool ${name}: ${slotsText(pool.slots)} slots`);
    });
}

function slotsText(slots: number): string {
  return slots === -1 ? "unlimited" : String(slots);
}

function slotsOf(text: string): number {
  if (text === "unlimited") return -1;
  const slots = /^\d{1,9}$/u.test(text) ? Number(text) : Number.NaN;
  if (slots >= 0) return slots;
  throw new InvalidArgumentError('Expected a whole number from 0, or "unlimited"');
}
