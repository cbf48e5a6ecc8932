import { readdir, readFile } from "node:fs/promises";

const PAGE_BYTES = 4_096;
const MB = 1_048_576;
const INTERVAL_MS = 100;
/** Groups are looked at every so many times: that takes a look at every process of the machine. */
const GROUPS_EVERY = 5;

/** What holds too much: a process by itself, or together with those that it started. */
export type Holder = "process" | "group";

interface Watched {
  readonly pid: number;
  readonly limitMb: number;
  readonly onOver: (holder: Holder) => void;
}

/**
 * Looks after the resident memory of process groups: V8's own limit knows nothing of Buffers, native code and other
 * programs. Linux only. One look serves all, and there is none while nothing is watched.
 */
export class MemoryWatch {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #looks = 0;

  /** Calls back once when the group that this process leads holds more than that. The returned function ends the watch. */
  watch(pid: number, limitMb: number, onOver: (holder: Holder) => void): () => void {
    if (process.platform !== "linux" || pid === 0) return () => undefined;
    const watched = { pid, limitMb, onOver };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => void this.#look(), INTERVAL_MS).unref();
    return () => this.#forget(watched);
  }

  #forget(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looks += 1;
    await Promise.all([...this.#watched].map((watched) => this.#lookAt(watched)));
    if (this.#looks % GROUPS_EVERY === 0) await this.#lookAtGroups();
    this.#isLooking = false;
  }

  async #lookAt(watched: Watched): Promise<void> {
    const statm = await read(`/proc/${watched.pid}/statm`);
    const own = Number(statm.split(" ")[1] ?? 0);
    this.#judge(watched, { own, all: own });
  }

  async #lookAtGroups(): Promise<void> {
    const groups = await readGroups();
    for (const watched of this.#watched) {
      this.#judge(watched, groups.get(watched.pid) ?? { own: 0, all: 0 });
    }
  }

  #judge(watched: Watched, { own, all }: Pages): void {
    const isOver = (pages: number): boolean => (pages * PAGE_BYTES) / MB > watched.limitMb;
    // Its watch may have ended while it was looked at.
    if (!isOver(all) || !this.#watched.has(watched)) return;
    this.#forget(watched);
    watched.onOver(isOver(own) ? "process" : "group");
  }
}

/** Resident pages of a process group: of the process that leads it, and of all. */
interface Pages {
  readonly own: number;
  readonly all: number;
}

async function readGroups(): Promise<ReadonlyMap<number, Pages>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name));
  const stats = await Promise.all(
    pids.map(async (pid) => [Number(pid), await read(`/proc/${pid}/stat`)] as const),
  );
  const groups = new Map<number, Pages>();
  for (const [pid, stat] of stats) {
    // The name in parentheses may hold anything: what counts begins behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [group, pages] = [Number(fields[2] ?? 0), Number(fields[21] ?? 0)];
    const { own, all } = groups.get(group) ?? { own: 0, all: 0 };
    groups.set(group, { own: pid === group ? pages : own, all: all + pages });
  }
  return groups;
}

async function read(file: string): Promise<string> {
  // A process may end between two looks.
  return readFile(file, "utf8").catch(() => "");
}
