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

/**
 * Serves the web app; `/` answers 200 also without one, which some clients take for a sign of life.
 *
 * Files are looked up when they are asked for: the app may be built again while the service runs.
 */
export async function addWeb(server: FastifyInstance, webDir: string | undefined): Promise<void> {
  if (webDir !== undefined) {
    await server.register(fastifyStatic, { root: webDir, index: false });
  }
  for (const path of DBT_CLOUD_PATHS) {
    server.get(path, async (request, reply) => reply.redirect(findOwnPath(request.url)));
  }
  server.get("/", async (_request, reply) => sendPage(reply, await readPage(webDir)));
  server.setNotFoundHandler(async (request, reply) => {
    const page = wantsPage(request) ? await readPage(webDir) : undefined;
    if (page !== undefined) return sendPage(reply, page);
    throw new ApiError(404, `There is no ${request.method} ${request.url.split("?")[0] ?? ""}`);
  });
}

/** Addresses that dbt Cloud shows people, and that are written down in messages and notebooks. */
const DBT_CLOUD_PATHS = ["/deploy/:account", "/deploy/:account/*", "/next/deploy/:account/*"];

/** The page of ours that shows what a page of dbt Cloud shows: its runs, its jobs, or the account's jobs. */
function findOwnPath(url: string): string {
  const found =
    /\/deploy\/(?<account>\d+)(?:\/projects\/(?<project>\d+))?(?:\/(?<kind>runs|jobs)(?:\/(?<id>\d+))?)?/u.exec(
      url,
    )?.groups ?? {};
  const { account = "", project, kind = "jobs", id } = found;
  if (account === "") return "/";
  return project === undefined || id === undefined
    ? `/accounts/${account}/${kind}`
    : `/accounts/${account}/projects/${project}/${kind}/${id}`;
}

/** The app as the platform serves it, marked: it has other pages here and asks another API. */
async function readPage(webDir: string | undefined): Promise<string | undefined> {
  if (webDir === undefined) return undefined;
  const page = await readFile(join(webDir, "index.html"), "utf8").catch(() => undefined);
  return page?.replace("<html ", '<html data-host="service" ');
}

async function sendPage(reply: FastifyReply, page = PLAIN_PAGE): Promise<FastifyReply> {
  return reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(page);
}

function wantsPage(request: FastifyRequest): boolean {
  if (request.method !== "GET" || /^\/+(?:api|auth)(?:[/?]|$)/iu.test(request.url)) return false;
  return (request.headers.accept ?? "").includes("text/html");
}
