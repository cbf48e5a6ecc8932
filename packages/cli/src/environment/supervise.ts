import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { isAlive } from "../project/environment-file.ts";
import type { Project } from "../project/project.ts";

/** The exit code with which a main process asks to be started again: an error that nobody caught. */
export const CRASHED = 70;

/** A main process that ended although nobody had asked it to. */
export interface Death {
  /** ISO 8601. */
  readonly at: string;
  /** Such as "SIGKILL", or "exit code 70". */
  readonly how: string;
}

/** What is kept of the supervision of an environment, in `.airloom/supervision.json`. */
export interface Supervision {
  /** Of the shell that starts the main process again. */
  readonly supervisorPid: number;
  readonly mainPid: number;
  /** Whether the main process waits before it starts, or is past that. */
  readonly phase: "waits" | "opens";
  /** ISO 8601: when this main process was started. */
  readonly startedAt: string;
  /** Deaths since `dev start`, the newest last. */
  readonly deaths: readonly Death[];
  /** Why the supervisor gave up; null while it has not. */
  readonly gaveUp: string | null;
}

/** What to do about a main process that died. */
export type Verdict =
  | { readonly kind: "start"; readonly afterMs: number }
  | { readonly kind: "give_up"; readonly reason: string };

/** How the supervisor's shell calls itself. */
export const SUPERVISOR_NAME = "airloom-supervisor";

/**
 * Starts the main process again when it was killed or crashed, and ends when that one has ended in order. A shell does it:
 * it is there at once, takes one megabyte, and no user code runs in it. The main process leads a session of its own where
 * there is `setsid`, so that a signal to its group does not reach the supervisor.
 */
export const SUPERVISE = `
record=$1
shift
lead=
command -v setsid >/dev/null 2>&1 && lead=setsid
ended=
while :; do
  AIRLOOM_ENDED=$ended AIRLOOM_SUPERVISOR=$$ $lead "$@" &
  wait $!
  ended=$?
  [ "$ended" -gt 128 ] || [ "$ended" -eq ${CRASHED} ] || exit "$ended"
  # Without it nothing would tell the next one to wait.
  [ -f "$record" ] || exit "$ended"
done
`;

/** A main process that lived longer has shown that it can. */
const RAPID_MS = 60_000;
const MOST_RAPID = 20;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
const DEATHS_KEPT = MOST_RAPID;

/**
 * Starts again after a wait that doubles with each death in a row, and gives up when too many followed each other: each
 * within a minute of the one before. An attempt that kills the server ends with its fourth, so that there is room
 * for several such tasks.
 */
export function judgeDeaths(deaths: readonly Death[]): Verdict {
  const times = deaths.map(({ at }) => Date.parse(at));
  let rapid = times.length === 0 ? 0 : 1;
  for (let index = times.length - 1; index > 0; index -= 1) {
    const [at = 0, before = 0] = [times[index], times[index - 1]];
    if (at - before > RAPID_MS) break;
    rapid += 1;
  }
  const last = deaths.at(-1)?.how ?? "unknown";
  if (rapid >= MOST_RAPID) {
    const reason = `its main process died ${rapid} times, each time within ${RAPID_MS / 1_000} s of the last; most recently: ${last}`;
    return { kind: "give_up", reason };
  }
  const afterMs = rapid === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (rapid - 1), LONGEST_WAIT_MS);
  return { kind: "start", afterMs };
}

/** In words how a process ended, from the status that a shell gives it. */
export function describeStatus(status: number): string {
  const signal = Object.entries(constants.signals).find(([, value]) => value === status - 128)?.[0];
  return status > 128 && signal !== undefined ? signal : `exit code ${status}`;
}

/** Why an environment was started again, for people; `undefined` where it was not. */
export function describeRestart(supervision: Supervision | undefined): string | undefined {
  const death = supervision?.deaths.at(-1);
  if (supervision === undefined || death === undefined) return undefined;
  const ended = / /u.test(death.how) ? `ended with ${death.how}` : `was killed by ${death.how}`;
  const count = supervision.deaths.length;
  const often = count === 1 ? "" : ` (death ${count} since it was started)`;
  return `Restarted at ${supervision.startedAt} because the main process ${ended} at ${death.at}${often}`;
}

/** How a main process was started: all from its supervisor, in its environment. */
export interface Birth {
  /** The status with which the one before ended; `undefined` for the first. */
  readonly status: number | undefined;
  readonly supervisorPid: number;
}

/** Takes the supervisor's words out of the environment, so that nothing started from here inherits them. */
export function takeBirth(env: NodeJS.ProcessEnv): Birth {
  const { AIRLOOM_ENDED: ended, AIRLOOM_SUPERVISOR: supervisor } = env;
  delete env["AIRLOOM_ENDED"];
  delete env["AIRLOOM_SUPERVISOR"];
  const status = ended === undefined || ended === "" ? undefined : Number(ended);
  return { status, supervisorPid: Number(supervisor ?? 0) };
}

/** Writes down who supervises what, and what the one before died of; resolves to what to do now. */
export function beginSupervision(project: Project, birth: Birth, now: Date): Verdict {
  const before = birth.status === undefined ? undefined : readSupervision(project);
  const at = now.toISOString();
  const died = birth.status === undefined ? [] : [{ at, how: describeStatus(birth.status) }];
  const deaths = [...(before?.deaths ?? []), ...died].slice(-DEATHS_KEPT);
  const verdict = judgeDeaths(deaths);
  saveSupervision(project, {
    supervisorPid: birth.supervisorPid,
    mainPid: process.pid,
    phase: verdict.kind === "start" && verdict.afterMs > 0 ? "waits" : "opens",
    startedAt: at,
    deaths,
    gaveUp: verdict.kind === "give_up" ? verdict.reason : null,
  });
  return verdict;
}

/** The wait is over. */
export function endWait(project: Project, now: Date): void {
  const supervision = readSupervision(project);
  if (supervision === undefined) return;
  saveSupervision(project, { ...supervision, phase: "opens", startedAt: now.toISOString() });
}

export function removeSupervision(project: Project): void {
  rmSync(supervisionFile(project), { force: true });
}

/** The supervision of an environment whose supervisor lives. */
export function findSupervision(project: Project): Supervision | undefined {
  const supervision = readSupervision(project);
  return supervision !== undefined && isSupervisor(supervision.supervisorPid)
    ? supervision
    : undefined;
}

/** After a restart of the machine the same number may belong to a stranger. */
function isSupervisor(pid: number): boolean {
  if (pid <= 0 || !isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(SUPERVISOR_NAME);
  } catch {
    // No /proc on this system: the number is all there is.
    return true;
  }
}

export function readSupervision(project: Project): Supervision | undefined {
  try {
    // Written by this program only; a torn write is impossible because it is renamed into place.
    return JSON.parse(readFileSync(supervisionFile(project), "utf8")) as Supervision;
  } catch {
    return undefined;
  }
}

function saveSupervision(project: Project, supervision: Supervision): void {
  const temporary = `${supervisionFile(project)}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(supervision, null, 2), { mode: 0o600 });
  renameSync(temporary, supervisionFile(project));
}

/** Where it is kept, for the supervisor. */
export function supervisionFile(project: Project): string {
  return join(project.stateDir, "supervision.json");
}
