import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AirloomError } from "@airloom/core";
import type { SecretKey } from "@airloom/store";

const KEY_BYTES = 32;

/**
 * The key ring of a project: `AIRLOOM_SECRET_KEYS` (`id:base64` pairs, comma-separated, newest first) where it is
 * set, else a key made once and kept in `.airloom/secrets/keys`, readable by its owner alone.
 */
export function loadSecretKeys(stateDir: string, env: NodeJS.ProcessEnv): readonly SecretKey[] {
  const given = env["AIRLOOM_SECRET_KEYS"];
  return given === undefined || given === ""
    ? parseSecretKeys(readOrMakeKeys(stateDir), join(stateDir, "secrets", "keys"))
    : parseSecretKeys(given, "AIRLOOM_SECRET_KEYS");
}

/** Reads a key ring; `where` is named in the error. */
export function parseSecretKeys(text: string, where: string): readonly SecretKey[] {
  return text
    .trim()
    .split(",")
    .map((entry) => {
      const [id = "", encoded = ""] = entry.trim().split(":");
      const bytes = Buffer.from(encoded, "base64");
      if (id === "" || bytes.length !== KEY_BYTES) {
        throw new AirloomError(
          "project.bad_config",
          `Cannot read ${where}: expected "<id>:<base64 of ${KEY_BYTES} bytes>", found a key "${id}" of ${bytes.length} bytes`,
        );
      }
      return { id, bytes };
    });
}

/** Makes the file whole or not at all, whenever this process is killed; a second process finds the first one's file. */
function makeKeys(file: string): void {
  const temporary = `${file}.${process.pid}`;
  const key = `local:${randomBytes(KEY_BYTES).toString("base64")}\n`;
  writeFileSync(temporary, key, { mode: 0o600, flush: true });
  try {
    linkSync(temporary, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readOrMakeKeys(stateDir: string): string {
  const dir = join(stateDir, "secrets");
  const file = join(dir, "keys");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) makeKeys(file);
  return readFileSync(file, "utf8");
}
