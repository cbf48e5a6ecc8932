import { spawnSync } from "node:child_process";

/** Runs one step with its output shown, and returns whether it succeeded. */
export function runStep(title: string, command: string, args: readonly string[]): boolean {
  const startedAt = performance.now();
  const result = spawnSync(command, [...args], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const ok = result.status === 0;
  console.log(`${ok ? "ok  " : "FAIL"} ${title} (${seconds} s)`);
  return ok;
}
