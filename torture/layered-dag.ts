import { openRandom } from "./random.ts";

/** How many tasks stand in one layer. */
const LAYER = 5;

/** Ids of the tasks that each task of a layered Dag waits for. */
export function layeredEdges(tasks: number, seed: number): ReadonlyMap<string, readonly string[]> {
  const random = openRandom(seed);
  const edges = new Map<string, readonly string[]>();
  for (let index = 0; index < tasks; index += 1) {
    const layer = Math.floor(index / LAYER);
    const above = Array.from({ length: LAYER }, (_, i) => `t${(layer - 1) * LAYER + i}`);
    edges.set(`t${index}`, layer === 0 ? [] : above.filter(() => random.next() < 0.5));
  }
  return edges;
}

/** The Dag file: every task writes down its start and its end in a file of its own, and works a while between. */
export function layeredDagSource(
  dagId: string,
  edges: ReadonlyMap<string, readonly string[]>,
): string {
  return `import { appendFileSync } from "node:fs";
import { Dag, getContext } from "airloom";

const effects = process.env.EFFECTS_FILE;
const dag = new Dag(${JSON.stringify(dagId)}, {
  schedule: null,
  maxActiveRuns: 100,
  defaultArgs: { retries: 1000, retryDelay: 0 },
});

function note(what) {
  const { runId, taskId, tryNumber, attemptKey } = getContext();
  appendFileSync(effects, JSON.stringify({ what, runId, taskId, tryNumber, attemptKey, pid: process.pid, at: Date.now() }) + "\\n");
}

async function work() {
  note("START");
  await new Promise((wake) => setTimeout(wake, 60 + Math.random() * 240));
  note("END");
  return getContext().tryNumber;
}

const refs = new Map();
for (const [id, upstream] of ${JSON.stringify([...edges])}) {
  const ref = dag.task(id, work)();
  for (const before of upstream) ref.after(refs.get(before));
  refs.set(id, ref);
}
export default dag;
`;
}
