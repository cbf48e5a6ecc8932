import { fileURLToPath } from "node:url";
import { dagError } from "./dag-error.ts";
import { findPlace } from "./place.ts";
import { renderSuggestion } from "./suggestion.ts";
import { type Check, checkOptions } from "./task-options.ts";

/** What an operator is called in Dag files, where its code lies, and what its options are called elsewhere. */
export interface OperatorNaming {
  /** As Dag files call it, such as `runDbtCloudJob`. */
  readonly of: string;
  /** `import.meta.url` of the operator's file: a message names the place that called it. */
  readonly from: string;
  /** Names that the option has in default arguments or in Airflow: name there → name here. */
  readonly renamed?: Readonly<Record<string, string>>;
}

/**
 * Refuses options that an operator does not have: what is taken and passed over fails later, in silence.
 *
 * Errors: `dag.bad_spec`, which names the option, the nearest that exists, and the line of the Dag file.
 */
export function refuseUnknownOptions(
  options: object,
  known: Readonly<Record<string, unknown>>,
  { of, from, renamed = {} }: OperatorNaming,
): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const other = Object.hasOwn(renamed, unknown) ? renamed[unknown] : undefined;
  const hint =
    other === undefined
      ? renderSuggestion(unknown, Object.keys(known))
      : `: here it is called "${other}"`;
  const place = findPlace(new Error("place").stack ?? "", [fileURLToPath(from)]);
  throw dagError("dag.bad_spec", `Unknown option "${unknown}" of ${of}${hint}`, place);
}

/** Refuses unknown options of one of the SDK's own operators, and values of the wrong kind. */
export function checkOperatorOptions(
  options: object,
  checks: Readonly<Record<string, Check>>,
  of: string,
): void {
  checkOptions(options, checks, { of, place: findPlace(new Error("place").stack ?? "") });
}

/** For an option that may be a template: what it stands for is read when the task runs. */
export const isAnything: Check = () => undefined;
