import { AirloomError } from "./error.ts";
import { RUN_TYPES, type RunType } from "./state.ts";

/** Longest run id that is accepted, as in Airflow. */
export const MAX_RUN_ID_LENGTH = 250;

const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\]/u;

/** Writes an instant as Airflow's run ids do: `2026-11-22T00:00:00+00:00`, with a fraction only where there is one. */
export function renderRunDate(at: Date): string {
  const iso = at.toISOString();
  return `${iso.endsWith(".000Z") ? iso.slice(0, -5) : iso.slice(0, -1)}+00:00`;
}

/** The run id of a run that nobody named: `scheduled__2026-11-22T00:00:00+00:00`. */
export function renderRunId(runType: RunType, at: Date): string {
  return `${runType}__${renderRunDate(at)}`;
}

/** Takes a run id that came from outside, or says what is wrong with it. */
export function parseRunId(text: string): string {
  const fault = findFault(text);
  if (fault !== undefined) {
    throw new AirloomError(
      "run.bad_id",
      `Cannot use run id ${JSON.stringify(shorten(text))}: ${fault}`,
    );
  }
  return text;
}

/** The run type a run id speaks of, and its date; undefined for an id that a person made up. */
export function readRunId(
  runId: string,
): { readonly runType: RunType; readonly at: Date } | undefined {
  const [kind, date, ...rest] = runId.split("__");
  const runType = RUN_TYPES.find((known) => known === kind);
  if (runType === undefined || date === undefined || rest.length > 0) return undefined;
  const at = new Date(date);
  return Number.isNaN(at.getTime()) ? undefined : { runType, at };
}

function findFault(text: string): string | undefined {
  if (text === "") return "it is empty";
  if (text.length > MAX_RUN_ID_LENGTH) {
    return `it is ${text.length} characters long, at most ${MAX_RUN_ID_LENGTH} are allowed`;
  }
  if (text !== text.trim()) return "it begins or ends with white space";
  // Run ids become names of log folders and parts of addresses.
  if (FORBIDDEN.test(text)) return "slashes, backslashes and control characters are not allowed";
  if (text.includes("..")) return 'two dots in a row ("..") are not allowed';
  return text === "." || text === "~" ? "it must not be a name for a folder" : undefined;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
