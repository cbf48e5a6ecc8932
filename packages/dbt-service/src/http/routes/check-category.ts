import { type JsonRecord, readNumber } from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import { findCategory, mayWrite } from "../../domain/environment-category.ts";
import type { Operation } from "../../domain/permission.ts";
import type { Resource, ResourceKind, ResourceStore } from "../../store/resource-store.ts";
import type { ApiCall } from "../route.ts";

/** Refuses a change to an environment of a kind to which the caller's right to write does not reach. */
export function checkCategory(
  { caller }: Pick<ApiCall, "caller">,
  operation: Operation,
  environment: { readonly projectId: number | null; readonly body: JsonRecord },
): void {
  const category = findCategory(environment.body);
  if (mayWrite(caller.grants, operation, { projectId: environment.projectId, category })) return;
  throw new ApiError(
    403,
    `Forbidden: your permission does not let you write to environments of the kind "${category}"`,
  );
}

/** The same for what lives in an environment. */
export async function checkCategoryOf(
  resources: ResourceStore,
  call: Pick<ApiCall, "caller">,
  operation: Operation,
  environmentId: unknown,
): Promise<void> {
  const id = readNumber(environmentId);
  const environment = id === null ? undefined : await resources.find("environment", id);
  if (environment === undefined) throw notFound();
  checkCategory(call, operation, environment);
}

/** Fields of an environment, or of its project, that name what it consists of. */
const PARTS: Readonly<Partial<Record<ResourceKind, string>>> = {
  connection: "connection_id",
  credentials: "credentials_id",
  extended_attributes: "extended_attributes_id",
  repository: "repository_id",
};

/** The same for a thing that environments consist of: who changes it changes each of them. */
export async function checkCategoriesUsing(
  resources: ResourceStore,
  call: Pick<ApiCall, "caller" | "accountId">,
  operation: Operation,
  { kind, id }: Pick<Resource, "id"> & { readonly kind: ResourceKind },
): Promise<void> {
  const field = PARTS[kind];
  if (field === undefined) return;
  for (const environment of await resources.listKindsUsing(call.accountId, field, id)) {
    checkCategory(call, operation, environment);
  }
}

/** The same for a whole project: its deletion, and what its environments have from it. */
export async function checkCategoriesIn(
  resources: ResourceStore,
  call: Pick<ApiCall, "caller">,
  operation: Operation,
  projectId: number,
): Promise<void> {
  for (const environment of await resources.listKindsIn(projectId)) {
    checkCategory(call, operation, environment);
  }
}
