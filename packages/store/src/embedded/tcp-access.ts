import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { AirloomError } from "@airloom/core";
import type { ConnectOptions } from "../connect-options.ts";
import { savePassword, withLock } from "./answer.ts";

/** Where the password for TCP is kept. */
export function tcpPasswordFile(dataDir: string): string {
  return `${dataDir}.password`;
}

/** The password for TCP, made on first use and kept in a private file beside the data directory. */
export async function openTcpPassword(
  dataDir: string,
  connection: ConnectOptions,
): Promise<string> {
  const file = tcpPasswordFile(dataDir);
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  return withLock(connection, "airloom.tcp_password", async (client) => {
    // Somebody else may have opened the same server at the same time.
    if (existsSync(file)) return readFileSync(file, "utf8").trim();
    const password = randomBytes(18).toString("base64url");
    await savePassword(client, connection.user, password);
    // Whole or not at all: it is read without the lock.
    await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
    return password;
  });
}

/** Rejects with `port.taken` where somebody else listens already. */
export function checkPortIsFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (cause) => {
      reject(
        new AirloomError(
          "port.taken",
          `Cannot open PostgreSQL on 127.0.0.1:${port}: ${cause.message}; choose another port`,
          { cause },
        ),
      );
    });
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      server.close(() => {
        resolve();
      });
    });
  });
}
