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

/** A message of dbt without its preamble, which only repeats what stands beside it. */
export function headlineOf(message: string): string {
  const lines = stripAnsi(message)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const [first = message, second] = lines;
  const isPreamble = /^(?:Runtime|Database|Compilation|Binder|Parser|Catalog) Error in /u.test(
    first,
  );
  return isPreamble && second !== undefined ? second : first;
}
