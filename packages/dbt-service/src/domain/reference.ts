import type { Resource, ResourceKind } from "../store/resource-store.ts";
import type { Operation } from "./permission.ts";

/** A field that names another thing by its id. */
export interface Reference {
  /** What it names; null where this service has no such things, so that nothing can be named. */
  readonly kind: ResourceKind | null;
  /** Where the named thing must live: in the same project, or in the same account. */
  readonly place: "project" | "account";
  /** What the caller must be allowed to do with the named thing to name it. */
  readonly right: Operation | null;
  /** What becomes of the field's owner when the named thing is deleted; `refuse` keeps the named thing. */
  readonly onDelete: "refuse" | "cascade" | "keep";
  /** True where the field is a list of ids. */
  readonly isList?: true;
}

const IN_PROJECT = { place: "project", onDelete: "refuse" } as const;
const IN_ACCOUNT = { place: "account", onDelete: "refuse" } as const;
const NOT_HERE = { kind: null, place: "account", right: null, onDelete: "keep" } as const;
const CONNECTION = { ...IN_ACCOUNT, kind: "connection", right: "connection:read" } as const;
const REPOSITORY = { ...IN_PROJECT, kind: "repository", right: "repository:read" } as const;
const SHOWN_JOB = { ...IN_PROJECT, kind: "job", right: "job:read", onDelete: "keep" } as const;
const NOTIFIED_JOBS = { ...SHOWN_JOB, place: "account", isList: true } as const;

/**
 * Every field of every kind of thing that names another one. A field that ends in an id and stands here neither as a
 * reference nor in `FOREIGN_IDS` fails a test, so that none is forgotten.
 */
export const REFERENCES: Readonly<Record<ResourceKind, Readonly<Record<string, Reference>>>> = {
  account: {},
  project: {
    connection_id: CONNECTION,
    repository_id: REPOSITORY,
    docs_job_id: SHOWN_JOB,
    freshness_job_id: SHOWN_JOB,
    semantic_layer_config_id: NOT_HERE,
  },
  environment: {
    connection_id: CONNECTION,
    credentials_id: { ...IN_PROJECT, kind: "credentials", right: "credentials:read" },
    extended_attributes_id: {
      ...IN_PROJECT,
      kind: "extended_attributes",
      right: "environment:read",
    },
    repository_id: REPOSITORY,
    primary_profile_id: NOT_HERE,
  },
  job: {
    environment_id: {
      ...IN_PROJECT,
      kind: "environment",
      right: "environment:read",
      onDelete: "cascade",
    },
    // The project first: whoever deletes it goes the same way, and neither waits for the other.
    "job_completion_trigger_condition.condition.project_id": {
      ...IN_ACCOUNT,
      kind: "project",
      right: "job:read",
      onDelete: "keep",
    },
    "job_completion_trigger_condition.condition.job_id": { ...SHOWN_JOB, place: "account" },
  },
  connection: { oauth_configuration_id: NOT_HERE, private_link_endpoint_id: NOT_HERE },
  credentials: {},
  repository: { private_link_endpoint_id: NOT_HERE },
  extended_attributes: {},
  env_var: {
    environment_id: {
      ...IN_PROJECT,
      kind: "environment",
      right: "env_var:write",
      onDelete: "cascade",
    },
    job_definition_id: {
      ...IN_PROJECT,
      kind: "job",
      right: "env_var:write",
      onDelete: "cascade",
    },
  },
  notification: {
    on_success: NOTIFIED_JOBS,
    on_failure: NOTIFIED_JOBS,
    on_cancel: NOTIFIED_JOBS,
    on_warning: NOTIFIED_JOBS,
  },
};

/** Ids of other people's systems: they name nothing in this service. */
export const FOREIGN_IDS: ReadonlySet<string> = new Set([
  "adapter_id",
  "deploy_key_id",
  "git_provider_id",
  "github_installation_id",
  "github_webhook_id",
  "repository_credentials_id",
  "slack_channel_id",
  "user_id",
]);

/** Every field, of any kind of thing, that may name one of `kind`, and what a deletion does there. */
export function listReferrers(kind: ResourceKind): readonly {
  readonly owner: ResourceKind;
  readonly path: readonly string[];
  readonly onDelete: Reference["onDelete"];
}[] {
  return RESOURCE_OWNERS.flatMap((owner) =>
    Object.entries(REFERENCES[owner]).flatMap(([path, reference]) =>
      reference.kind === kind && reference.isList !== true
        ? [{ owner, path: path.split("."), onDelete: reference.onDelete }]
        : [],
    ),
  );
}

const RESOURCE_OWNERS = [
  "project",
  "environment",
  "job",
  "env_var",
] as const satisfies readonly ResourceKind[];

/** Whether a thing may be named from where its name stands. */
export function fits(
  found: Pick<Resource, "accountId" | "projectId" | "state">,
  reference: Pick<Reference, "place">,
  from: { readonly accountId: number; readonly projectId: number | null },
): boolean {
  if (found.state !== 1 || found.accountId !== from.accountId) return false;
  return reference.place === "account" || found.projectId === from.projectId;
}
