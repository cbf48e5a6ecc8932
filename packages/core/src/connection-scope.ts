import { DAGS_NAME, type DagLabel, namesDag } from "./dag-access.ts";
import { AirloomError } from "./error.ts";

/** Which Dags may use a connection, named as grants name them: ids, patterns with `*`, `tag:` and a tag. Null is every Dag. */
export type ConnectionScope = readonly string[] | null;

/** Whether a Dag may use a connection of this scope: the one place where that is decided. */
export function isInScope(scope: ConnectionScope, dag: DagLabel): boolean {
  return scope === null || scope.some((name) => namesDag(name, dag));
}

/** Refuses a connection to a Dag outside of its scope. The names of the scope stay untold: they may be of hidden Dags. */
export function checkInScope(
  { connectionId, dags }: { readonly connectionId: string; readonly dags: ConnectionScope },
  dag: DagLabel,
): void {
  if (isInScope(dags, dag)) return;
  throw new AirloomError(
    "connection.out_of_scope",
    `Cannot use connection "${connectionId}" in Dag "${dag.dagId}": its scope names other Dags only. An admin can add this one, in the field "Dags" under Admin → Connections`,
  );
}

const MAX_NAMES = 100;
const MAX_LENGTH = 250;

/**
 * The only way to make a scope from names that came from outside. A name that could fit no Dag is refused, so that a
 * slip neither opens nor closes a connection in silence; `*` among them is every Dag.
 */
export function parseConnectionScope(
  connectionId: string,
  names: readonly string[] | null,
): ConnectionScope {
  if (names === null) return null;
  const trimmed = [...new Set(names.map((name) => name.trim()))];
  const bad = trimmed.find((name) => !isName(name));
  if (bad !== undefined) {
    throw badScope(
      connectionId,
      `"${bad.slice(0, MAX_LENGTH)}" names no Dags: expected a Dag id, a pattern of ids such as "sales_*", or tag:<tag>`,
    );
  }
  if (trimmed.length === 0 || trimmed.length > MAX_NAMES) {
    throw badScope(
      connectionId,
      `expected 1 to ${MAX_NAMES} names of Dags, or "*" for every Dag, and there are ${trimmed.length}`,
    );
  }
  return trimmed.includes("*") ? null : trimmed.toSorted();
}

/** The comma is what parts names where they are one text: a tag that holds one cannot be told. */
function isName(name: string): boolean {
  return DAGS_NAME.test(name) && !name.includes(",") && name.length <= MAX_LENGTH;
}

/** The same from one text with commas, as forms, commands and connection addresses have it. */
export function parseScopeText(connectionId: string, text: string): ConnectionScope {
  return parseConnectionScope(connectionId, text.split(","));
}

function badScope(connectionId: string, reason: string): AirloomError {
  return new AirloomError(
    "connection.bad_value",
    `Cannot read the Dags of connection "${connectionId}": ${reason}`,
  );
}
