import { getHeapStatistics } from "node:v8";

const LOOK_EVERY_MS = 5;
/** Between two looks other renderings may have worked: no more than this counts for the one that looks. */
const MAX_BETWEEN_MS = 3_000;
const MAX_HEAP_SHARE = 0.7;
const MIN_GROWTH_BYTES = 256 * 1024 ** 2;

/** Processor time of this thread alone: a busy machine and statements that run elsewhere do not count. */
function threadMs(): number {
  // Older than Node 24 there is only that of the whole process.
  const { user, system } =
    typeof process.threadCpuUsage === "function" ? process.threadCpuUsage() : process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Watches one rendering: says what is too much when it has taken that much processor time, or has filled the memory by
 * itself.
 */
export function watchTemplate(maxMs: number): () => string | undefined {
  const heapAtStart = getHeapStatistics().used_heap_size;
  let lookedAt = performance.now();
  let before = threadMs();
  let spentMs = 0;
  return () => {
    const now = performance.now();
    if (now - lookedAt < LOOK_EVERY_MS) return undefined;
    lookedAt = now;
    const after = threadMs();
    spentMs += Math.min(after - before, MAX_BETWEEN_MS);
    before = after;
    if (spentMs > maxMs) return `takes more than ${maxMs / 1_000} seconds of processor time`;
    const heap = getHeapStatistics();
    const growth = heap.used_heap_size - heapAtStart;
    if (growth < MIN_GROWTH_BYTES) return undefined;
    if (heap.used_heap_size < heap.heap_size_limit * MAX_HEAP_SHARE) return undefined;
    return `holds ${Math.round(growth / 1024 ** 2)} MB of values, which fills the memory`;
  };
}
