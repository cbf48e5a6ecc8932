import { createContext, Script } from "node:vm";
import type { RegexGuard } from "@airloom/jinja";

/** What one expression may take, and all that were slow together. */
const MAX_MS = 2_000;
const MAX_SLOW_MS = 10_000;
const SLOW_MS = 50;

const IS_TIMEOUT = "ERR_SCRIPT_EXECUTION_TIMEOUT";

// Made by V8 in the context of the script: no Error of this one.
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" && error !== null && "code" in error && error.code === IS_TIMEOUT
  );
}

/**
 * A guard for regular expressions: V8 stops one that takes too long, which no code of ours could. When many have been
 * slow, the next slow one has less time.
 */
export function createRegexGuard(): RegexGuard {
  const held = { run: (): void => undefined };
  const context = createContext(held);
  const script = new Script("run()");
  let slowMs = 0;
  return (run) => {
    let result: { readonly value: ReturnType<typeof run> } | undefined;
    held.run = () => {
      result = { value: run() };
    };
    const startedAt = performance.now();
    const timeout = Math.ceil(Math.max(SLOW_MS, Math.min(MAX_MS, MAX_SLOW_MS - slowMs)));
    try {
      script.runInContext(context, { timeout });
    } catch (error) {
      if (!isTimeout(error)) throw error;
      result = undefined;
    }
    const tookMs = performance.now() - startedAt;
    if (tookMs > SLOW_MS) slowMs += tookMs;
    return result;
  };
}
