import type { Role } from "@airloom/api";
import { useConfig } from "./services.ts";

const RANK = { viewer: 0, editor: 1, admin: 2 } as const satisfies Readonly<Record<Role, number>>;

/** Why the signed-in person may not do what needs a role, to one Dag or at all; `undefined` when they may. */
export function useRefusal(role: Role, dagId?: string): string | undefined {
  const user = useConfig()?.user;
  if (user === null || user === undefined) return undefined;
  // What somebody may do with a Dag is decided on the server.
  const own = dagId === undefined ? undefined : user.dag_roles?.[dagId];
  if (RANK[own ?? user.role] >= RANK[role]) return undefined;
  return own === undefined
    ? `Needs the role ${role}; you are ${user.role}`
    : `Needs the role ${role}; for ${dagId} you are ${own}`;
}
