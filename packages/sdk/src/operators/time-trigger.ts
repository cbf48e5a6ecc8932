import { defineTrigger, type TriggerCall } from "../trigger.ts";

const timeTrigger = defineTrigger("airloom.time", async (input: { at: string }, context) => {
  const left = new Date(input.at).getTime() - context.now().getTime();
  if (left > 0) await context.sleep(left / 1_000);
  return { at: input.at };
});

/** Waits in the triggerer until that instant. */
export function untilTime(at: Date): TriggerCall {
  return timeTrigger.with({ at: at.toISOString() });
}
