export { type ConsoleEvent, type DbtNodeState, parseConsoleLine } from "./console.ts";
export {
  isRecord,
  type JsonRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
  readTexts,
} from "./json-read.ts";
export {
  type DbtNode,
  findParents,
  getManifestNodes,
  nameOf,
  parseRunResults,
  readInstant,
} from "./run-results.ts";
export {
  findRunStatus,
  humanizeStatus,
  isFinished,
  RUN_STATUS,
  type RunStatus,
  type RunStatusCode,
} from "./status.ts";
export { CLONE_STEP, findStepCommand, renderInvokeStep, renderProfileStep } from "./step-name.ts";
export type {
  WireEnvelope,
  WirePage,
  WireRetryNotSupportedReason,
  WireRun,
  WireRunNode,
  WireRunStep,
  WireStatus,
  WireTrigger,
  WireTriggerRequest,
} from "./wire.ts";
