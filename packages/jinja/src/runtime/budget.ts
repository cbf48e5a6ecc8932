import { PyError } from "../errors.ts";
import type { Awaitable } from "../values/value.ts";

/** What one rendering may cost before it is stopped with an error. */
export type Limits = {
  /** Loop iterations and macro calls together. */
  readonly maxSteps: number;
  /** Characters of output. */
  readonly maxOutputLength: number;
  /** Macros that call each other. */
  readonly maxDepth: number;
  /**
   * Begins to watch one rendering from outside. What it gives is asked now and then, and says what is too much: time that
   * the steps take, memory that they fill. Nothing is watched without it.
   */
  readonly watch?: () => () => string | undefined;
};

/** Generous for real projects, finite for hostile ones. */
export const DEFAULT_LIMITS: Limits = {
  maxSteps: 10_000_000,
  maxOutputLength: 64 * 1024 * 1024,
  maxDepth: 400,
};

// One step may take long or hold much: a few of them must not pass unseen.
const STEPS_BETWEEN_LOOKS = 4;

/** The counters of one rendering. Pass the same budget to several renderings to limit them together. */
export class Budget {
  steps = 0;
  depth = 0;
  readonly limits: Limits;
  #look: (() => string | undefined) | undefined;

  constructor(limits: Limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  /** Counts one loop iteration that has produced `outputLength` characters so far. */
  step(outputLength: number): void {
    this.steps += 1;
    if (this.steps > this.limits.maxSteps) {
      throw limitError(`takes more than ${this.limits.maxSteps} steps`);
    }
    this.checkOutput(outputLength);
    if (this.steps % STEPS_BETWEEN_LOOKS === 0) this.#watch();
  }

  #watch(): void {
    this.#look ??= this.limits.watch?.();
    const excess = this.#look?.();
    if (excess !== undefined) throw limitError(excess);
  }

  checkOutput(length: number): void {
    if (length > this.limits.maxOutputLength) {
      throw limitError(`produces more than ${this.limits.maxOutputLength} characters`);
    }
  }

  enter(): void {
    this.depth += 1;
    this.step(0);
    if (this.depth > this.limits.maxDepth) {
      throw limitError(`nests macro calls more than ${this.limits.maxDepth} deep`);
    }
  }

  leave(): void {
    this.depth -= 1;
  }
}

/** Runs one level deeper: a macro, an included template, a recursive loop. */
export function runDeeper<T>(budget: Budget, run: () => Awaitable<T>): Awaitable<T> {
  budget.enter();
  let isPending = false;
  try {
    const result = run();
    if (!(result instanceof Promise)) return result;
    isPending = true;
    return result.finally(() => budget.leave());
  } finally {
    if (!isPending) budget.leave();
  }
}

function limitError(what: string): PyError {
  return new PyError("LimitError", `Template ${what}: a limit stopped it`);
}

const MAX_TEXT_LENGTH = 32 * 1024 * 1024;
const MAX_ITEMS = 5_000_000;
const MAX_REWORKED_LENGTH = 4 * 1024 * 1024;

/** Refuses to take a text apart whose parts would take long. */
export function checkReworkedLength(length: number): void {
  if (length > MAX_REWORKED_LENGTH) {
    throw limitError(`reworks a text of ${length} characters, more than ${MAX_REWORKED_LENGTH}`);
  }
}

/** Refuses to build one string that would fill the memory. */
export function checkTextLength(length: number): void {
  if (length > MAX_TEXT_LENGTH) {
    throw limitError(`builds a text of ${length} characters, more than ${MAX_TEXT_LENGTH}`);
  }
}

/** Refuses to build one collection that would fill the memory. */
export function checkItemCount(count: number): void {
  if (count > MAX_ITEMS) {
    throw limitError(`builds a list of ${count} items, more than ${MAX_ITEMS}`);
  }
}
