/** What each role may do, in a few words. */
export const ROLES = [
  { value: "viewer", label: "Viewer: sees Dags, runs and logs" },
  { value: "editor", label: "Editor: also runs, clears and marks" },
  { value: "admin", label: "Admin: also connections, variables and users" },
] as const;

export type RoleName = (typeof ROLES)[number]["value"];

/** Text of a form as a role: the form offers nothing else. */
export function roleOf(text: string): RoleName {
  return ROLES.find(({ value }) => value === text)?.value ?? "viewer";
}

export const SHORTEST_PASSWORD = 8;

/** Why a password cannot be taken; `undefined` when it can. */
export function findPasswordFault(password: string): string | undefined {
  return password.length < SHORTEST_PASSWORD
    ? `A password has ${SHORTEST_PASSWORD} characters or more`
    : undefined;
}
