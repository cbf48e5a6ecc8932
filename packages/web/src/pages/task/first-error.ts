import type { TaskTry, UiNode } from "@airloom/api";
import { isNodeBad } from "../../states/node-state.ts";
import { stripAnsi } from "../../ui/parse-ansi.ts";
import { sortNodes } from "./node-order.ts";

/** What went wrong first, in the words closest to its cause. */
export interface FirstError {
  readonly where: string;
  readonly message: string;
  readonly detail: string | null;
}

/** The first error of an attempt: that of the worst dbt node, else the attempt's own. */
export function firstErrorOf(
  nodes: readonly UiNode[],
  failure: TaskTry["failure"],
): FirstError | undefined {
  const [worst] = sortNodes(nodes, "worst").filter(({ state }) => isNodeBad(state));
  if (worst !== undefined) {
    const line = worst.line === null ? "" : `, line ${worst.line}`;
    return {
      where: `${worst.name}, ${worst.resource_type}${line}`,
      message: headlineOf(worst.message ?? worst.state),
      detail: worst.file,
    };
  }
  if (failure === null) return undefined;
  return { where: failure.place ?? failure.kind, message: failure.message, detail: null };
}

/** How dbt begins the message of a node: it repeats the name and file that stand beside it. */
const PREAMBLE = /^(?:Runtime|Database|Compilation|Binder|Parser|Catalog) Error in /u;

/** The first line of a message that says something. */
export function headlineOf(message: string): string {
  const lines = messageBodyOf(message).split("\n");
  return lines.find((line) => line.trim() !== "")?.trim() ?? message;
}

/** A message without dbt's preamble and without the indent below it. */
export function messageBodyOf(message: string): string {
  const lines = stripAnsi(message).trim().split("\n");
  const [first = "", ...rest] = lines;
  if (rest.length === 0 || !PREAMBLE.test(first)) return lines.join("\n");
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.search(/\S/u));
  const indent = Math.min(...indents);
  return rest.map((line) => line.slice(indent)).join("\n");
}

/** Whether an attempt is over and has something to explain. */
export function hasEndedBadly(state: TaskTry["state"]): boolean {
  return state === "failed" || state === "up_for_retry";
}
