import { AirloomError } from "@airloom/core";
import { buildApp } from "./build-app.ts";
import type { Server, ServerOptions } from "./server-options.ts";

/** Serves API and web app. Errors: `port.taken`. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const host = options.host ?? "127.0.0.1";
  const app = await buildApp(options);
  try {
    await app.listen({ host, port: options.port });
  } catch (error) {
    await app.close();
    throw isPortTaken(error) ? portTaken(options.port, host) : error;
  }
  const address = app.server.address();
  const port = typeof address === "object" ? (address?.port ?? options.port) : options.port;
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${port}`, close: () => app.close() };
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function portTaken(port: number, host: string): AirloomError {
  return new AirloomError(
    "port.taken",
    `Cannot listen on ${host}:${port}: another program does; stop it, or choose a port with --port`,
    { details: { port, host } },
  );
}
