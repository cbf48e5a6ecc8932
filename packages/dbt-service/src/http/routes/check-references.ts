import { isRecord, type JsonRecord, readArray, readNumber } from "@airloom/dbt-cloud/contract";
import { ApiError } from "../../api-error.ts";
import { isAllowed } from "../../domain/permission.ts";
import { fits, REFERENCES, type Reference } from "../../domain/reference.ts";
import type { Resource, ResourceKind, ResourceStore } from "../../store/resource-store.ts";
import type { ApiCall } from "../route.ts";

/** A thing about to be saved, whose references are checked. */
interface Referrer {
  readonly kind: ResourceKind;
  readonly projectId: number | null;
  readonly body: JsonRecord;
  /** What it is now, when it is there already: what it names unchanged was checked when it was first named. */
  readonly before?: Pick<Resource, "projectId" | "body"> | undefined;
}

/**
 * Refuses a thing that names others which are not there, not in its project or account, or not the caller's to use.
 *
 * Contract: until the transaction of `resources` ends, none of what it names is deleted.
 */
export async function checkReferences(
  resources: ResourceStore,
  call: Pick<ApiCall, "accountId" | "caller" | "body">,
  referrer: Referrer,
): Promise<void> {
  checkAccount(call, referrer.kind);
  for (const [path, reference] of Object.entries(REFERENCES[referrer.kind])) {
    const known = listIds(referrer, path, referrer.before);
    for (const given of listGiven(referrer.body, path)) {
      if (known.includes(readNumber(given))) continue;
      await checkOne(resources, call, { ...referrer, path, reference, given });
    }
  }
}

function checkAccount(call: Pick<ApiCall, "accountId" | "body">, kind: ResourceKind): void {
  const given = call.body["account_id"] ?? null;
  if (given === null || readNumber(given) === call.accountId) return;
  throw new ApiError(
    400,
    `Cannot save the ${kind}: "account_id" is ${JSON.stringify(given)}, but the address names account ${call.accountId}`,
  );
}

function listGiven(body: JsonRecord, path: string): readonly unknown[] {
  const value = path
    .split(".")
    .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), body);
  return (Array.isArray(value) ? readArray(value) : [value]).filter(
    (one) => one !== undefined && one !== null,
  );
}

function listIds(
  { projectId }: Referrer,
  path: string,
  before: Referrer["before"],
): readonly (number | null)[] {
  if (before === undefined || before.projectId !== projectId) return [];
  return listGiven(before.body, path).map(readNumber);
}

interface NamedOne extends Referrer {
  readonly path: string;
  readonly reference: Reference;
  readonly given: unknown;
}

async function checkOne(
  resources: ResourceStore,
  call: Pick<ApiCall, "accountId" | "caller">,
  named: NamedOne,
): Promise<void> {
  const { kind, reference, path, given, projectId } = named;
  const what = `Cannot save the ${kind}: "${path}" is ${JSON.stringify(given)}`;
  if (reference.kind === null) {
    throw new ApiError(400, `${what}, but this service has nothing of that kind; leave it null`);
  }
  const id = readNumber(given);
  const found = id === null ? undefined : await resources.hold(reference.kind, id);
  if (found !== undefined && fits(found, reference, { ...call, projectId })) {
    if (mayName(call, reference, found)) return;
    const isShared = reference.kind === "connection" && projectId !== null;
    if (isShared && (await resources.usesConnection(projectId, found.id))) return;
  }
  const place = reference.place === "project" ? `project ${projectId}` : "your part of the account";
  throw new ApiError(
    400,
    `${what}, and ${place} has no ${reference.kind} ${JSON.stringify(given)}`,
  );
}

function mayName(
  { caller }: Pick<ApiCall, "caller">,
  { right, kind }: Reference,
  found: Resource,
): boolean {
  if (right === null) return true;
  return isAllowed(caller.grants, right, kind === "project" ? found.id : found.projectId);
}
