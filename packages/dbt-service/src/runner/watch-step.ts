import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { measureGroup } from "./measure-group.ts";
import type { StepLimits } from "./step-cage.ts";

const LOOK_EVERY_MS = 500;
const MB = 1024 ** 2;

/** What a step has used so far. */
export interface StepUse {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly memoryMb: number;
  readonly outputMb: number;
}

/** A limit that a step has gone over. */
export interface ExceededLimit {
  readonly key: keyof StepLimits;
  /** What the step's log says. */
  readonly message: string;
}

const WORDS = {
  cpuSeconds: { what: "processor time", unit: "s", setting: "dbtCpuSeconds" },
  wallSeconds: { what: "time", unit: "s", setting: "dbtWallSeconds" },
  memoryMb: { what: "memory", unit: " MB", setting: "dbtMemoryMb" },
  outputMb: { what: "output", unit: " MB", setting: "dbtOutputMb" },
} as const;

/** The first limit that the use is over. */
export function findExceeded(use: StepUse, limits: StepLimits): ExceededLimit | undefined {
  for (const key of ["memoryMb", "cpuSeconds", "wallSeconds", "outputMb"] as const) {
    if (use[key] <= limits[key]) continue;
    const { what, unit, setting } = WORDS[key];
    return {
      key,
      message: `The step was ended: it used more ${what} than its ${limits[key]}${unit}; raise "${setting}" in airloom.config.json to give steps more`,
    };
  }
  return undefined;
}

/** What is watched of a running step. */
export interface WatchedStep {
  readonly processGroup: number;
  /** The run's copy of the project. */
  readonly folder: string;
  readonly getPrintedBytes: () => number;
  /** @default as this system allows */
  readonly measure?: typeof measureGroup;
}

/** Looks at a step now and then until told to stop; tells once when it is over one of its limits. */
export function watchStep(
  { processGroup, folder, getPrintedBytes, measure = measureGroup }: WatchedStep,
  limits: StepLimits,
  onExceeded: (limit: ExceededLimit) => void,
): () => void {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  // Reading the size of a folder costs: only a step that wrote enough to matter is measured. Where the system does not
  // tell how much a step wrote, it counts as endless, and every look measures.
  let measureFromMb = limits.outputMb / 4;
  let folderMb = 0;

  async function look(): Promise<void> {
    const use = await measure(processGroup);
    if (use.writtenMb >= measureFromMb) {
      measureFromMb = use.writtenMb + limits.outputMb / 4;
      folderMb = (await measureFolder(folder)) / MB;
    }
    const exceeded = findExceeded(
      {
        ...use,
        wallSeconds: (performance.now() - startedAt) / 1_000,
        outputMb: getPrintedBytes() / MB + folderMb,
      },
      limits,
    );
    if (isOver) return;
    if (exceeded === undefined) plan();
    else onExceeded(exceeded);
  }

  function plan(): void {
    timer = setTimeout(() => {
      // A process that is gone has no use to read; the next look finds it ended.
      look().catch(() => (isOver ? undefined : plan()));
    }, LOOK_EVERY_MS);
    timer.unref();
  }

  plan();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function measureFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
