import { readFile } from "node:fs/promises";

const PAGE_BYTES = 4_096;
const INTERVAL_MS = 100;

/**
 * Calls back once when a process holds more resident memory than that: V8's own limit knows nothing of Buffers and
 * native code. Linux only. The returned function ends the watch.
 */
export function watchMemory(pid: number, limitMb: number, onOver: () => void): () => void {
  if (process.platform !== "linux" || pid === 0) return () => undefined;
  const timer = setInterval(() => {
    void readResidentMb(pid).then((residentMb) => {
      if (residentMb <= limitMb) return;
      clearInterval(timer);
      onOver();
    });
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function readResidentMb(pid: number): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => "");
  return (Number(statm.split(" ")[1] ?? 0) * PAGE_BYTES) / 1_048_576;
}
