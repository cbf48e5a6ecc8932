import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Files whose names carry the hash of their content. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.(?:js|css|woff2|svg|png)$/u;
const API = /^\/+(?:api|auth|ui)(?:\/|$)/iu;

/** Serves the web app; every address that is neither a file nor the API's is one of its pages. */
export async function mountWeb(app: FastifyInstance, webDir: string | undefined): Promise<void> {
  if (webDir !== undefined) {
    await app.register(fastifyStatic, {
      root: webDir,
      index: false,
      wildcard: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.setHeader(
          "cache-control",
          HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
    });
    app.get("/", async (_request, reply) => sendPage(reply));
  }
  app.setNotFoundHandler(async (request, reply) => {
    if (webDir !== undefined && isPage(request)) return sendPage(reply);
    return reply.status(404).send({ detail: "Cannot find this address" });
  });
}

/** Ids may hold dots: what looks like a file is a page all the same when a browser asks for one. */
function isPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" || API.test(pathOf(url))) return false;
  return headers.accept?.includes("text/html") === true || !/\.\w+$/u.test(pathOf(url));
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-cache").sendFile("index.html");
}

function pathOf(url: string): string {
  return url.replace(/\?.*$/su, "");
}
