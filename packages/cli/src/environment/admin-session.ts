import { connect as connectTo, type Socket } from "node:net";
import { AirloomError } from "@airloom/core";
import { SIGN_IN } from "./admin-socket.ts";

/** A command's session as the local admin. It holds no process back, and ends with it. */
export interface OwnSession {
  /** A token that is good now: begins a session where none is open. */
  getToken(): Promise<string>;
  /** The token was refused: the next one is of another session. */
  forget(): void;
}

/** Signs in where a running environment lets its project's commands in; not before a token is wanted. */
export function openOwnSession(path: string): OwnSession {
  let current: { readonly socket: Socket; readonly token: Promise<string> } | undefined;

  function begin() {
    const socket = connectTo(path);
    const begun = { socket, token: readToken(socket, path) };
    const drop = (): void => {
      if (current === begun) current = undefined;
    };
    socket.once("close", drop);
    return begun;
  }

  return {
    getToken() {
      current ??= begin();
      return current.token;
    },
    forget() {
      current?.socket.destroy();
      current = undefined;
    },
  };
}

function readToken(socket: Socket, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    let cause: unknown;
    socket.once("error", (error) => {
      cause = error;
    });
    socket.once("close", () => reject(notLetIn(path, cause)));
    socket.on("data", (chunk) => {
      said += chunk.toString();
      if (!said.endsWith("\n")) return;
      socket.unref();
      resolve(said.trimEnd());
    });
    socket.write(SIGN_IN);
  });
}

function notLetIn(path: string, cause: unknown): AirloomError {
  const why = cause instanceof Error ? cause.message : "it closed the connection";
  return new AirloomError(
    "environment.not_running",
    `Cannot sign in to the environment by "${path}": ${why}. "airloom dev logs" may say why; "airloom dev restart" starts it anew`,
    { cause },
  );
}
