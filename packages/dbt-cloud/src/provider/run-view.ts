import type { NodeReport, TaskClient, TaskLog } from "@airloom/sdk";
import { type ConsoleEvent, parseConsoleLine } from "../contract/console.ts";
import { type JsonRecord, readNumber, readRecord, readText } from "../contract/json-read.ts";
import {
  type DbtNode,
  getManifestNodes,
  nameOf,
  parseRunResults,
  readInstant,
} from "../contract/run-results.ts";
import { isFinished } from "../contract/status.ts";
import { findStepCommand } from "../contract/step-name.ts";
import type { DbtCloudClient } from "../dbt-cloud-client.ts";
import type { DbtRun, DbtRunStep } from "../decode.ts";
import { DbtCloudError, isTransient } from "../http/dbt-cloud-error.ts";

const OFFSETS_KEY = "dbt_cloud.log_offsets";
const UNIQUE_ID =
  /^(?:model|test|unit_test|seed|snapshot|source|exposure|operation|saved_query|function|analysis|metric|semantic_model)\.[^.]+\../u;

/** Shows a dbt run under the task that waits for it: its log lines, once each, and its nodes as they move. */
export class RunView {
  readonly #task: TaskClient;
  readonly #log: TaskLog;
  #offsets: Record<string, number> | undefined;
  #idsByLabel: ReadonlyMap<string, string> | undefined;
  #hasOwnNodes = true;
  readonly #shown = new Map<string, string>();
  readonly #order = new Map<string, number>();

  constructor(ports: { readonly client: TaskClient; readonly log: TaskLog }) {
    this.#task = ports.client;
    this.#log = ports.log;
  }

  /** Shows what is new since the last look. */
  async update(client: DbtCloudClient, run: DbtRun): Promise<void> {
    await this.#writeLogs(run);
    const step = run.steps.find(
      (candidate) => isNodeStep(candidate) && isBegun(candidate) && !isFinished(candidate.status),
    );
    if (step !== undefined) await this.#reportLive(client, run, step);
  }

  async #writeLogs(run: DbtRun): Promise<void> {
    // A restarted triggerer goes on where the last one stopped.
    this.#offsets ??= await this.#loadOffsets();
    let hasNew = false;
    for (const step of run.steps.filter(isBegun)) {
      const from = this.#offsets[String(step.id)];
      const end = isFinished(step.status) ? step.logs.length : step.logs.lastIndexOf("\n") + 1;
      if (from === undefined) this.#log.info(`── ${step.name}`);
      if (from !== undefined && end <= from) continue;
      for (const line of step.logs.slice(from ?? 0, end).split("\n")) {
        if (line.trim() !== "") this.#log.info(line);
      }
      this.#offsets[String(step.id)] = end;
      hasNew = true;
    }
    if (hasNew)
      await this.#task.setTaskState(OFFSETS_KEY, { run: run.id, ends: { ...this.#offsets } });
  }

  async #loadOffsets(): Promise<Record<string, number>> {
    const saved = readRecord(await this.#task.getTaskState(OFFSETS_KEY));
    return Object.fromEntries(
      Object.entries(readRecord(saved["ends"])).flatMap(([id, end]) => {
        const offset = readNumber(end);
        return offset === null ? [] : [[id, offset]];
      }),
    );
  }

  async #reportLive(client: DbtCloudClient, run: DbtRun, step: DbtRunStep): Promise<void> {
    const own = this.#hasOwnNodes ? await this.#loadOwnNodes(client, run) : undefined;
    await this.#report(own ?? (await this.#readConsole(client, run, step)));
  }

  // Our own job service knows the ids of nodes while they run; dbt Cloud has no such address.
  async #loadOwnNodes(
    client: DbtCloudClient,
    run: DbtRun,
  ): Promise<readonly NodeReport[] | undefined> {
    try {
      const rows = await client.listLiveNodes(run.id);
      return rows.flatMap((row) => {
        const node = decodeLiveNode(row);
        return node === undefined ? [] : [node];
      });
    } catch (error) {
      if (!(error instanceof DbtCloudError) || error.failure === "aborted") throw error;
      this.#hasOwnNodes = isTransient(error) && error.status !== 200;
      return undefined;
    }
  }

  // dbt Cloud shows the manifest of a run only at its end: until then the one of the job's last run gives names their ids.
  async #readConsole(
    client: DbtCloudClient,
    run: DbtRun,
    step: DbtRunStep,
  ): Promise<readonly NodeReport[]> {
    this.#idsByLabel ??= await loadIdsByLabel(client, run.jobId);
    const byCounter = new Map<number, ConsoleEvent>();
    for (const line of step.logs.split("\n")) {
      const event = parseConsoleLine(line);
      if (event !== undefined) byCounter.set(event.index, event);
    }
    return [...byCounter.values()].flatMap((event) => {
      const uniqueId = this.#idsByLabel?.get(event.label);
      return uniqueId === undefined ? [] : [reportEvent(uniqueId, event)];
    });
  }

  async #report(nodes: readonly NodeReport[]): Promise<void> {
    const changed = nodes.filter((node) => this.#shown.get(node.uniqueId) !== JSON.stringify(node));
    if (changed.length === 0) return;
    await this.#task.reportNodes(changed.map((node) => ({ ...node, index: this.#indexOf(node) })));
    for (const node of changed) this.#shown.set(node.uniqueId, JSON.stringify(node));
  }

  #indexOf(node: NodeReport): number {
    const known = this.#order.get(node.uniqueId);
    if (known !== undefined) return known;
    this.#order.set(node.uniqueId, this.#order.size);
    return this.#order.size - 1;
  }

  /** Shows what the artifacts say about every node, once the run is over. Returns the nodes. */
  async complete(client: DbtCloudClient, run: DbtRun): Promise<readonly DbtNode[]> {
    await this.#writeLogs(run);
    const { nodes, unread } = await loadNodes(client, run);
    if (unread !== undefined) {
      this.#log.warning(`Cannot read all results of dbt run ${run.id}: ${unread}`);
    }
    const reports = nodes.map(reportNode);
    const ended = new Set(nodes.map((node) => node.uniqueId));
    // A node dbt started and never reported on, because the run was stopped, does not run any more.
    const cut = [...this.#shown.values()]
      .map((text) => JSON.parse(text))
      .filter((node: NodeReport) => node.state === "running" && !ended.has(node.uniqueId))
      .map((node: NodeReport) => ({
        ...node,
        state: "skipped" as const,
        message:
          unread === undefined
            ? "The run ended before this node did"
            : "The results of the run could not be read",
      }));
    await this.#report([...reports, ...cut]);
    return nodes;
  }
}

/** False for a step that waits for its turn, or was skipped because one before it failed. */
function isBegun(step: DbtRunStep): boolean {
  return step.status !== "queued" && !(step.status === "cancelled" && step.logs === "");
}

function isNodeStep(step: DbtRunStep): boolean {
  const command = findStepCommand(step.name);
  return (
    command !== undefined && !/^dbt\s+(?:deps|docs|clean|debug|parse|ls|list)\b/u.test(command)
  );
}

function decodeLiveNode(row: JsonRecord): NodeReport | undefined {
  const uniqueId = readText(row["unique_id"]);
  if (uniqueId === null || !UNIQUE_ID.test(uniqueId)) return undefined;
  const [node] = parseRunResults(
    {
      results: [
        { ...row, timing: [{ started_at: row["started_at"], completed_at: row["finished_at"] }] },
      ],
    },
    {
      nodes: {
        [uniqueId]: {
          ...row,
          original_file_path: row["file"],
          depends_on: { nodes: row["depends_on"] },
        },
      },
    },
  );
  if (node === undefined) return undefined;
  const isRunning = row["status"] === "running";
  return {
    ...reportNode(node),
    ...(isRunning ? { state: "running" as const } : {}),
    line: readNumber(row["line"]),
    compiledLine: readNumber(row["compiled_line"]),
    startedAt: readInstant(row["started_at"]),
  };
}

function reportEvent(uniqueId: string, event: ConsoleEvent): NodeReport {
  return {
    uniqueId,
    name: nameOf(uniqueId),
    resourceType: uniqueId.split(".")[0] ?? event.resourceType ?? "node",
    state: event.state,
    executionTimeS: event.executionTimeS,
    failures: event.failures,
  };
}

function reportNode(node: DbtNode): NodeReport {
  const { threadId: _threadId, ...shown } = node;
  return shown;
}

async function loadIdsByLabel(
  client: DbtCloudClient,
  jobId: number | null,
): Promise<ReadonlyMap<string, string>> {
  const text =
    jobId === null
      ? undefined
      : await findQuietly(() => client.findJobArtifact(jobId, "manifest.json"));
  const ids = new Map<string, string>();
  if (text === undefined) return ids;
  for (const [id, node] of getManifestNodes(JSON.parse(text))) {
    const name = readText(node["name"]) ?? nameOf(id);
    ids.set(name, id);
    const alias = readText(node["alias"]) ?? readText(node["identifier"]) ?? name;
    for (const schema of [readText(node["schema"]), readText(node["source_name"])]) {
      if (schema !== null) ids.set(`${schema}.${alias}`, id);
    }
  }
  return ids;
}

/** What each step's results say, filled up from its manifest; a step without results says nothing. */
async function loadNodes(
  client: DbtCloudClient,
  run: DbtRun,
): Promise<{ readonly nodes: readonly DbtNode[]; readonly unread: string | undefined }> {
  const nodes: DbtNode[] = [];
  let unread: string | undefined;
  const onUnread = (why: string): void => {
    unread = why;
  };
  for (const step of run.steps.filter(isNodeStep)) {
    const find = (name: string): Promise<string | undefined> =>
      findQuietly(() => client.findArtifact(run.id, name, step.index), onUnread);
    const results = await find("run_results.json");
    if (results === undefined) continue;
    const manifest = await find("manifest.json");
    nodes.push(
      ...parseRunResults(
        JSON.parse(results),
        manifest === undefined ? undefined : JSON.parse(manifest),
      ),
    );
  }
  return { nodes, unread };
}

// What can be shown of a run must never decide how it ended.
async function findQuietly(
  find: () => Promise<string | undefined>,
  onUnread: (why: string) => void = () => undefined,
): Promise<string | undefined> {
  try {
    const text = await find();
    if (text !== undefined) JSON.parse(text);
    return text;
  } catch (error) {
    if (error instanceof DbtCloudError && error.failure === "aborted") throw error;
    onUnread(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
