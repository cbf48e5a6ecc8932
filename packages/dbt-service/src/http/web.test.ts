import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer } from "./open-server.ts";
import { addWeb } from "./web.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const HTML = { accept: "text/html" };

let webDir: string;
beforeEach(async () => {
  webDir = await mkdtemp(join(tmpdir(), "web-"));
});
afterEach(async () => {
  await rm(webDir, { recursive: true });
});

async function open(dir: string | undefined): Promise<Awaited<ReturnType<typeof openServer>>> {
  const server = await openServer({}, QUIET);
  await addWeb(server, dir);
  return server;
}

describe("addWeb()", () => {
  test("serves what is in the folder now, also after the app was built again", async () => {
    const server = await open(webDir);
    expect((await server.inject("/")).body).toContain("The pages are not built");
    await writeFile(join(webDir, "index.html"), "<p>one</p>");
    await writeFile(join(webDir, "app-1.js"), "one");
    expect((await server.inject("/app-1.js")).body).toBe("one");
    await rm(join(webDir, "app-1.js"));
    await writeFile(join(webDir, "index.html"), "<p>two</p>");
    await writeFile(join(webDir, "app-2.js"), "two");
    expect((await server.inject("/app-2.js")).body).toBe("two");
    expect((await server.inject("/app-1.js")).statusCode).toBe(404);
    expect((await server.inject("/")).body).toBe("<p>two</p>");
    expect((await server.inject({ url: "/accounts/1/jobs", headers: HTML })).body).toBe(
      "<p>two</p>",
    );
  });

  test.each([
    "/../secret",
    "/..%2fsecret",
    "/%2e%2e/secret",
    "/web/..%2f..%2fsecret",
    "/..%5csecret",
  ])("serves no file beside the folder, at %s", async (url) => {
    const inner = join(webDir, "web");
    await mkdir(inner);
    await writeFile(join(webDir, "secret"), "secret");
    await writeFile(join(inner, "index.html"), "<p>one</p>");
    const server = await open(inner);
    const answer = await server.inject({ url, headers: HTML });
    expect(answer.body).not.toBe("secret");
  });

  test("answers in the API's manner where there is neither a page nor a file", async () => {
    await writeFile(join(webDir, "index.html"), "<p>one</p>");
    const server = await open(webDir);
    for (const url of ["/api/v2/nothing", "/nothing.js"]) {
      const answer = await server.inject(url);
      expect([answer.statusCode, answer.json().status.user_message]).toEqual([
        404,
        `There is no GET ${url}`,
      ]);
    }
  });

  test.each(["/assets/", "/assets", "//assets/"])(
    "a folder at %s is no failure (S11)",
    async (url) => {
      await mkdir(join(webDir, "assets"));
      expect((await (await open(webDir)).inject(url)).statusCode).toBe(404);
    },
  );

  test("tells the page that the job service serves it", async () => {
    await writeFile(join(webDir, "index.html"), '<html lang="en"></html>');
    const server = await open(webDir);
    for (const url of ["/", "/accounts/1/jobs"]) {
      expect((await server.inject({ url, headers: HTML })).body).toBe(
        '<html data-host="service" lang="en"></html>',
      );
    }
  });

  test.each([
    ["/deploy/1/projects/2/runs/3/", "/accounts/1/projects/2/runs/3"],
    ["/deploy/1/projects/2/runs/3", "/accounts/1/projects/2/runs/3"],
    ["/deploy/1/projects/2/jobs/4/settings", "/accounts/1/projects/2/jobs/4"],
    ["/deploy/1/projects/2/jobs/4?tab=x", "/accounts/1/projects/2/jobs/4"],
    ["/deploy/1/projects/2/runs", "/accounts/1/runs"],
    ["/deploy/1/projects/2/environments/5", "/accounts/1/jobs"],
    ["/deploy/1", "/accounts/1/jobs"],
    ["/next/deploy/1/projects/2/runs/3/", "/accounts/1/projects/2/runs/3"],
    ["/deploy/nobody/", "/"],
  ])("leads from dbt Cloud's address %s to the page that shows the same", async (url, own) => {
    const answer = await (await open(webDir)).inject({ url, headers: HTML });
    expect([answer.statusCode, answer.headers.location]).toEqual([302, own]);
  });

  test("answers 200 at / without a web app, and no page elsewhere", async () => {
    const server = await open(undefined);
    expect((await server.inject("/")).statusCode).toBe(200);
    expect((await server.inject({ url: "/accounts", headers: HTML })).statusCode).toBe(404);
  });
});
