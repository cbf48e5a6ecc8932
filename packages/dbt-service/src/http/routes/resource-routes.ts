import { type JsonRecord, readNumber, readText } from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import { isInScope, type Operation } from "../../domain/permission.ts";
import { REFERENCES } from "../../domain/reference.ts";
import { refuseUnhonoured } from "../../domain/refusal.ts";
import type { Resource, ResourceDraft, ResourceStore } from "../../store/resource-store.ts";
import { renderEnvelope, renderPage } from "../envelope.ts";
import { bodyOfKind, listOfKind, type RESOURCE_FIELDS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import { checkCategoriesIn, checkCategoriesUsing, checkCategory } from "./check-category.ts";
import { checkReferences } from "./check-references.ts";
import { holdProject, loadVisible } from "./find-visible.ts";
import type { ApiPorts } from "./ports.ts";

/** A kind of thing with the same five operations as all the others. */
export interface ResourceApi {
  readonly kind: keyof typeof RESOURCE_FIELDS;
  /** Addresses of the list; one thing is at each of them with its id behind. */
  readonly paths: readonly string[];
  readonly read: Operation;
  readonly write: Operation;
  /** Keys a client may set, with what they are when it does not. */
  readonly defaults: JsonRecord;
  /** True when it lives in a project. */
  readonly isInProject: boolean;
  /** The name when the client gave none; null when it must give one. */
  readonly defaultName: string | null;
  /** Fields that are more than what a client sent: `before` is the thing as it was, its secrets readable. */
  readonly normalize?: (given: JsonRecord, before: JsonRecord) => JsonRecord;
  readonly render: (call: ApiCall, resource: Resource) => Promise<JsonRecord>;
}

/** List, create, read, change and delete. */
export function listResourceRoutes(ports: ApiPorts, api: ResourceApi): readonly Route[] {
  return api.paths.flatMap((path): readonly Route[] => [
    {
      method: "GET",
      path,
      operation: api.read,
      takes: listOfKind(api.kind),
      handle: (call) => list(ports, api, call),
    },
    {
      method: "POST",
      path,
      operation: api.write,
      takes: bodyOfKind(api.kind),
      handle: (call) => create(ports, api, call),
    },
    {
      method: "GET",
      path: `${path}/:id`,
      operation: api.read,
      handle: (call) => read(ports, api, call),
    },
    ...(["POST", "PUT", "PATCH"] as const).map(
      (method): Route => ({
        method,
        path: `${path}/:id`,
        operation: api.write,
        takes: bodyOfKind(api.kind),
        handle: (call) => save(ports, api, call, method === "PATCH"),
      }),
    ),
    {
      method: "DELETE",
      path: `${path}/:id`,
      operation: api.write,
      handle: (call) => remove(ports, api, call),
    },
  ]);
}

async function list(ports: ApiPorts, api: ResourceApi, call: ApiCall): Promise<unknown> {
  const { accountId, scope, query } = call;
  const inPath = api.kind === "project" ? null : getProjectInPath(call);
  const { rows, total } = await ports.resources.list({
    ...query,
    kind: api.kind,
    accountId,
    scope,
    ...(inPath === null ? {} : { projectIds: [inPath] }),
  });
  const data = await Promise.all(rows.map((row) => api.render(call, row)));
  return renderPage(data, total, call.query);
}

async function loadOne(ports: ApiPorts, api: ResourceApi, call: ApiCall): Promise<Resource> {
  const found = await loadVisible(ports.resources, api.kind, call, call.id("id"));
  const inPath = getProjectInPath(call);
  if (inPath !== null && found.projectId !== null && found.projectId !== inPath) throw notFound();
  return found;
}

async function read(ports: ApiPorts, api: ResourceApi, call: ApiCall): Promise<unknown> {
  return renderEnvelope(await api.render(call, await loadOne(ports, api, call)));
}

async function create(ports: ApiPorts, api: ResourceApi, call: ApiCall): Promise<unknown> {
  // What stands outside of projects is made only by those who may make it for all of them.
  if (!api.isInProject && !isInScope(call.scope, null)) throw notFound();
  const created = await ports.resources.together(async (resources) => {
    const given = { ...api.defaults, ...dropNulls(call.body) };
    const draft = await buildDraft({ ...ports, resources }, api, call, { given });
    return resources.create(api.kind, draft);
  });
  call.reply.code(201);
  return renderEnvelope(await api.render(call, created), 201);
}

async function save(
  ports: ApiPorts,
  api: ResourceApi,
  call: ApiCall,
  isPartial: boolean,
): Promise<unknown> {
  if (readNumber(call.body["state"]) === 2) return remove(ports, api, call);
  const saved = await ports.resources.together(async (resources) => {
    // Before what lives in it: a deletion of the project goes the same way.
    if (api.kind === "project") await resources.holdForChange("project", call.id("id"));
    const found = await loadOne({ ...ports, resources }, api, call);
    await checkCategoriesUsing(resources, call, api.write, { ...found, kind: api.kind });
    // As in dbt Cloud, a full update takes away what it leaves out of these.
    const known = ports.secrets.open(found.body);
    const base = isPartial ? known : { ...known, ...CLEARED[api.kind] };
    const given = { ...base, name: found.name, project_id: found.projectId, ...call.body };
    const draft = await buildDraft({ ...ports, resources }, api, call, {
      given,
      before: { ...found, body: known },
    });
    const isMoved = INHERITED.some((key) => (draft.body[key] ?? null) !== (known[key] ?? null));
    if (api.kind === "project" && isMoved) {
      await checkCategoriesIn(resources, call, api.write, found.id);
    }
    return resources.save(api.kind, found.id, draft);
  });
  if (saved === undefined) throw notFound();
  return renderEnvelope(await api.render(call, saved));
}

/** What the environments of a project have from it. */
const INHERITED = ["connection_id", "repository_id", "dbt_project_subdirectory"];

/** What a full update takes away by leaving it out, by kind of thing. */
const CLEARED: Readonly<Partial<Record<ResourceApi["kind"], JsonRecord>>> = {
  environment: { connection_id: null, credentials_id: null },
  project: { connection_id: null, repository_id: null },
};

async function remove(ports: ApiPorts, api: ResourceApi, call: ApiCall): Promise<unknown> {
  const found = await loadOne(ports, api, call);
  if (api.kind === "environment") checkCategory(call, api.write, found);
  if (api.kind === "project") await checkCategoriesIn(ports.resources, call, api.write, found.id);
  await checkCategoriesUsing(ports.resources, call, api.write, { ...found, kind: api.kind });
  await ports.commands.delete(api.kind, found, call.caller.name);
  return renderEnvelope(await api.render(call, { ...found, state: 2 }));
}

async function buildDraft(
  ports: ApiPorts,
  api: ResourceApi,
  call: ApiCall,
  { given, before }: { readonly given: JsonRecord; readonly before?: Resource },
): Promise<ResourceDraft> {
  const name = (
    readText(given["name"]) ??
    readText(given["full_name"]) ??
    api.defaultName ??
    ""
  ).trim();
  if (name === "") throw new ApiError(400, `Cannot save the ${api.kind}: "name" is missing`);
  const projectId = api.isInProject
    ? await holdPlace(ports.resources, api, call, { given, before })
    : null;
  refuseUnhonoured(api.kind, given);
  if (api.kind === "environment") {
    for (const body of [given, ...(before === undefined ? [] : [before.body])]) {
      checkCategory(call, api.write, { projectId, body });
    }
  }
  const body = {
    ...Object.fromEntries(
      Object.keys(api.defaults).map((key) => [key, given[key] ?? api.defaults[key] ?? null]),
    ),
    ...api.normalize?.(given, before?.body ?? {}),
  };
  await checkReferences(ports.resources, call, {
    kind: api.kind,
    body,
    // A project is the place of what it names.
    ...(api.kind === "project" ? asOwnPlace(before) : { projectId, before }),
  });
  return {
    accountId: call.accountId,
    projectId,
    name: name.slice(0, 500),
    state: 1,
    body: ports.secrets.seal(api.kind, { ...readIds(api, body), name: name.slice(0, 500) }),
  };
}

function asOwnPlace(before: Resource | undefined): {
  readonly projectId: number | null;
  readonly before: Resource | undefined;
} {
  const projectId = before?.id ?? null;
  return { projectId, before: before && { ...before, projectId } };
}

/** Ids as numbers, whatever form a client sent them in. */
function readIds(api: ResourceApi, body: JsonRecord): JsonRecord {
  const single = Object.entries(REFERENCES[api.kind]).filter(([, { isList }]) => isList !== true);
  return { ...body, ...Object.fromEntries(single.map(([key]) => [key, readNumber(body[key])])) };
}

/** The project a thing lives in: it is there, the caller may write there, and the thing does not move. */
async function holdPlace(
  resources: ResourceStore,
  api: ResourceApi,
  call: ApiCall,
  { given, before }: { readonly given: JsonRecord; readonly before: Resource | undefined },
): Promise<number> {
  const inPath = getProjectInPath(call);
  const inBody = readNumber(given["project_id"]);
  const projectId = before?.projectId ?? inPath ?? inBody;
  if (projectId === null) {
    throw new ApiError(400, `Cannot save the ${api.kind}: "project_id" is missing`);
  }
  if (inBody !== null && inBody !== projectId) {
    throw new ApiError(
      400,
      `Cannot save the ${api.kind}: "project_id" is ${inBody}, but it is in project ${projectId}`,
    );
  }
  return (await holdProject(resources, call, projectId)).id;
}

function getProjectInPath(call: ApiCall): number | null {
  const params = call.request.params;
  return typeof params === "object" && params !== null && "project" in params
    ? call.id("project")
    : null;
}

function dropNulls(body: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
