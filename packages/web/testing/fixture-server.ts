import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import {
  OPERATIONS,
  type OperationId,
  type RequestOf,
  type ResponseOf,
  ROUTES,
} from "@airloom/api";

/** What the fixture server answers, per operation; the answer is checked against the operation's own schema. */
export type Handlers = {
  readonly [K in OperationId]?: (request: RequestOf<K>) => ResponseOf<K>;
};

/** As strict as the real server's: the built app has to live with it. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".map": "application/json",
};

export interface FixtureServer {
  readonly url: string;
  /** Sends one event to everybody who listens. */
  readonly publish: (event: unknown) => void;
  /** Ends every stream of events; the next ones that are asked for are answered with an error, so many times. */
  readonly breakStreams: (refusals: number) => void;
  /** Every request that changed something, as `METHOD path`, with its body. */
  readonly writes: readonly { readonly line: string; readonly body: unknown }[];
  readonly close: () => Promise<void>;
}

const MATCHERS = Object.entries(ROUTES).map(([id, route]) => {
  const [method = "", template = ""] = route.split(" ");
  const pattern = template.replaceAll(/\{(\w+)\}/gu, "(?<$1>[^/]+)");
  return { id, method, pattern: new RegExp(`^${pattern}$`, "u") };
});

/** Serves the built app beside canned answers: for tests of the app alone. */
export async function startFixtureServer(options: {
  readonly webDir: string;
  readonly handlers: Handlers;
  /** Answers for the job service, which then serves the app. */
  readonly extra?: (request: IncomingMessage, response: ServerResponse) => boolean;
}): Promise<FixtureServer> {
  const listeners = new Set<ServerResponse>();
  let refusals = 0;
  const writes: { line: string; body: unknown }[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fixture");
    if (options.extra?.(request, response) === true) return;
    if (url.pathname === "/ui/events") {
      if (refusals > 0) {
        refusals -= 1;
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(":ok\n\n");
      listeners.add(response);
      request.on("close", () => listeners.delete(response));
      return;
    }
    if (/^\/(?:api|ui|auth)\//u.test(url.pathname)) {
      const body = await readBody(request);
      if (request.method !== "GET")
        writes.push({ line: `${request.method} ${url.pathname}`, body });
      return answerApi({ method: request.method ?? "GET", url, body }, response);
    }
    const html = options.extra === undefined ? "<html " : '<html data-host="service" ';
    await answerFile(options.webDir, { path: url.pathname, html }, response);
  }

  function answerApi(
    call: { readonly method: string; readonly url: URL; readonly body: unknown },
    response: ServerResponse,
  ): void {
    const found = findOperation(call.method, call.url.pathname);
    const handler = found && handlerOf(options.handlers, found.id);
    if (found === undefined || handler === undefined) {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ detail: `No fixture for ${call.method} ${call.url.pathname}` }),
      );
      return;
    }
    const query = Object.fromEntries(
      [...new Set(call.url.searchParams.keys())].map((key) => {
        const values = call.url.searchParams.getAll(key);
        return [key, values.length === 1 ? values[0] : values];
      }),
    );
    const result = handler({ ...query, ...found.params, body: call.body });
    const schema = Object.entries(OPERATIONS).find(([id]) => id === found.id)?.[1];
    const checked =
      schema !== undefined && "response" in schema ? schema.response.parse(result) : result;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(checked ?? null));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ detail: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    writes,
    publish: (event) => {
      for (const listener of listeners) listener.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    breakStreams: (count) => {
      refusals = count;
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
    close: async () => {
      for (const listener of listeners) listener.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function findOperation(
  method: string,
  path: string,
): { readonly id: string; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const matcher of MATCHERS) {
    if (matcher.method !== method) continue;
    const match = matcher.pattern.exec(path);
    if (match === null) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    return { id: matcher.id, params };
  }
  return undefined;
}

function handlerOf(
  handlers: Handlers,
  id: string,
): ((request: Readonly<Record<string, unknown>>) => unknown) | undefined {
  // A request off the wire is a record of texts; what each handler makes of it is its own matter.
  return Object.entries(handlers).find(([name]) => name === id)?.[1] as
    | ((request: Readonly<Record<string, unknown>>) => unknown)
    | undefined;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

async function answerFile(
  webDir: string,
  { path, html }: { readonly path: string; readonly html: string },
  response: ServerResponse,
): Promise<void> {
  const type = TYPES[extname(path)];
  const file = type === undefined ? "index.html" : path;
  try {
    const content = await readFile(join(webDir, file));
    response.writeHead(200, {
      "content-type": type ?? "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      // As the real server does: names of built files carry the hash of their content.
      "cache-control": file.startsWith("/assets/")
        ? "public, max-age=31536000, immutable"
        : "no-cache",
    });
    response.end(type === undefined ? String(content).replace("<html ", html) : content);
  } catch {
    response.writeHead(404).end();
  }
}
