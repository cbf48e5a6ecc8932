import {
  type JsonRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
} from "./contract/json-read.ts";
import type { WireTriggerRequest } from "./contract/wire.ts";
import { type DbtJob, type DbtRun, decodeJob, decodeRun, readData } from "./decode.ts";
import { DbtCloudError } from "./http/dbt-cloud-error.ts";
import { type HttpClient, type HttpRequest, IDEMPOTENCY_KEY } from "./http/http-client.ts";

const PAGE_SIZE = 100;
/** Enough for any account; a server whose counts make no sense ends here. */
const MAX_PAGES = 200;
const MAX_ARTIFACT_BYTES = 512 * 1024 * 1024;
const ARTIFACT_DEADLINE_MS = 300_000;

/** What narrows a list of jobs. */
export interface JobFilter {
  readonly projectId?: number;
  readonly environmentId?: number;
  readonly nameContains?: string;
  readonly orderBy?: string;
}

/** What narrows a list of dbt runs. */
export interface RunFilter {
  readonly jobId?: number;
  readonly statuses?: readonly number[];
  readonly orderBy?: string;
  readonly includeRelated?: readonly string[];
  /** Stops after that many. */
  readonly limit?: number;
}

/** Names a job the way people do. */
export interface JobNames {
  readonly projectName: string;
  readonly environmentName: string;
  readonly jobName: string;
}

/** dbt Cloud's administrative API for one account: the calls the provider needs. */
export class DbtCloudClient {
  readonly #http: HttpClient;
  readonly #accountId: number;

  constructor(http: HttpClient, accountId: number) {
    this.#http = http;
    this.#accountId = accountId;
  }

  get baseUrl(): string {
    return this.#http.baseUrl;
  }

  get accountId(): number {
    return this.#accountId;
  }

  /** The same client without patience, for callers that poll by themselves. */
  get once(): DbtCloudClient {
    return new DbtCloudClient(this.#http.withPatience(0), this.#accountId);
  }

  async getAccount(): Promise<JsonRecord> {
    return this.#getData(`${this.#v2}/`);
  }

  async whoami(): Promise<JsonRecord> {
    return this.#getData("/api/v2/whoami/");
  }

  async listProjects(nameContains?: string): Promise<readonly JsonRecord[]> {
    return this.#list(`${this.#v3}/projects/`, { name__icontains: nameContains });
  }

  async listEnvironments(projectId: number, nameContains?: string): Promise<readonly JsonRecord[]> {
    return this.#list(`${this.#v3}/projects/${projectId}/environments/`, {
      name__icontains: nameContains,
    });
  }

  async listJobs(filter: JobFilter = {}): Promise<readonly DbtJob[]> {
    const rows = await this.#list(`${this.#v2}/jobs/`, {
      project_id: filter.projectId,
      environment_id: filter.environmentId,
      name__icontains: filter.nameContains,
      order_by: filter.orderBy,
    });
    return rows.map(decodeJob);
  }

  async getJob(jobId: number): Promise<DbtJob> {
    return decodeJob(await this.#getData(`${this.#v2}/jobs/${jobId}/`));
  }

  /** The one job of these names, letter for letter. Throws when there is none, or more than one. */
  async getJobByName(names: JobNames): Promise<DbtJob> {
    const project = pickOne(await this.listProjects(names.projectName), names.projectName, {
      what: "projects",
      where: "",
    });
    const environments = await this.listEnvironments(project, names.environmentName);
    const environment = pickOne(environments, names.environmentName, {
      what: "environments",
      where: ` in project "${names.projectName}"`,
    });
    const jobs = await this.listJobs({
      projectId: project,
      environmentId: environment,
      nameContains: names.jobName,
    });
    const id = pickOne(
      jobs.map((job) => ({ id: job.id, name: job.name })),
      names.jobName,
      {
        what: "jobs",
        where: ` in environment "${names.environmentName}" of project "${names.projectName}"`,
      },
    );
    return this.getJob(id);
  }

  /** Asks once for a run. Throws with an unknown outcome when it may have been started all the same. */
  async triggerRun(
    jobId: number,
    body: WireTriggerRequest,
    idempotencyKey: string,
  ): Promise<DbtRun> {
    return this.#postRun(`${this.#v2}/jobs/${jobId}/run/`, body, idempotencyKey);
  }

  /** Asks once for a rerun of the job from its last failure. */
  async rerunJob(jobId: number, idempotencyKey: string): Promise<DbtRun> {
    return this.#postRun(`${this.#v2}/jobs/${jobId}/rerun/`, undefined, idempotencyKey);
  }

  // Our own service knows the key and answers the same run again; dbt Cloud ignores the header.
  async #postRun(path: string, body: unknown, idempotencyKey: string): Promise<DbtRun> {
    const answer = await this.#http.postJson({
      path,
      outlivesAbort: true,
      headers: { [IDEMPOTENCY_KEY]: idempotencyKey },
      ...(body === undefined ? {} : { body }),
    });
    return decodeRun(readData(answer, `POST ${path}`));
  }

  async getRun(runId: number, includeRelated: readonly string[] = []): Promise<DbtRun> {
    const query = includeRelated.length === 0 ? {} : { include_related: includeRelated.join(",") };
    const run = decodeRun(await this.#getData(`${this.#v2}/runs/${runId}/`, query));
    if (run.id === runId) return run;
    throw new DbtCloudError(
      "unknown_outcome",
      `GET ${this.baseUrl}${this.#v2}/runs/${runId}/ returned run ${run.id}`,
    );
  }

  /** The newest runs of a job, with whether a second request under this key would start nothing new. */
  async findRecentRuns(
    jobId: number,
    idempotencyKey: string,
  ): Promise<{ readonly runs: readonly DbtRun[]; readonly keepsKeys: boolean }> {
    const path = `${this.#v2}/runs/`;
    const { body, keepsKeys } = await this.#http.getAnswer({
      path,
      query: {
        job_definition_id: jobId,
        order_by: "-created_at",
        include_related: "trigger",
        limit: PAGE_SIZE,
      },
      headers: { [IDEMPOTENCY_KEY]: idempotencyKey },
    });
    const rows = readRecord(body)["data"];
    if (!Array.isArray(rows)) {
      throw new DbtCloudError("unknown_outcome", `GET ${this.baseUrl}${path} returned no list`);
    }
    return { runs: rows.map((row) => decodeRun(readRecord(row))), keepsKeys };
  }

  async listRuns(filter: RunFilter = {}): Promise<readonly DbtRun[]> {
    const rows = await this.#list(
      `${this.#v2}/runs/`,
      {
        job_definition_id: filter.jobId,
        status__in: filter.statuses === undefined ? undefined : JSON.stringify(filter.statuses),
        order_by: filter.orderBy,
        include_related: filter.includeRelated?.join(","),
      },
      filter.limit,
    );
    return rows.map(decodeRun);
  }

  /** Asks for a run to be cancelled. Safe to send again after an unknown outcome: cancelling twice is cancelling once. */
  async cancelRun(runId: number): Promise<void> {
    await this.#http.postJson({ path: `${this.#v2}/runs/${runId}/cancel/` });
  }

  async listArtifacts(runId: number, step?: number): Promise<readonly string[]> {
    const answer = await this.#http.getJson({
      path: `${this.#v2}/runs/${runId}/artifacts/`,
      query: { step },
    });
    return readArray(readRecord(answer)["data"]).filter((path) => typeof path === "string");
  }

  /** Text of an artifact; `undefined` when the run, or that step of it, left none. */
  async findArtifact(runId: number, path: string, step?: number): Promise<string | undefined> {
    return this.#findText(`${this.#v2}/runs/${runId}/artifacts/${encodePath(path)}`, { step });
  }

  /** Text of an artifact of the job's latest run that has it. */
  async findJobArtifact(jobId: number, path: string): Promise<string | undefined> {
    return this.#findText(`${this.#v2}/jobs/${jobId}/artifacts/${encodePath(path)}`, {});
  }

  async #findText(
    path: string,
    query: NonNullable<HttpRequest["query"]>,
  ): Promise<string | undefined> {
    try {
      return await this.#http.getText({
        path,
        query,
        maxBytes: MAX_ARTIFACT_BYTES,
        deadlineMs: ARTIFACT_DEADLINE_MS,
      });
    } catch (error) {
      if (error instanceof DbtCloudError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Nodes of a run while it goes on: an address of our own job service, unknown to dbt Cloud. */
  async listLiveNodes(runId: number): Promise<readonly JsonRecord[]> {
    const path = `/api/private/runs/${runId}/nodes/`;
    const nodes: JsonRecord[] = [];
    for (;;) {
      const answer = readRecord(
        await this.#http.getJson({ path, query: { offset: nodes.length } }),
      );
      const page = readArray(answer["data"]).map(readRecord);
      nodes.push(...page);
      const { total_count: total } = readRecord(readRecord(answer["extra"])["pagination"]);
      // An earlier job service gives all of them at once, and no total.
      if (page.length === 0 || nodes.length >= (readNumber(total) ?? 0)) return nodes;
    }
  }

  /** Page of a run in dbt Cloud's own UI. */
  getRunUrl(run: DbtRun): string {
    return (
      run.href ??
      `${this.baseUrl}/#/accounts/${this.#accountId}/projects/${run.projectId ?? ""}/runs/${run.id}/`
    );
  }

  get #v2(): string {
    return `/api/v2/accounts/${this.#accountId}`;
  }

  get #v3(): string {
    return `/api/v3/accounts/${this.#accountId}`;
  }

  async #getData(path: string, query: NonNullable<HttpRequest["query"]> = {}): Promise<JsonRecord> {
    return readData(await this.#http.getJson({ path, query }), `GET ${this.baseUrl}${path}`);
  }

  // Counts what really came, so that a server whose totals make no sense cannot keep us here for ever.
  async #list(
    path: string,
    query: NonNullable<HttpRequest["query"]>,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<readonly JsonRecord[]> {
    const rows: JsonRecord[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const size = Math.min(PAGE_SIZE, limit - rows.length);
      const answer = readRecord(
        await this.#http.getJson({ path, query: { ...query, limit: size, offset: rows.length } }),
      );
      const got = readArray(answer["data"]).map(readRecord);
      rows.push(...got);
      const total = readNumber(
        readRecord(readRecord(answer["extra"])["pagination"])["total_count"],
      );
      if (got.length === 0 || rows.length >= limit || rows.length >= (total ?? 0)) break;
    }
    return rows;
  }
}

function pickOne(
  rows: readonly JsonRecord[],
  name: string,
  said: { readonly what: string; readonly where: string },
): number {
  const found = rows.filter((row) => readText(row["name"]) === name);
  const id = readNumber(found[0]?.["id"]);
  if (found.length !== 1 || id === null) {
    throw new DbtCloudError(
      "not_found",
      `Found ${found.length} ${said.what} with name "${name}"${said.where}: expected exactly one`,
    );
  }
  return id;
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
