import type { ConnectionScope, DagSpec } from "@airloom/core";
import { findReferences, findSetVariables, renderCodeFrame } from "@airloom/engine";
import type { Finding } from "./finding.ts";

/** What is defined where Dags are to run. */
export interface Defined {
  readonly connections: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly pools: ReadonlySet<string>;
  /** Which Dags may use each connection, where something runs that can be asked. */
  readonly scopes: ReadonlyMap<string, ConnectionScope>;
  /** False where nothing runs that could be asked: then only what the environment defines is known. */
  readonly isComplete: boolean;
}

/** A source as it is checked. */
export interface CheckedSource {
  /** Relative to the project. */
  readonly file: string;
  readonly text: string;
  readonly dags: readonly DagSpec[];
}

/** Connections, variables and pools that sources name and nobody defined. */
export function findUndefined(
  sources: readonly CheckedSource[],
  defined: Defined,
): readonly Finding[] {
  const set = new Set(sources.flatMap(({ text }) => findSetVariables(text)));
  const variables = new Set([...defined.variables, ...set]);
  return sources.flatMap((source) => [
    ...findUnknownNames(source, { ...defined, variables }),
    ...findUnknownPools(source, defined),
  ]);
}

function findUnknownNames(source: CheckedSource, defined: Defined): readonly Finding[] {
  const seen = new Set<string>();
  return findReferences(source.text).flatMap(({ kind, name, line, column, isNeeded }) => {
    // Ids are compared as the environment's variables spell them: in any case.
    const known = kind === "connection" ? defined.connections : defined.variables;
    const key = `${kind} ${name} ${line} ${column}`;
    if (known.has(name) || known.has(name.toLowerCase()) || seen.has(key)) return [];
    seen.add(key);
    const variable = `AIRLOOM_${kind === "connection" ? "CONN" : "VAR"}_${name.toUpperCase()}`;
    const make = kind === "connection" ? `connections add ${name}` : `variables set ${name}`;
    return [
      {
        severity: defined.isComplete && isNeeded ? "error" : "warning",
        rule: kind,
        file: source.file,
        line,
        column,
        message: `${capital(kind)} "${name}" is named here and not defined${where(defined)}: make it with "airloom ${make}", or set ${variable}`,
        codeFrame: renderCodeFrame(source.text, line, column),
      } as const,
    ];
  });
}

function findUnknownPools(source: CheckedSource, defined: Defined): readonly Finding[] {
  const pools = new Map<string, string[]>();
  for (const task of source.dags.flatMap((dag) => dag.tasks)) {
    if (defined.pools.has(task.pool)) continue;
    pools.set(task.pool, [...(pools.get(task.pool) ?? []), task.taskId]);
  }
  return [...pools].map(([pool, tasks]) => {
    const place = findText(source.text, pool);
    const named = tasks
      .slice(0, 3)
      .map((id) => `"${id}"`)
      .join(", ");
    const more = tasks.length > 3 ? ` and ${tasks.length - 3} more` : "";
    return {
      severity: defined.isComplete ? "error" : "warning",
      rule: "pool",
      file: source.file,
      ...place,
      message: `Pool "${pool}" of ${named}${more} is not defined${where(defined)}, so they would wait for ever: make it with "airloom pools set ${pool} <slots>"`,
      codeFrame:
        place.line === null ? null : renderCodeFrame(source.text, place.line, place.column),
    } as const;
  });
}

function findText(text: string, name: string) {
  const index = text.search(new RegExp(`["'\`]${RegExp.escape(name)}["'\`]`, "u"));
  if (index < 0) return { line: null, column: null };
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function where({ isComplete }: Defined): string {
  return isComplete ? "" : " in the environment (nothing runs here that knows more)";
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
