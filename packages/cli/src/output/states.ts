import { describeTrouble, type RunTroubleCounts } from "@airloom/api/describe-trouble";
import type { Terminal } from "./terminal.ts";

type Style = Parameters<Terminal["style"]>[0];

/** How a state looks in the terminal: its sign and colour, as in the web app. */
const LOOKS: Readonly<Record<string, readonly [sign: string, style: Style]>> = {
  none: ["·", "dim"],
  scheduled: ["○", "dim"],
  queued: ["≡", "dim"],
  running: ["●", "cyan"],
  success: ["✔", "green"],
  pass: ["✔", "green"],
  failed: ["✖", "red"],
  error: ["✖", "red"],
  fail: ["✖", "red"],
  "runtime error": ["✖", "red"],
  warn: ["▲", "yellow"],
  "partial success": ["▲", "yellow"],
  "no-op": ["–", "dim"],
  skipped: ["»", "dim"],
  upstream_failed: ["⬆", "yellow"],
  up_for_retry: ["↻", "yellow"],
  up_for_reschedule: ["↻", "cyan"],
  deferred: ["☾", "magenta"],
  restarting: ["↻", "blue"],
};

/** A state as a coloured sign and its word. */
export function renderState(state: string | null, terminal: Pick<Terminal, "style">): string {
  const word = state ?? "none";
  const [sign, style] = LOOKS[word] ?? ["?", "dim"];
  return `${terminal.style(style, sign)} ${word}`;
}

/** A run's state with what went wrong in it: a green run never stands there as plain green when it is not. */
export function renderRunState(
  run: RunTroubleCounts & { readonly state: string },
  terminal: Pick<Terminal, "style">,
): string {
  const trouble = describeTrouble(run);
  if (trouble === "") return renderState(run.state, terminal);
  const state = run.state === "success" ? terminal.style("yellow", "▲") : undefined;
  return `${state === undefined ? renderState(run.state, terminal) : `${state} ${run.state}`}, ${trouble}`;
}

const BAD: ReadonlySet<string> = new Set([
  "failed",
  "error",
  "fail",
  "runtime error",
  "upstream_failed",
]);

/** Whether a state stands for a failure. */
export function isBad(state: string | null): boolean {
  return state !== null && BAD.has(state);
}
