import { AsyncLocalStorage } from "node:async_hooks";
import {
  type DagLabel,
  type GrantRole,
  isAtLeast,
  isRestricted,
  judgeDagAccess,
  namesDag,
  type Store,
  type User,
} from "@airloom/core";

/** What one user sees, as it stood when it was loaded. */
export interface Viewer {
  readonly username: string;
  /** False where the role alone decides: then nothing is filtered. */
  readonly isRestricted: boolean;
  /** Of a Dag that is hidden as of one that is not there: the role itself. */
  roleFor(dagId: string): GrantRole;
  canSee(dagId: string): boolean;
  /** A file is shown to whoever sees all that it defines. */
  canSeeFile(file: string): boolean;
  readonly dagIds: readonly string[];
  /** Whether a name of Dags, as grants and scopes have it, fits one that the user sees. */
  seesAnyOf(name: string): boolean;
}

/** Loads what a user may see; one whom no grant names costs one question. */
export async function loadViewer(
  store: Pick<Store, "loadGrants" | "loadDagLabels">,
  user: User,
): Promise<Viewer> {
  const { username, role } = user;
  const grants = role === "admin" ? [] : await store.loadGrants(username);
  const grantee = { role, grants };
  const labels = isRestricted(grantee) ? await store.loadDagLabels() : [];
  const roles = new Map(labels.map((label) => [label.dagId, judgeDagAccess(grantee, label)]));
  const isSeen = ({ dagId }: DagLabel) => isAtLeast(roles.get(dagId) ?? "none", "viewer");
  const hidden = new Set(labels.filter((label) => !isSeen(label)).map(({ file }) => file));
  const shown = labels.filter(isSeen);
  const dagIds = shown.map(({ dagId }) => dagId);
  const seen = new Set(dagIds);
  const files = new Set(shown.map(({ file }) => file));
  return {
    username,
    isRestricted: isRestricted(grantee),
    dagIds,
    roleFor: (dagId) => (seen.has(dagId) ? (roles.get(dagId) ?? role) : role),
    canSee: (dagId) => !isRestricted(grantee) || seen.has(dagId),
    seesAnyOf: (name) => !isRestricted(grantee) || shown.some((dag) => namesDag(name, dag)),
    canSeeFile: (file) => !isRestricted(grantee) || (files.has(file) && !hidden.has(file)),
  };
}

/** Who asks travels with the request, so that no handler can forget to pass it on. */
export const viewers = new AsyncLocalStorage<Viewer>();
