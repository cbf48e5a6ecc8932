// Reads artifacts beside the thread that serves: the manifest of ten thousand nodes takes seconds to take apart.
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { readRecord, readText, type WireRunNode } from "@airloom/dbt-cloud/contract";
import {
  indexManifest,
  type ManifestIndex,
  readLiveNodes,
  renderNodes,
} from "../domain/run-nodes.ts";
import { MAX_ARTIFACT_BYTES } from "./collect-artifacts.ts";

/** What the thread is asked. */
export type NodeRequest =
  | {
      /** Takes a finished step's artifacts apart and keeps its nodes until they are taken. */
      readonly kind: "open";
      readonly runResults: string;
      readonly manifest: string | undefined;
      readonly wantsNodes: boolean;
      readonly stepIndex: number;
    }
  | { readonly kind: "take"; readonly opened: number; readonly count: number }
  | { readonly kind: "drop"; readonly opened: number }
  | {
      /** A page of the nodes of a step that runs. */
      readonly kind: "live";
      readonly manifest: string | undefined;
      readonly log: string;
      readonly stepIndex: number;
      readonly uniqueId: string | null;
      readonly limit: number;
      readonly offset: number;
    };

/** What it says to each. */
export interface NodeAnswers {
  readonly open: { readonly opened: number; readonly dbtVersion: string | null };
  /** The JSON text of an array, with `count` nodes or fewer at the end. */
  readonly take: { readonly text: string; readonly count: number };
  readonly drop: null;
  readonly live: { readonly nodes: readonly WireRunNode[]; readonly total: number };
}

const opened = new Map<number, readonly WireRunNode[]>();
let lastManifest: { readonly stamp: string; readonly index: ManifestIndex } | undefined;

async function answer(id: number, request: NodeRequest): Promise<NodeAnswers[NodeRequest["kind"]]> {
  switch (request.kind) {
    case "open":
      return openNodes(id, request);
    case "take": {
      const left = opened.get(request.opened) ?? [];
      const page = left.slice(0, request.count);
      opened.set(request.opened, left.slice(request.count));
      return { text: JSON.stringify(page, cleanText), count: page.length };
    }
    case "drop":
      opened.delete(request.opened);
      return null;
    case "live": {
      const { log, stepIndex, uniqueId, limit, offset } = request;
      const nodes = readLiveNodes(log, await loadIndex(request.manifest), stepIndex).filter(
        (node) => uniqueId === null || node.unique_id === uniqueId,
      );
      return { nodes: nodes.slice(offset, offset + limit), total: nodes.length };
    }
  }
}

async function openNodes(
  id: number,
  request: Extract<NodeRequest, { kind: "open" }>,
): Promise<NodeAnswers["open"]> {
  const runResults = (await readJson(request.runResults))?.content;
  if (request.wantsNodes) {
    const manifest =
      request.manifest === undefined ? undefined : (await readJson(request.manifest))?.content;
    opened.set(id, renderNodes(runResults, manifest, request.stepIndex));
  }
  const { dbt_version: dbtVersion } = readRecord(readRecord(runResults)["metadata"]);
  return { opened: id, dbtVersion: readText(dbtVersion) };
}

/** The index of the manifest read last: pages ask for the same one every second or two. */
async function loadIndex(file: string | undefined): Promise<ManifestIndex> {
  const found = file === undefined ? undefined : await readJson(file, lastManifest?.stamp);
  // Not there yet, or being written: names stand in for ids until it is.
  if (found === undefined) return indexManifest(undefined);
  if (lastManifest?.stamp !== found.stamp) {
    lastManifest = { stamp: found.stamp, index: indexManifest(found.content) };
  }
  return lastManifest.index;
}

/** A JSON file, unless it is the one known; `undefined` where it cannot be read. */
async function readJson(
  file: string,
  knownStamp?: string,
): Promise<{ readonly stamp: string; readonly content: unknown } | undefined> {
  try {
    // A project's code may put a link or a pipe in its place: one leads anywhere, the other never ends.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using handle = await open(file, flags);
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > MAX_ARTIFACT_BYTES) return undefined;
    const stamp = `${file}:${stat.ino}:${stat.mtimeMs}:${stat.size}`;
    if (stamp === knownStamp) return { stamp, content: undefined };
    return { stamp, content: JSON.parse(await handle.readFile("utf8")) };
  } catch {
    // Cut short, not there or no JSON: a run's outcome does not hang on what can be shown of it.
    return undefined;
  }
}

/** PostgreSQL stores neither NUL nor half a character. */
function cleanText(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\u0000", "\uFFFD").toWellFormed() : value;
}

parentPort?.on("message", ({ id, request }: { id: number; request: NodeRequest }) => {
  answer(id, request).then(
    (given) => parentPort?.postMessage({ id, given }),
    (error: unknown) => parentPort?.postMessage({ id, error: String(error) }),
  );
});
