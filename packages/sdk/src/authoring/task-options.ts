import { TRIGGER_RULES, type TriggerRule, WEIGHT_RULES, type WeightRule } from "@airloom/core";
import { dagError } from "./dag-error.ts";
import { getOperatorDefaults, type OperatorDefaults } from "./operator-defaults.ts";
import type { Place } from "./place.ts";
import { renderSuggestion } from "./suggestion.ts";

/** What may be said of a task besides its code. Durations are seconds. */
export interface TaskOptions {
  /** Overrides the id given by position or by the function's name. */
  readonly taskId?: string;
  /** @default the task id */
  readonly displayName?: string;
  /** @default "airloom" */
  readonly owner?: string;
  readonly docMd?: string;
  /** @default "all_success" */
  readonly triggerRule?: TriggerRule;
  /** @default 0 */
  readonly retries?: number;
  /** @default 300 */
  readonly retryDelay?: number;
  /** `true` doubles the delay on every further try; a number is the factor. @default false */
  readonly retryExponentialBackoff?: boolean | number;
  /** @default 24 hours */
  readonly maxRetryDelay?: number;
  /** Ends an attempt that takes longer. @default no limit */
  readonly executionTimeout?: number;
  /** Runs only when this task of the run before succeeded or was skipped. @default false */
  readonly dependsOnPast?: boolean;
  /** Also waits for what follows this task in the run before. @default false */
  readonly waitForDownstream?: boolean;
  /** @default "default_pool" */
  readonly pool?: string;
  /** @default 1 */
  readonly poolSlots?: number;
  /** @default 1 */
  readonly priorityWeight?: number;
  /** @default "downstream" */
  readonly weightRule?: WeightRule;
  /** @default "default" */
  readonly queue?: string;
  readonly maxActiveTisPerDag?: number;
  readonly maxActiveTisPerDagrun?: number;
  /** Keeps what the task returns as its XCom `return_value`. @default true */
  readonly doXcomPush?: boolean;

  // Accepted for Dags of Airflow's SDK, without effect: there is one executor, no mail, no mapping, no result of a Dag.
  readonly executor?: string;
  readonly emailOnFailure?: boolean;
  readonly emailOnRetry?: boolean;
  readonly returnsDagResult?: boolean;
  readonly mapIndexTemplate?: string;
  // Accepted where they ask for what happens here anyhow.
  readonly ignoreFirstDependsOnPast?: true;
  readonly waitForPastDependsBeforeSkipping?: false;
}

/** What a Dag or a group may say for all its tasks. */
export type DefaultArguments = Omit<TaskOptions, "taskId" | "displayName"> & OperatorDefaults;

type Check = (value: unknown) => string | undefined;

const isText: Check = (value) => (typeof value === "string" ? undefined : "a text");
const isFlag: Check = (value) => (typeof value === "boolean" ? undefined : "true or false");
const isSeconds: Check = (value) =>
  typeof value === "number" && value >= 0 && Number.isFinite(value)
    ? undefined
    : "a number of seconds, 0 or more";
const isCount: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 0 ? undefined : "a whole number, 0 or more";
const isPositive: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 1 ? undefined : "a whole number, 1 or more";
const isWhole: Check = (value) => (Number.isInteger(value) ? undefined : "a whole number");
const isFactor: Check = (value) =>
  typeof value === "boolean" || (typeof value === "number" && value >= 0)
    ? undefined
    : "true, false or a factor";

function isOneOf(words: readonly string[]): Check {
  return (value) =>
    words.some((word) => word === value) ? undefined : `one of ${words.join(", ")}`;
}

const CHECKS = {
  taskId: isText,
  displayName: isText,
  owner: isText,
  docMd: isText,
  triggerRule: isOneOf(TRIGGER_RULES),
  retries: isCount,
  retryDelay: isSeconds,
  retryExponentialBackoff: isFactor,
  maxRetryDelay: isSeconds,
  executionTimeout: isSeconds,
  dependsOnPast: isFlag,
  waitForDownstream: isFlag,
  pool: isText,
  poolSlots: isPositive,
  priorityWeight: isWhole,
  weightRule: isOneOf(WEIGHT_RULES),
  queue: isText,
  maxActiveTisPerDag: isPositive,
  maxActiveTisPerDagrun: isPositive,
  doXcomPush: isFlag,
  executor: isText,
  emailOnFailure: isFlag,
  emailOnRetry: isFlag,
  returnsDagResult: isFlag,
  mapIndexTemplate: isText,
  ignoreFirstDependsOnPast: (value) =>
    value === true ? undefined : "true: the first run of a Dag is never held back here",
  waitForPastDependsBeforeSkipping: (value) =>
    value === false ? undefined : "false: a skip never waits for the past here",
} satisfies Record<keyof TaskOptions, Check>;

const noDates: Check = () => "none: a task has no dates of its own here: give them to the Dag";
/** Options of Airflow's SDK that would silently do something else here. */
const REFUSED: Readonly<Record<string, Check>> = { startDate: noDates, endDate: noDates };

/** Refuses an option that does not exist or cannot have that value. */
export function checkTaskOptions(options: object, of: string, place: Place | undefined): void {
  checkOptions(options, { ...CHECKS, ...REFUSED }, { of, place });
}

/** Refuses default arguments that neither a task nor an operator takes. */
export function checkDefaultArguments(
  defaults: object,
  of: string,
  place: Place | undefined,
): void {
  checkOptions(defaults, { ...CHECKS, ...REFUSED, ...operatorChecks() }, { of, place });
}

function operatorChecks(): Readonly<Record<string, Check>> {
  return Object.fromEntries(getOperatorDefaults().map((name) => [name, () => undefined]));
}

/** The part of default arguments that speaks of tasks. */
export function taskDefaultsOf(defaults: DefaultArguments): TaskOptions {
  return Object.fromEntries(
    Object.entries(defaults).filter(([name]) => Object.hasOwn(CHECKS, name)),
  );
}

/** Refuses unknown keys and values of the wrong kind; the message names both and says what would be right. */
export function checkOptions(
  options: object,
  checks: Readonly<Record<string, Check>>,
  { of, place }: { readonly of: string; readonly place: Place | undefined },
): void {
  for (const [key, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (check === undefined) {
      const hint = renderSuggestion(key, Object.keys(checks));
      throw dagError("dag.bad_spec", `Unknown option "${key}" of ${of}${hint}`, place);
    }
    const expected = value === undefined ? undefined : check(value);
    if (expected !== undefined) {
      const shown = typeof value === "string" ? `"${value}"` : String(value);
      const message = `Option "${key}" of ${of} is ${shown}: expected ${expected}`;
      throw dagError("dag.bad_spec", message, place);
    }
  }
}

export { type Check, isCount, isFlag, isOneOf, isPositive, isSeconds, isText };
