import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, PASSWORD, type TestServer } from "../../testing/open-test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const OWN = { host: "localhost:80", "sec-fetch-site": "same-origin" };

async function signIn(username: string, password: string, headers: Record<string, string> = OWN) {
  return server.app.inject({
    method: "POST",
    url: "/auth/login",
    headers,
    payload: { username, password },
  });
}

async function cookieOf(username: string): Promise<string> {
  const [cookie] = (await signIn(username, PASSWORD)).cookies;
  return `${cookie?.name}=${cookie?.value}`;
}

async function statusAs(headers: Record<string, string>): Promise<number> {
  return (await server.app.inject({ url: "/api/v2/dags", headers })).statusCode;
}

async function pause(headers: Record<string, string>, body: string | object = { is_paused: true }) {
  return server.app.inject({
    method: "PATCH",
    url: "/api/v2/dags/weather",
    headers,
    payload: body,
  });
}

describe("signing in", () => {
  test("sets a cookie that scripts cannot read and other sites cannot send", async () => {
    const answer = await signIn("admin", PASSWORD);
    expect(answer.json()).toEqual({ username: "admin", role: "admin" });
    expect(answer.cookies).toMatchObject([
      { name: "airloom_session", httpOnly: true, sameSite: "Lax", path: "/" },
    ]);
  });

  test("answers the same for a wrong password and an unknown name", async () => {
    const wrong = await signIn("viewer", "wrong");
    const unknown = await signIn("nobody", "wrong");
    expect(wrong.statusCode).toBe(401);
    expect(unknown.statusCode).toBe(401);
    expect(unknown.body).toBe(wrong.body);
  });

  test("refuses a user who was deactivated, and ends the sessions that are left", async () => {
    const passwordHash = (await server.store.findUser("viewer"))?.passwordHash ?? "";
    await server.store.createUser(
      { username: "gone", role: "viewer", isActive: true, passwordHash },
      server.clock.now(),
    );
    const cookie = await cookieOf("gone");
    expect(await statusAs({ cookie })).toBe(200);

    await server.store.changeUser("gone", { isActive: false });
    expect(await statusAs({ cookie })).toBe(401);
    expect((await signIn("gone", PASSWORD)).statusCode).toBe(401);
  });

  test("ends the session that was there before", async () => {
    const before = await cookieOf("viewer");
    const again = await signIn("viewer", PASSWORD, { ...OWN, cookie: before });
    expect(again.statusCode).toBe(200);
    expect(await statusAs({ cookie: before })).toBe(401);
  });

  test("is slowed down after ten failures from one address, and no longer", async () => {
    server.clock.advance(60_001);
    for (let attempt = 0; attempt < 10; attempt += 1) await signIn("editor", "wrong");
    expect((await signIn("editor", PASSWORD)).statusCode).toBe(429);
    server.clock.advance(60_001);
    expect((await signIn("editor", PASSWORD)).statusCode).toBe(200);
  });

  test("leaves a row for success and for failure, without the password", async () => {
    server.clock.advance(60_001);
    await signIn("admin", "hunter2-canary");
    const { items } = await server.store.listAudit(
      { event: "login_failed" },
      { limit: 1, offset: 0 },
    );
    expect(items).toMatchObject([{ actor: "admin", event: "login_failed" }]);
    expect(JSON.stringify(items)).not.toContain("hunter2-canary");
  });
});

describe("a session", () => {
  test("ends when signed out by cookie", async () => {
    const cookie = await cookieOf("viewer");
    const answer = await server.app.inject({
      method: "POST",
      url: "/auth/logout",
      headers: { ...OWN, cookie },
    });
    expect(answer.statusCode).toBe(204);
    expect(await statusAs({ cookie })).toBe(401);
  });

  test("ends when signed out by bearer", async () => {
    const token = (await cookieOf("viewer")).split("=")[1] ?? "";
    const headers = { authorization: `Bearer ${token}` };
    expect(await statusAs(headers)).toBe(200);
    await server.app.inject({ method: "POST", url: "/auth/logout", headers });
    expect(await statusAs(headers)).toBe(401);
  });

  test("ends by itself after a day", async () => {
    const cookie = await cookieOf("viewer");
    server.clock.advance(24 * 3_600_000 + 1);
    expect(await statusAs({ cookie })).toBe(401);
  });

  test("of a cookie never stands in for a wrong bearer token", async () => {
    const cookie = await cookieOf("admin");
    expect(await statusAs({ cookie, authorization: "Bearer wrong" })).toBe(401);
    expect(await statusAs({ cookie, authorization: "Basic x" })).toBe(401);
  });

  test("follows a change of role at once", async () => {
    const passwordHash = (await server.store.findUser("viewer"))?.passwordHash ?? "";
    await server.store.createUser(
      { username: "mover", role: "editor", isActive: true, passwordHash },
      server.clock.now(),
    );
    const cookie = await cookieOf("mover");
    expect((await pause({ ...OWN, cookie })).statusCode).toBe(200);
    await server.store.changeUser("mover", { role: "viewer" });
    expect((await pause({ ...OWN, cookie })).statusCode).toBe(403);
  });
});

describe("a change by cookie", () => {
  test.each([
    ["no origin at all", {}],
    ["another site's origin", { origin: "https://evil.example" }],
    ["another port's origin", { origin: "http://localhost:8081" }],
    ["an opaque origin", { origin: "null" }],
    ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
    ["a same-site fetch", { "sec-fetch-site": "same-site", origin: "http://localhost:80" }],
  ])("is refused with %s", async (_case, headers) => {
    const cookie = await cookieOf("admin");
    const before = (await server.store.findDag("weather"))?.isPaused === true;
    const body = { is_paused: !before };
    const answer = await pause({ host: "localhost:80", cookie, ...headers }, body);
    expect(answer.statusCode).toBe(403);
    expect((await server.store.findDag("weather"))?.isPaused).toBe(before);
  });

  test("is refused as anything but JSON", async () => {
    const cookie = await cookieOf("admin");
    const headers = { ...OWN, cookie, "content-type": "text/plain" };
    expect((await pause(headers, '{"is_paused":false}')).statusCode).toBe(403);
  });

  test("is taken from our own page", async () => {
    const cookie = await cookieOf("admin");
    const headers = { host: "localhost:8080", origin: "http://localhost:8080", cookie };
    expect((await pause(headers, { is_paused: false })).statusCode).toBe(200);
    expect((await server.store.findDag("weather"))?.isPaused).toBe(false);
  });

  test("is not needed for another site to sign somebody in", async () => {
    const headers = { host: "localhost:80", origin: "https://evil.example" };
    expect((await signIn("admin", PASSWORD, headers)).statusCode).toBe(403);
  });
});
