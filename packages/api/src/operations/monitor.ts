import type { OperationSpec } from "../operation-spec.ts";
import * as monitor from "../schemas/monitor.ts";

/** What runs, and how it is. */
export const MONITOR_OPERATIONS = {
  getVersion: {
    tag: "Version",
    summary: "Tells the version that is running",
    access: "open",
    status: 200,
    response: monitor.VersionInfo,
  },
  getHealth: {
    tag: "Monitor",
    summary: "Tells which components are alive",
    access: "open",
    status: 200,
    response: monitor.HealthInfo,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
