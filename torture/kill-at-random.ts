import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../packages/cli/src/project/environment-file.ts";
import { listProcesses, type ProcessKind } from "./process-list.ts";
import { openRandom } from "./random.ts";
import type { Victim } from "./victim.ts";

/** How long a process of the kind that was drawn may be missing before the torture gives up. */
const MISSING_MS = 60_000;
const POLL_MS = 5;

/** How a victim is killed. */
export interface KillPlan {
  readonly kills: number;
  readonly seed: number;
  /** How often each kind of process is chosen, and how often at most. */
  readonly weights: readonly {
    readonly kind: ProcessKind;
    readonly weight: number;
    readonly most?: number;
  }[];
  /** The longest wait between two kills. */
  readonly waitMs: number;
  /** Called before each kill with its number, from 1. */
  readonly before: (kill: number) => Promise<void>;
  /** Resolves when the main process has work under way: it is to die over it. */
  readonly untilWorking: () => Promise<void>;
  readonly say: (line: string) => void;
}

/** Kills processes of a running environment one after the other and starts again what does not do so by itself. Answers how often each kind was hit. */
export async function killAtRandom(
  victim: Victim,
  plan: KillPlan,
): Promise<ReadonlyMap<ProcessKind, number>> {
  const { kills, say } = plan;
  const random = openRandom(plan.seed);
  const counts = new Map<ProcessKind, number>();
  let killedAt = performance.now();
  for (let kill = 1; kill <= kills; ) {
    await plan.before(kill);
    await sleep(80 + random.below(plan.waitMs));
    const wheel = plan.weights.flatMap(({ kind, weight, most = kills }) =>
      (counts.get(kind) ?? 0) < most ? Array.from({ length: weight }, () => kind) : [],
    );
    const kind = random.pick(wheel) ?? "task";
    const pid = random.pick(listProcesses(victim.info.pid, victim.dir).get(kind) ?? []);
    if (pid === undefined) {
      // No process of this kind lives right now: another is drawn.
      victim.checkAlive();
      if (performance.now() - killedAt > MISSING_MS) throw new Error(`No ${kind} process comes up`);
      continue;
    }
    if (kind === "main") await plan.untilWorking();
    if (!killNow(pid)) continue;
    killedAt = performance.now();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    say(`kill ${kill}/${kills}: ${kind} (pid ${pid})`);
    kill += 1;
    if (kind === "main") {
      while (isAlive(pid)) await sleep(POLL_MS);
      victim.start();
    }
  }
  return counts;
}

/** False where the process ended by itself in the moment since it was found. */
function killNow(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
