import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, PASSWORD, type TestServer } from "../../testing/open-test-server.ts";

const PEER_KEY = "key of the job service";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ peerKey: PEER_KEY });
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

function signInFrom(address: string, username: string, password: string) {
  const peer = { "x-airloom-peer-key": PEER_KEY, "x-airloom-client-address": address };
  return signIn(username, password, { ...OWN, ...peer });
}

async function throttledFrom(ip: string) {
  const page = { limit: 1_000, offset: 0 };
  const { items } = await server.store.listAudit({ event: "login_throttled" }, page);
  return items.filter(({ extra }) => extra["ip"] === ip);
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

  test("counts an attempt before it looks at the password: of 60 at once ten are tried (S4)", async () => {
    server.clock.advance(60_001);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, position) => signIn("viewer", `guess ${position}`)),
    );
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(50);
    const refused = answers.find(({ statusCode }) => statusCode === 429);
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
  });

  test("is limited for an account from all addresses, but not where its owner has signed in from (S4)", async () => {
    server.clock.advance(60_001);
    const known = "198.51.100.1";
    expect((await signInFrom(known, "editor", PASSWORD)).statusCode).toBe(200);
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, position) =>
        signInFrom(`203.0.113.${position}`, "editor", "guess"),
      ),
    );
    expect(guesses.filter(({ statusCode }) => statusCode === 401)).toHaveLength(20);
    expect((await signInFrom(known, "editor", PASSWORD)).statusCode).toBe(200);
    expect((await signInFrom("198.51.100.2", "editor", PASSWORD)).statusCode).toBe(429);
    // Others are not kept out, and the owner nowhere for longer than a minute.
    expect((await signInFrom("198.51.100.2", "viewer", PASSWORD)).statusCode).toBe(200);
    server.clock.advance(60_001);
    expect((await signInFrom("198.51.100.2", "editor", PASSWORD)).statusCode).toBe(200);
  });

  test("believes nobody but a declared proxy about where a request comes from (S4)", async () => {
    server.clock.advance(60_001);
    const guess = (position: number) =>
      signIn("viewer", "guess", { ...OWN, "x-forwarded-for": `203.0.113.${position}` });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, position) => guess(position)));
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(10);
    const forged = { ...OWN, "x-airloom-client-address": "203.0.113.99" };
    expect((await signIn("viewer", PASSWORD, forged)).statusCode).toBe(429);
    const badKey = { ...forged, "x-airloom-peer-key": "guessed" };
    expect((await signIn("viewer", PASSWORD, badKey)).statusCode).toBe(429);
    const peer = { ...forged, "x-airloom-peer-key": PEER_KEY };
    expect((await signIn("viewer", PASSWORD, peer)).statusCode).toBe(200);
  });

  test.each(["/auth/login", "/auth/token"])("reads no more than 4 kB at %s (S4)", async (url) => {
    const payload = { username: "viewer", password: "x".repeat(5_000) };
    const answer = await server.app.inject({ method: "POST", url, headers: OWN, payload });
    expect([answer.statusCode, answer.json()]).toEqual([
      413,
      { detail: "The body of the request is larger than what this address takes" },
    ]);
  });

  test("that is throttled is written down once a minute, with how often (S4)", async () => {
    server.clock.advance(60_001);
    // An address of its own: what earlier attempts left to be written is none of this.
    const ip = "198.51.100.77";
    for (let attempt = 0; attempt < 40; attempt += 1) await signInFrom(ip, "admin", "wrong");
    const once = { actor: "admin", extra: { ip } };
    expect(await throttledFrom(ip)).toMatchObject([once]);
    server.clock.advance(60_001);
    // Nobody waits for what is written when the minute is over.
    await expect.poll(async () => (await throttledFrom(ip)).length).toBe(2);
    expect((await throttledFrom(ip))[0]).toMatchObject({ extra: { ip, repeated: 29 } });
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

  test("ends where it rests for twelve hours, and lives on where it is used (ASVS 7.3.1)", async () => {
    const [used, resting] = [await cookieOf("viewer"), await cookieOf("viewer")];
    server.clock.advance(11 * 3_600_000);
    expect(await statusAs({ cookie: used })).toBe(200);
    server.clock.advance(1 * 3_600_000 + 1);
    expect(await statusAs({ cookie: resting })).toBe(401);
    const now = server.clock.now().getTime();
    const listed = await server.app.inject({
      url: "/api/v2/me/sessions",
      headers: { cookie: used },
    });
    const { sessions }: { sessions: readonly { expires_at: string; is_current: boolean }[] } =
      listed.json();
    const ends = sessions.slice(0, 2).map((it) => [it.is_current, Date.parse(it.expires_at) > now]);
    expect(ends).toHaveLength(2);
    for (const [isCurrent, isAlive] of ends) expect(isAlive).toBe(isCurrent);
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

  test("that is refused stands in the audit log, once a minute (ASVS 16.3.3)", async () => {
    const refused = async () => {
      const page = { limit: 1_000, offset: 0 };
      const { items } = await server.store.listAudit({ event: "foreign_refused" }, page);
      return items.filter(({ extra }) => extra["repeated"] === undefined);
    };
    server.clock.advance(60_001);
    const before = (await refused()).length;
    const cookie = await cookieOf("admin");
    for (let again = 0; again < 3; again += 1) await pause({ cookie, origin: "https://evil.test" });
    const after = await refused();
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({ actor: "anonymous", extra: { ip: "127.0.0.1" } });
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
