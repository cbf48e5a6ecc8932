import { type JsonRecord, readNumber } from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import { getAwaitedJob, normalizeJob } from "../../domain/job.ts";
import { refuseUnhonoured } from "../../domain/refusal.ts";
import type { Resource, ResourceDraft, ResourceStore } from "../../store/resource-store.ts";
import { renderEnvelope, renderPage } from "../envelope.ts";
import { renderEnvironment, renderJob, renderProject } from "../render-resource.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import { checkCategoryOf } from "./check-category.ts";
import { checkReferences } from "./check-references.ts";
import { holdProject, loadVisible } from "./find-visible.ts";
import type { ApiPorts } from "./ports.ts";
import { renderRunList } from "./run-view.ts";

const LIST = "/api/v2/accounts/:account/jobs";
const ONE = `${LIST}/:job`;

/** Jobs: list, create, read, change, delete. */
export function listJobRoutes(ports: ApiPorts): readonly Route[] {
  return [
    {
      method: "GET",
      path: LIST,
      operation: "job:read",
      takes: REQUESTS.listJobs,
      handle: (call) => listJobs(ports, call),
    },
    {
      method: "POST",
      path: LIST,
      operation: "job:write",
      takes: REQUESTS.createJob,
      handle: (call) => createJob(ports, call),
    },
    { method: "GET", path: ONE, operation: "job:read", handle: (call) => readJob(ports, call) },
    {
      method: "POST",
      path: ONE,
      operation: "job:write",
      takes: REQUESTS.saveJob,
      handle: (call) => saveJob(ports, call),
    },
    {
      method: "DELETE",
      path: ONE,
      operation: "job:write",
      handle: (call) => deleteJob(ports, call),
    },
  ];
}

async function listJobs(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const { accountId, scope, query } = call;
  const { rows, total } = await ports.resources.list({ ...query, kind: "job", accountId, scope });
  return renderPage(await renderJobs(ports, call, rows), total, call.query);
}

async function renderJobs(
  ports: ApiPorts,
  call: ApiCall,
  jobs: readonly Resource[],
): Promise<readonly JsonRecord[]> {
  const now = new Date();
  const wanted = call.query.includeRelated;
  const ids = jobs.map((job) => job.id);
  const latest = wanted.has("most_recent_run")
    ? await ports.runs.findLatestOfJobs(ids, false)
    : new Map();
  const completed = wanted.has("most_recent_completed_run")
    ? await ports.runs.findLatestOfJobs(ids, true)
    : new Map();
  const shown = new Map(
    (await renderRunList(ports, [...latest.values(), ...completed.values()], new Set())).map(
      (run) => [run.id, run],
    ),
  );
  return Promise.all(
    jobs.map(async (job) => ({
      ...renderJob(job, now),
      ...(wanted.has("most_recent_run")
        ? { most_recent_run: shown.get(latest.get(job.id)?.id) ?? null }
        : {}),
      ...(wanted.has("most_recent_completed_run")
        ? { most_recent_completed_run: shown.get(completed.get(job.id)?.id) ?? null }
        : {}),
      ...(await renderRelated(ports, call, job)),
    })),
  );
}

async function renderRelated(ports: ApiPorts, call: ApiCall, job: Resource): Promise<JsonRecord> {
  const wanted = call.query.includeRelated;
  const environment = wanted.has("environment")
    ? await ports.resources.find("environment", readNumber(job.body["environment_id"]) ?? 0)
    : undefined;
  const project = wanted.has("project")
    ? await ports.resources.find("project", job.projectId ?? 0)
    : undefined;
  return {
    ...(environment === undefined ? {} : { environment: renderEnvironment(environment, null) }),
    ...(project === undefined
      ? {}
      : { project: renderProject(project, { connection: undefined, repository: undefined }) }),
    ...(wanted.has("custom_environment_variables") ? { custom_environment_variables: [] } : {}),
    ...(wanted.has("fusion_readiness") ? { fusion_readiness: null } : {}),
  };
}

async function readJob(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const job = await loadVisible(ports.resources, "job", call, call.id("job"));
  return renderEnvelope((await renderJobs(ports, call, [job]))[0]);
}

async function createJob(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const job = await ports.resources.alone("job", async (resources) => {
    const draft = await buildDraft(resources, call, { given: call.body });
    const created = await resources.create("job", draft);
    await checkAwaited(resources, { job: created, before: null });
    return created;
  });
  call.reply.code(201);
  return renderEnvelope(renderJob(job, new Date()), 201);
}

async function saveJob(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  if (readNumber(call.body["state"]) === 2) return deleteJob(ports, call);
  const saved = await ports.resources.alone("job", async (resources) => {
    const job = await loadVisible(resources, "job", call, call.id("job"));
    const draft = await buildDraft(resources, call, {
      given: { ...job.body, ...call.body },
      before: job,
    });
    const changed = await resources.save("job", job.id, draft);
    if (changed === undefined) throw notFound();
    await checkAwaited(resources, { job: changed, before: getAwaitedJob(job.body) });
    return changed;
  });
  return renderEnvelope(renderJob(saved, new Date()));
}

/** Refuses a job that waits for its own end by way of others. */
async function checkAwaited(
  resources: ResourceStore,
  { job, before }: { readonly job: Resource; readonly before: number | null },
): Promise<void> {
  const awaited = getAwaitedJob(job.body);
  if (awaited === null || awaited === before) return;
  const other = await resources.find("job", awaited);
  // A job waits for one other at most: what leads to it is a chain.
  const chain = new Set<number>();
  for (let next: Resource | undefined = other; next?.state === 1 && !chain.has(next.id); ) {
    chain.add(next.id);
    next = await resources.find("job", getAwaitedJob(next.body) ?? 0);
  }
  if (!chain.has(job.id)) return;
  const circle = [...chain].toReversed();
  throw new ApiError(
    400,
    `Cannot save the job: jobs would start each other without end: ${[...circle, job.id].join(" -> ")}`,
  );
}

async function deleteJob(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const job = await loadVisible(ports.resources, "job", call, call.id("job"));
  await checkCategoryOf(ports.resources, call, "job:write", job.body["environment_id"]);
  await ports.commands.delete("job", job, call.caller.name);
  return renderEnvelope(renderJob({ ...job, state: 2 }, new Date()));
}

async function buildDraft(
  resources: ResourceStore,
  call: ApiCall,
  { given, before }: { readonly given: JsonRecord; readonly before?: Resource },
): Promise<ResourceDraft> {
  const projectId = readRequiredId(given, "project_id");
  const environmentId = readRequiredId(given, "environment_id");
  await holdProject(resources, call, projectId);
  refuseUnhonoured("job", given);
  const body = normalizeJob(given, { accountId: call.accountId, projectId, environmentId });
  await checkReferences(resources, call, { kind: "job", projectId, body, before });
  for (const id of new Set([environmentId, before?.body["environment_id"] ?? environmentId])) {
    await checkCategoryOf(resources, call, "job:write", id);
  }
  return { accountId: call.accountId, projectId, name: String(body["name"]), state: 1, body };
}

function readRequiredId(given: JsonRecord, key: string): number {
  const id = readNumber(given[key]);
  if (id === null || !Number.isSafeInteger(id) || id < 0 || id > 2_147_483_647) {
    throw new ApiError(400, `Cannot save the job: "${key}" is missing or is no id`);
  }
  return id;
}
