import type { Role } from "@airloom/api";
import { useConfig } from "./services.ts";

const RANK = { viewer: 0, editor: 1, admin: 2 } as const satisfies Readonly<Record<Role, number>>;

/** Why the signed-in person may not do what needs a role; `undefined` when they may. */
export function useRefusal(role: Role): string | undefined {
  const user = useConfig()?.user;
  if (user === null || user === undefined) return undefined;
  return RANK[user.role] < RANK[role] ? `Needs the role ${role}; you are ${user.role}` : undefined;
}
