export { collectDags, getDeclaredDags } from "../authoring/dag.ts";
export { findPlace, type Place } from "../authoring/place.ts";
export { toJsonValue } from "../authoring/wire.ts";
export { findTrigger } from "../trigger.ts";
export { type Attempt, type AttemptResult, openAttempt } from "./attempt.ts";
export type { AttemptHost, LogLevel } from "./attempt-host.ts";
export { describeFailure } from "./failure.ts";
export { makeTriggerContext, type TriggerHost } from "./trigger-context.ts";
