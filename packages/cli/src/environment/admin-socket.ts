import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Logger } from "@airloom/core";
import type { Project } from "../project/project.ts";

/** What a command says to be let in. On Windows anybody may open a pipe to read, and only its owner to write. */
export const SIGN_IN = "sign in\n";

/** What a unix socket's address can hold, on every system. */
const MAX_ADDRESS_BYTES = 100;

/** A session that is told to whoever opened the socket. */
export interface AdminSession {
  readonly username: string;
  readonly token: string;
  end(): Promise<void>;
}

/** Where the project's own commands are let in: whoever can open it is the local admin. */
export interface AdminSocket {
  readonly path: string;
  /** Ends what was begun here. */
  close(): Promise<void>;
}

/**
 * Lets the project's own commands in without a secret on the disk: the socket lies in a folder that only its owner may
 * enter, and a session is told to whoever opens it. It ends when the connection does, at the latest with the command.
 */
export async function openAdminSocket(
  project: Pick<Project, "stateDir">,
  {
    beginSession,
    logger,
  }: { readonly beginSession: () => Promise<AdminSession>; readonly logger: Logger },
): Promise<AdminSocket> {
  const open = new Map<Socket, Promise<void>>();
  const complain = (error: unknown): void =>
    logger.log("warning", "could not serve a command", { error: String(error) });

  const server = createServer((socket) => {
    // What breaks a connection ends it too, and only that matters here.
    socket.on("error", () => undefined);
    open.set(socket, serve(socket, beginSession).catch(complain));
    socket.once("close", () => void open.get(socket)?.then(() => open.delete(socket)));
  });
  const path = await listenPrivately(server, join(project.stateDir, "admin"));
  return {
    path,
    async close() {
      const gone = new Promise((resolve) => server.close(resolve));
      for (const socket of open.keys()) socket.destroy();
      await Promise.all([gone, ...open.values()]);
      if (process.platform !== "win32") rmSync(dirname(path), { recursive: true, force: true });
    },
  };
}

/** Resolves once the connection and its session have ended. */
async function serve(socket: Socket, beginSession: () => Promise<AdminSession>): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const asked = new Promise<boolean>((resolve) => {
    socket.once("data", (said) => resolve(said.toString() === SIGN_IN));
  });
  const isAsked = await Promise.race([asked, closed.then(() => false)]);
  if (!isAsked) {
    socket.destroy();
    return;
  }
  try {
    const session = await beginSession();
    socket.write(`${session.token}\n`);
    await closed;
    await session.end();
  } finally {
    socket.destroy();
  }
}

/** In the project, or aside where its path is too long or its file system keeps no sockets. */
async function listenPrivately(server: Server, dir: string): Promise<string> {
  if (process.platform === "win32") return listen(server, `\\\\.\\pipe\\airloom-${randomUUID()}`);
  const path = join(dir, "socket");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { mode: 0o700 });
  chmodSync(dir, 0o700);
  if (Buffer.byteLength(path) <= MAX_ADDRESS_BYTES) {
    const listening = await listen(server, path).catch(() => undefined);
    if (listening !== undefined) return listening;
  }
  const aside = [tmpdir(), "/tmp"].find((parent) => Buffer.byteLength(parent) < 60) ?? "/tmp";
  return listen(server, join(mkdtempSync(join(aside, "airloom-admin-")), "socket"));
}

function listen(server: Server, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.removeListener("error", reject);
      resolve(path);
    });
  });
}
