import { checkOperatorOptions, isAnything } from "../authoring/operator-options.ts";
import { defineOperator, type Operator, type Templated } from "../operator.ts";
import { defer, TaskFailed } from "../outcome.ts";
import { untilTime } from "./time-trigger.ts";

/** What `waitForTime` waits for: a number of seconds, or an instant as ISO text. */
export interface WaitOptions {
  readonly seconds?: Templated<number>;
  readonly until?: Templated<string>;
}

const CHECKS = { seconds: isAnything, until: isAnything } satisfies Record<
  keyof WaitOptions,
  unknown
>;

/** A task that lets time pass without holding a process. */
export function waitForTime(
  options: WaitOptions,
): Operator<Readonly<Record<never, never>>, { readonly at: string }> {
  checkOperatorOptions(options, CHECKS, "waitForTime()");
  return defineOperator({
    name: "wait_for_time",
    fields: { seconds: options.seconds ?? null, until: options.until ?? null },
    execute: (_context, { fields }) => defer(untilTime(resolveEnd(fields, new Date()))),
    resume: (_context, { resumption }) => {
      if (resumption.kind === "event") return { at: new Date().toISOString() };
      throw new Error(resumption.kind === "error" ? resumption.message : "The wait timed out");
    },
  });
}

function resolveEnd(
  fields: { readonly seconds: string | number | null; readonly until: string | null },
  now: Date,
): Date {
  const end =
    fields.until === null
      ? new Date(now.getTime() + Number(fields.seconds) * 1_000)
      : new Date(fields.until);
  if (Number.isFinite(end.getTime())) return end;
  const shown = fields.until ?? fields.seconds;
  throw new TaskFailed(`Cannot wait for "${String(shown)}": expected seconds or an ISO date`);
}
