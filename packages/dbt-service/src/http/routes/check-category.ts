import { type JsonRecord, readNumber } from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import { findCategory, mayWrite } from "../../domain/environment-category.ts";
import type { Operation } from "../../domain/permission.ts";
import type { ResourceStore } from "../../store/resource-store.ts";
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
