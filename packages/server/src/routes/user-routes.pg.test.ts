import type { Store } from "@airloom/core";
import { FakeClock } from "@airloom/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, PASSWORD, type TestServer } from "../../testing/open-test-server.ts";
import { buildApp } from "../build-app.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ loginAttemptsPerMinute: 1_000, accountAttemptsPerMinute: 1_000 });
});
afterAll(() => server.close());

const NEW_PASSWORD = "battery staple";

async function ask(method: "GET" | "POST" | "PATCH" | "DELETE", url: string, more: Asked = {}) {
  const answer = await server.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${more.token ?? server.tokens.admin}` },
    ...(more.body === undefined ? {} : { payload: more.body }),
  });
  return { status: answer.statusCode, body: answer.body === "" ? undefined : answer.json() };
}

interface Asked {
  readonly token?: string;
  readonly body?: object;
}

async function make(username: string, role = "viewer"): Promise<void> {
  const body = { username, role, password: PASSWORD };
  expect((await ask("POST", "/api/v2/users", { body })).status).toBe(201);
}

async function signIn(username: string, password = PASSWORD): Promise<string> {
  const body = { username, password };
  const answer = await server.app.inject({ method: "POST", url: "/auth/token", payload: body });
  expect(answer.statusCode).toBe(201);
  const { access_token: token }: { access_token: string } = answer.json();
  return token;
}

async function statusOf(token: string): Promise<number> {
  return (await ask("GET", "/api/v2/dags", { token })).status;
}

async function makeToken(token: string, body: object = { name: "ci" }) {
  const made = await ask("POST", "/api/v2/me/tokens", { token, body });
  expect(made.status).toBe(201);
  return made.body;
}

async function eventsOf(event: string) {
  return (await server.store.listAudit({ event }, { limit: 5, offset: 0 })).items;
}

describe("users (U15)", () => {
  test("are made, listed, changed and shown without a trace of their passwords", async () => {
    const body = { username: "Ann.Ó@example.com", role: "Editor", password: PASSWORD };
    const made = await ask("POST", "/api/v2/users", { body });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ username: body.username, role: "editor", is_active: true });
    const { body: list } = await ask("GET", "/api/v2/users?username_pattern=ann");
    expect(list).toEqual({ users: [made.body], total_entries: 1 });
    expect(JSON.stringify(list)).not.toContain("scrypt");
    const url = `/api/v2/users/${encodeURIComponent(body.username)}`;
    const changed = await ask("PATCH", url, { body: { role: "VIEWER" } });
    expect(changed.body).toEqual({ ...made.body, role: "viewer" });
    expect((await ask("GET", url)).body).toEqual(changed.body);
  });

  test.each([
    ["an unknown role, with the list", { role: "owner" }, "expected one of viewer, editor, admin"],
    ["a short password", { password: "short" }, "8"],
    ["a name that cannot stand in an address", { username: "a/b" }, "letters, digits"],
    ["a name of dots", { username: ".." }, "letter or digit first"],
    ["a field that is not there", { is_superuser: true }, "is_superuser"],
  ])("are refused with %s", async (_case, change, words) => {
    const body = { username: "refused", role: "viewer", password: PASSWORD, ...change };
    const answer = await ask("POST", "/api/v2/users", { body });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(words);
    expect(await server.store.findUser("refused")).toBeUndefined();
  });

  test("never have a password that is their name, nor the name of another", async () => {
    const body = { username: "longenough", role: "viewer", password: "LongEnough" };
    expect((await ask("POST", "/api/v2/users", { body })).status).toBe(400);
    const taken = { username: "VIEWER", role: "admin", password: PASSWORD };
    expect((await ask("POST", "/api/v2/users", { body: taken })).body).toMatchObject({
      code: "user.conflict",
    });
  });

  test("never have a password that others try first, whichever way it is set (ASVS 6.2.4, 6.2.11)", async () => {
    const role = "viewer";
    await make("guessed");
    const token = await signIn("guessed");
    for (const password of ["password1", "Flights-2026", "guessed99"]) {
      const answers = [
        await ask("POST", "/api/v2/users", { body: { username: "guessed99", role, password } }),
        await ask("PATCH", "/api/v2/users/guessed", { body: { password } }),
        await ask("POST", "/api/v2/me/password", {
          token,
          body: { current_password: PASSWORD, new_password: password },
        }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    }
    expect(await statusOf(await signIn("guessed"))).toBe(200);
  });

  test("the last active admin can neither be deactivated nor made anything else", async () => {
    for (const body of [{ is_active: false }, { role: "viewer" }, { role: "editor" }]) {
      const answer = await ask("PATCH", "/api/v2/users/admin", { body });
      expect([answer.status, answer.body.code]).toEqual([409, "user.last_admin"]);
    }
    await make("second", "admin");
    const token = await signIn("second");
    const demoted = await ask("PATCH", "/api/v2/users/admin", { token, body: { role: "viewer" } });
    expect(demoted.status).toBe(200);
    expect((await ask("GET", "/api/v2/users")).status).toBe(403);
    await ask("PATCH", "/api/v2/users/admin", { token, body: { role: "admin" } });
    expect(
      (await ask("PATCH", "/api/v2/users/second", { body: { is_active: false } })).status,
    ).toBe(200);
  });

  test("one that is not there is 404", async () => {
    expect((await ask("GET", "/api/v2/users/nobody")).status).toBe(404);
    const body = { is_active: false };
    expect((await ask("PATCH", "/api/v2/users/nobody", { body })).status).toBe(404);
    expect((await ask("POST", "/api/v2/users/nobody/signOut")).status).toBe(404);
  });
});

describe("sessions (S6)", () => {
  test("end at once with a password that an admin sets, API tokens too", async () => {
    await make("reset");
    const [session, other] = [await signIn("reset"), await signIn("reset")];
    const { token } = await makeToken(session);
    const body = { password: NEW_PASSWORD };
    expect((await ask("PATCH", "/api/v2/users/reset", { body })).status).toBe(200);
    for (const old of [session, other, token]) expect(await statusOf(old)).toBe(401);
    expect(await statusOf(await signIn("reset", NEW_PASSWORD))).toBe(200);
  });

  test("all but the one that changed the own password end with it", async () => {
    await make("own");
    const [session, other] = [await signIn("own"), await signIn("own")];
    const { token } = await makeToken(other);
    const change = (current: string) =>
      ask("POST", "/api/v2/me/password", {
        token: session,
        body: { current_password: current, new_password: NEW_PASSWORD },
      });
    expect((await change("wrong password")).status).toBe(403);
    expect(await statusOf(other)).toBe(200);
    expect((await change(PASSWORD)).status).toBe(204);
    expect(await statusOf(session)).toBe(200);
    for (const old of [other, token]) expect(await statusOf(old)).toBe(401);
  });

  test("end at once when the user is deactivated or signed out everywhere", async () => {
    await make("left");
    const first = await signIn("left");
    await ask("PATCH", "/api/v2/users/left", { body: { is_active: false } });
    expect(await statusOf(first)).toBe(401);
    await ask("PATCH", "/api/v2/users/left", { body: { is_active: true } });
    expect(await statusOf(first)).toBe(401);
    const second = await signIn("left");
    const { token } = await makeToken(second);
    expect((await ask("POST", "/api/v2/users/left/signOut")).body).toEqual({ ended: 2 });
    for (const old of [second, token]) expect(await statusOf(old)).toBe(401);
  });

  test("follow a change of role at once, API tokens too", async () => {
    await make("mover2", "admin");
    const { token } = await makeToken(await signIn("mover2"));
    expect((await ask("GET", "/api/v2/users", { token })).status).toBe(200);
    await ask("PATCH", "/api/v2/users/mover2", { body: { role: "viewer" } });
    expect((await ask("GET", "/api/v2/users", { token })).status).toBe(403);
  });

  test("are listed with where they come from, and ended one by one", async () => {
    await make("many");
    const [first, second] = [await signIn("many"), await signIn("many")];
    const mine = (await ask("GET", "/api/v2/me/sessions", { token: second })).body;
    expect(mine).toMatchObject({
      total_entries: 2,
      sessions: [
        { kind: "sign_in", address: "127.0.0.1", is_current: true },
        { is_current: false },
      ],
    });
    const [, { id }] = mine.sessions;
    const strange = await signIn("viewer");
    expect((await ask("DELETE", `/api/v2/me/sessions/${id}`, { token: strange })).status).toBe(404);
    expect((await ask("DELETE", `/api/v2/me/sessions/${id}`, { token: second })).status).toBe(204);
    expect(await statusOf(first)).toBe(401);
    const { sessions } = (await ask("GET", "/api/v2/users/many/sessions")).body;
    const url = `/api/v2/users/many/sessions/${sessions[0].id}`;
    expect((await ask("DELETE", url)).status).toBe(204);
    expect((await ask("DELETE", url)).status).toBe(404);
    expect(await statusOf(second)).toBe(401);
  });

  test("stop hearing live events the moment they end", async () => {
    await make("listener");
    const token = await signIn("listener");
    const answer = await server.app.inject({
      url: "/ui/events",
      headers: { authorization: `Bearer ${token}` },
      payloadAsStream: true,
    });
    expect(answer.statusCode).toBe(200);
    await ask("POST", "/api/v2/users/listener/signOut");
    // Reads to the end, which comes without the clock being turned.
    let heard = "";
    for await (const chunk of answer.stream()) heard += String(chunk);
    expect(heard).toContain(": connected");
  });

  test("are asked for no more by a stream that ends while they are", async () => {
    const clock = new FakeClock(server.clock.now());
    const asked = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const found = Promise.withResolvers<void>();
    let isOpen = false;
    const store: Store = {
      ...server.store,
      async findSession(tokenHash, now) {
        if (isOpen) asked.resolve();
        if (isOpen) await ended.promise;
        return server.store.findSession(tokenHash, now);
      },
      async loadGrants(username) {
        const grants = await server.store.loadGrants(username);
        if (isOpen) found.resolve();
        return grants;
      },
    };
    const app = await buildApp({ ...server.options, store, clock });
    const headers = { authorization: `Bearer ${server.tokens.viewer}` };
    const { raw } = await app.inject({ url: "/ui/events", headers, payloadAsStream: true });
    isOpen = true;
    clock.advance(15_000);
    await asked.promise;
    await app.close();
    expect(raw.res.writableEnded).toBe(true);
    ended.resolve();
    await found.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.nextAt).toBeUndefined();
  });
});

describe("API tokens", () => {
  test("are shown once, act as their user, and end with their time", async () => {
    await make("bot");
    const made = await makeToken(await signIn("bot"), { name: " ci ", expires_in_days: 2 });
    expect(made.session).toMatchObject({ kind: "token", name: "ci" });
    const list = await ask("GET", "/api/v2/users/bot/sessions");
    expect(JSON.stringify(list.body)).not.toContain(made.token);
    expect(await statusOf(made.token)).toBe(200);
    server.clock.advance(2 * 86_400_000 + 1);
    expect(await statusOf(made.token)).toBe(401);
  });

  test("make none that live longer than they do", async () => {
    const admin = await signIn("admin");
    const short = await makeToken(admin, { name: "short", expires_in_days: 1 });
    const long = await makeToken(short.token, { name: "long", expires_in_days: 366 });
    expect(long.session.expires_at).toBe(short.session.expires_at);
  });
});

test("what is done to users stands in the audit log, without secrets", async () => {
  const token = await signIn("admin");
  const made = { username: "told", role: "viewer", password: "hunter2-canary" };
  await ask("POST", "/api/v2/users", { token, body: made });
  const body = { role: "editor", password: "hunter3-canary" };
  await ask("PATCH", "/api/v2/users/told", { token, body });
  await ask("POST", "/api/v2/users/told/signOut", { token });
  expect(await eventsOf("create_user")).toMatchObject([
    { actor: "admin", extra: { target: "told", role: "viewer" } },
    ...(await eventsOf("create_user")).slice(1),
  ]);
  const [patched] = await eventsOf("patch_user");
  expect(patched).toMatchObject({ extra: { target: "told", role: "editor", password: "***" } });
  const grants = "/api/v2/users/told/grants";
  await ask("POST", grants, { token, body: { dags: "sales_*", role: "none" } });
  await ask("DELETE", `${grants}/${encodeURIComponent("sales_*")}`, { token });
  expect(await eventsOf("save_user_grant")).toMatchObject([
    { extra: { target: "told", dags: "sales_*", role: "none" } },
  ]);
  expect(await eventsOf("delete_user_grant")).toMatchObject([
    { extra: { target: "told", dags: "sales_*" } },
  ]);
  expect(await eventsOf("sign_out_user")).not.toEqual([]);
  expect(await eventsOf("change_password")).not.toEqual([]);
  expect(await eventsOf("create_api_token")).not.toEqual([]);
  const { items } = await server.store.listAudit({}, { limit: 1_000, offset: 0 });
  expect(JSON.stringify(items)).not.toContain("canary");
});
