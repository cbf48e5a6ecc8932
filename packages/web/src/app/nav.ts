import type { Role } from "@airloom/api";
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
  /** The least role that sees what is there. @default "viewer" */
  readonly role?: Role;
}

export const WORK: readonly Place[] = [
  { to: "/", label: "Home", icon: "home" },
  { to: "/dags", label: "Dags", icon: "dag" },
  { to: "/runs", label: "Runs", icon: "runs" },
];

export const ADMIN: readonly Place[] = [
  { to: "/connections", label: "Connections", icon: "plug", role: "editor" },
  { to: "/variables", label: "Variables", icon: "variables", role: "editor" },
  { to: "/pools", label: "Pools", icon: "pool" },
  { to: "/users", label: "Users", icon: "user", role: "admin" },
  { to: "/audit", label: "Audit log", icon: "file", role: "editor" },
];
