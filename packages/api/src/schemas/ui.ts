import { TASK_STATES } from "@airloom/core";
import { z } from "zod";
import { CurrentUser, Role } from "./access.ts";
import { collectionOf } from "./fields.ts";

/** What a page must know before anything else; `user` is null before signing in. */
export const UiConfig = z.object({
  version: z.string(),
  project: z.string(),
  environment: z.string(),
  timezone: z.string(),
  /** How Airloom is called on its own machine, such as `npx airloom`; before signing in no path of it. */
  command: z.string(),
  default_credentials_hint: z.string().nullable(),
  /** Where the dbt job service answers; null when there is none, or before signing in. */
  dbt_service_url: z.string().nullable(),
  user: CurrentUser.extend({
    /** What the user may do with single Dags, where that is not what the role says. */
    dag_roles: z.record(z.string(), Role).optional(),
  }).nullable(),
  /** What an admin should know of this environment, such as what it cannot keep out; empty for everybody else. */
  notices: z.array(z.string()),
});

export const UiExplanation = z.object({
  state: z.enum(TASK_STATES),
  /** In order of weight; empty when nothing holds the task back. */
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
});

export const UiConnectionField = z.object({
  /** A field of the connection, or `extra.<key>` for a key of its extra JSON. */
  name: z.string(),
  label: z.string(),
  kind: z.enum(["text", "secret", "number", "boolean", "select"]),
  required: z.boolean(),
  placeholder: z.string().nullable(),
  help: z.string().nullable(),
  /** Choices of a `select`. */
  options: z.array(z.string()),
});

export const UiConnectionType = z.object({
  conn_type: z.string(),
  label: z.string(),
  fields: z.array(UiConnectionField),
});
export const UiConnectionTypeCollection = collectionOf("connection_types", UiConnectionType);
