import { type ConnectionScope, isInScope } from "@airloom/core";
import { findReferences, renderCodeFrame } from "@airloom/engine";
import type { CheckedSource } from "./find-undefined.ts";
import type { Finding } from "./finding.ts";

/**
 * Connections that a source names and none of its Dags may use. Where one of several may, the source is taken to mean
 * that one: which task asks cannot be told from the text.
 */
export function findOutOfScope(
  sources: readonly CheckedSource[],
  scopes: ReadonlyMap<string, ConnectionScope>,
): readonly Finding[] {
  return sources.flatMap(({ file, text, dags }) =>
    findReferences(text).flatMap(({ kind, name, line, column }) => {
      // Those of the environment are found in any case, as tasks find them.
      const known = scopes.has(name) ? name : name.toLowerCase();
      const scope = kind === "connection" ? (scopes.get(known) ?? null) : null;
      if (dags.length === 0 || dags.some((dag) => isInScope(scope, dag))) return [];
      const named = dags.map(({ dagId }) => `"${dagId}"`).join(", ");
      return [
        {
          severity: "error",
          rule: "connection-scope",
          file,
          line,
          column,
          message: `Connection "${name}" is named here and closed to ${named}: an admin can add the Dag with "airloom connections add ${name} --dags <names>", which names all that may use it`,
          codeFrame: renderCodeFrame(text, line, column),
        } as const,
      ];
    }),
  );
}
