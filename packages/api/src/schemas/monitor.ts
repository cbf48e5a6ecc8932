import { z } from "zod";
import { Timestamp } from "./fields.ts";

const HealthStatus = z.enum(["healthy", "unhealthy"]).nullable();

export const VersionInfo = z.object({ version: z.string(), git_version: z.string().nullable() });

export const HealthInfo = z.object({
  metadatabase: z.object({ status: HealthStatus }),
  scheduler: z.object({
    status: HealthStatus,
    latest_scheduler_heartbeat: Timestamp.nullable(),
  }),
  triggerer: z.object({
    status: HealthStatus,
    latest_triggerer_heartbeat: Timestamp.nullable(),
  }),
  dag_processor: z.object({
    status: HealthStatus,
    latest_dag_processor_heartbeat: Timestamp.nullable(),
  }),
});
