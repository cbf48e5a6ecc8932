import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../api-error.ts";

const PLAIN_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>dbt job service</title>
<h1>dbt job service</h1>
<p>The API is at <code>/api/v2/</code> and <code>/api/v3/</code>. The pages are not built.</p>
</html>
`;

/** Serves the web app; `/` answers 200 also without one, which some clients take for a sign of life. */
export async function addWeb(server: FastifyInstance, webDir: string | undefined): Promise<void> {
  const index = webDir === undefined ? undefined : join(webDir, "index.html");
  const hasWeb = index !== undefined && existsSync(index);
  if (hasWeb) {
    await server.register(fastifyStatic, { root: webDir ?? "", wildcard: false, index: false });
  }
  const sendPage = async (reply: FastifyReply): Promise<FastifyReply> =>
    reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-cache")
      .send(hasWeb ? await readFile(index, "utf8") : PLAIN_PAGE);

  server.get("/", async (_request, reply) => sendPage(reply));
  server.setNotFoundHandler(async (request, reply) => {
    if (hasWeb && wantsPage(request)) return sendPage(reply);
    throw new ApiError(404, `There is no ${request.method} ${request.url.split("?")[0] ?? ""}`);
  });
}

function wantsPage(request: FastifyRequest): boolean {
  if (request.method !== "GET" || request.url.startsWith("/api/")) return false;
  return (request.headers.accept ?? "").includes("text/html");
}
