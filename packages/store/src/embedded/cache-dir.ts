import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** Where files that can be made again are kept for this user. */
export function cacheDir(): string {
  const base = process.env["XDG_CACHE_HOME"];
  if (base !== undefined && base.startsWith("/")) return join(base, "airloom");
  const home = findHome();
  return home === "" || home === "/" || home === "/nonexistent"
    ? join(tmpdir(), `airloom-cache-${process.getuid?.() ?? "user"}`)
    : join(home, ".cache", "airloom");
}

function findHome(): string {
  try {
    return homedir();
  } catch {
    // Nothing names one, and this machine does not know us.
    return "";
  }
}
