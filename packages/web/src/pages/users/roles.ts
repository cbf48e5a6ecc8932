import type { Grant, Role } from "@airloom/api";

/** What each role may do, in a few words. */
export const ROLES = [
  { value: "viewer", label: "Viewer: sees Dags, runs and logs" },
  { value: "editor", label: "Editor: also runs, clears and marks" },
  { value: "admin", label: "Admin: also connections, variables and users" },
] as const satisfies readonly { readonly value: Role; readonly label: string }[];

/** Text of a form as a role: the form offers nothing else. */
export function roleOf(text: string): Role {
  return ROLES.find(({ value }) => value === text)?.value ?? "viewer";
}

const SHORTEST_PASSWORD = 8;

/** Why a password cannot be taken; `undefined` when it can. */
export function findPasswordFault(password: string): string | undefined {
  return password.length < SHORTEST_PASSWORD
    ? `A password has ${SHORTEST_PASSWORD} characters or more`
    : undefined;
}

/** What a grant may let somebody do with the Dags that it names. */
export const GRANT_ROLES = [
  { value: "none", label: "None: hides them" },
  { value: "viewer", label: "Viewer: sees them, their runs and logs" },
  { value: "editor", label: "Editor: also runs, clears and marks" },
  { value: "admin", label: "Admin: also deletes them" },
] as const satisfies readonly { readonly value: Grant["role"]; readonly label: string }[];

export function grantRoleOf(text: string): Grant["role"] {
  return GRANT_ROLES.find(({ value }) => value === text)?.value ?? "viewer";
}
