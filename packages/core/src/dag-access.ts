import type { Role } from "./ports/access-store.ts";

/** What a grant lets somebody do with the Dags it names; `none` hides them. */
export const GRANT_ROLES = ["none", "viewer", "editor", "admin"] as const;
export type GrantRole = (typeof GRANT_ROLES)[number];

/**
 * What somebody may do with some Dags, in place of what the role allows everywhere. `dags` names them: a Dag id, a
 * pattern of ids with `*`, or `tag:` and a tag.
 */
export interface Grant {
  readonly dags: string;
  readonly role: GrantRole;
}

/** As much of a Dag as decides who may do what with it. */
export interface DagLabel {
  readonly dagId: string;
  readonly tags: readonly string[];
}

/** As much of a user as decides the same. */
interface Grantee {
  readonly role: Role;
  readonly grants: readonly Grant[];
}

const TAG = "tag:";
/** What can name Dags: an id or a pattern of ids, or a tag. Anything else fits no Dag there can be. */
export const DAGS_NAME = /^(?:tag:[^\p{Cc}\p{Cs}]+|[\p{L}\p{N}_.*-]+)$/u;
const RANK = { none: 0, viewer: 1, editor: 2, admin: 3 } as const satisfies Record<
  GrantRole,
  number
>;

/** Whether the first role may do all that the second may. */
export function isAtLeast(role: GrantRole, needed: GrantRole): boolean {
  return RANK[role] >= RANK[needed];
}

/**
 * What a user may do with a Dag: the one place where that is decided.
 *
 * An admin may do everything: who can change grants is not held back by them. For anybody else the most exact grants
 * count: those that name the Dag, else those that name a pattern of its id, else those that name a tag; of several
 * equally exact ones the least. Where none fits, the role holds.
 */
export function judgeDagAccess({ role, grants }: Grantee, dag: DagLabel): GrantRole {
  if (role === "admin") return "admin";
  for (const isExact of EXACTNESS) {
    const fitting = grants.filter((grant) => isExact(grant.dags) && namesDag(grant.dags, dag));
    const [first, ...others] = fitting.map((grant) => grant.role);
    if (first !== undefined) return others.reduce(leastOf, first);
  }
  return role;
}

/** Whether grants can make any difference to what the role allows. */
export function isRestricted({ role, grants }: Grantee): boolean {
  return role !== "admin" && grants.length > 0;
}

/** Whether a name of Dags, as grants have it, fits a Dag. */
export function namesDag(name: string, dag: DagLabel): boolean {
  if (isTag(name)) return dag.tags.includes(name.slice(TAG.length));
  if (!isPattern(name)) return dag.dagId === name;
  const parts = name.split("*");
  const [head = "", ...rest] = parts;
  const tail = rest.pop() ?? "";
  const { dagId } = dag;
  if (!dagId.startsWith(head) || dagId.length < head.length + tail.length) return false;
  const end = dagId.length - tail.length;
  if (!dagId.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = dagId.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const isTag = (name: string): boolean => name.startsWith(TAG);
const isPattern = (name: string): boolean => !isTag(name) && name.includes("*");
const EXACTNESS: readonly ((name: string) => boolean)[] = [
  (name) => !isTag(name) && !isPattern(name),
  isPattern,
  isTag,
];

function leastOf(a: GrantRole, b: GrantRole): GrantRole {
  return RANK[b] < RANK[a] ? b : a;
}
