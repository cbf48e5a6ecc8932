import type { OperationSpec } from "./operation-spec.ts";
import { ACCESS_OPERATIONS } from "./operations/access.ts";
import { ADMIN_OPERATIONS } from "./operations/admin.ts";
import { DAG_OPERATIONS } from "./operations/dag.ts";
import { DAG_RUN_OPERATIONS } from "./operations/dag-run.ts";
import { MONITOR_OPERATIONS } from "./operations/monitor.ts";
import { TASK_INSTANCE_OPERATIONS } from "./operations/task-instance.ts";
import { UI_OPERATIONS } from "./operations/ui.ts";
import { USER_OPERATIONS } from "./operations/users.ts";
import type { OperationId } from "./routes.ts";

/** What every operation takes, answers and demands. The server, the document and the client all follow it. */
export const OPERATIONS = {
  ...ACCESS_OPERATIONS,
  ...USER_OPERATIONS,
  ...MONITOR_OPERATIONS,
  ...DAG_OPERATIONS,
  ...DAG_RUN_OPERATIONS,
  ...TASK_INSTANCE_OPERATIONS,
  ...ADMIN_OPERATIONS,
  ...UI_OPERATIONS,
} as const satisfies Readonly<Record<OperationId, OperationSpec>>;
