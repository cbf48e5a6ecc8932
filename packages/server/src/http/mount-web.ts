import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

/** Files whose names carry the hash of their content. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.(?:js|css|woff2|svg|png)$/u;
const API = /^\/(?:api|auth|ui)(?:\/|$)/u;

/** Serves the web app; every address that is neither a file nor the API's is one of its pages. */
export async function mountWeb(app: FastifyInstance, webDir: string | undefined): Promise<void> {
  if (webDir !== undefined) {
    await app.register(fastifyStatic, {
      root: webDir,
      index: false,
      wildcard: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header(
          "cache-control",
          HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
    });
    app.get("/", async (_request, reply) => sendPage(reply));
  }
  app.setNotFoundHandler(async (request, reply) => {
    const isPage =
      request.method === "GET" && !API.test(request.url) && !/\.\w+$/u.test(pathOf(request.url));
    if (webDir !== undefined && isPage) return sendPage(reply);
    return reply.status(404).send({ detail: "Cannot find this address" });
  });
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-cache").sendFile("index.html");
}

function pathOf(url: string): string {
  return url.replace(/\?.*$/su, "");
}
