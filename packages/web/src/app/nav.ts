import type { IconName } from "../ui/icon.tsx";

/** A place of the platform that the sidebar names. */
export interface Place {
  readonly to:
    | "/"
    | "/dags"
    | "/runs"
    | "/connections"
    | "/variables"
    | "/pools"
    | "/users"
    | "/audit";
  readonly label: string;
  readonly icon: IconName;
}

export const WORK: readonly Place[] = [
  { to: "/", label: "Home", icon: "home" },
  { to: "/dags", label: "Dags", icon: "dag" },
  { to: "/runs", label: "Runs", icon: "runs" },
];

export const ADMIN: readonly Place[] = [
  { to: "/connections", label: "Connections", icon: "plug" },
  { to: "/variables", label: "Variables", icon: "variables" },
  { to: "/pools", label: "Pools", icon: "pool" },
  { to: "/users", label: "Users", icon: "user" },
  { to: "/audit", label: "Audit log", icon: "file" },
];
