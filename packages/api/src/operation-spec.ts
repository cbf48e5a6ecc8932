import type { z } from "zod";
import type { Role } from "./schemas/access.ts";

/** Who may call an operation: anybody, or a signed-in user of at least that role. */
export type Access = "open" | z.infer<typeof Role>;

/** Everything about one operation except its address. */
export interface OperationSpec {
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly status: 200 | 201 | 204;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** How much of a body is read. @default 1 MB */
  readonly maxBodyBytes?: number;
  /** Left out: no content, or the stream that `media` names. */
  readonly response?: z.ZodType;
  /** What else than JSON it may answer. */
  readonly media?: "application/x-ndjson" | "text/event-stream" | "text/plain";
}
