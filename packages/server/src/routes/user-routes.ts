import type { BodyOf, Session as WireSession, User as WireUser } from "@airloom/api";
import { AirloomError, type UserSession, type UserView } from "@airloom/core";
import { checkPassword } from "../auth/judge-password.ts";
import type { ServerContext } from "../context.ts";
import { clientAddressOf } from "../http/client-address.ts";
import type { Call, Handlers } from "../http/handler.ts";
import { cut, pageOf } from "../http/page.ts";
import { renderInstant, renderInstantOrNull } from "../wire/instants.ts";

type Ids =
  | "listUsers"
  | "createUser"
  | "getUser"
  | "patchUser"
  | "signOutUser"
  | "listUserSessions"
  | "endUserSession";

const ORDER = {
  username: "username",
  role: "role",
  is_active: "isActive",
  created_at: "createdAt",
  last_sign_in_at: "lastSignInAt",
} as const;
const SESSION_ORDER = {
  created_at: "createdAt",
  expires_at: "expiresAt",
  last_used_at: "lastUsedAt",
  name: "name",
} as const;

/** Who may sign in: for admins. */
export function userRoutes(context: ServerContext): Handlers<Ids> {
  const { store, clock, access } = context;

  async function findOrThrow(username: string): Promise<UserView> {
    const user = await store.findUserView(username, clock.now());
    if (user === undefined) throw noUser(username);
    return user;
  }

  return {
    listUsers: async ({ query }) => {
      const search = query.username_pattern;
      const { items, total } = await store.listUsers(
        search === undefined ? {} : { search },
        pageOf(query, ORDER, ["username"]),
        clock.now(),
      );
      return { users: cut(items, query.limit).map(renderUserView), total_entries: total };
    },

    createUser: async ({ body }) => {
      const { username, role } = body;
      await checkPassword(body.password, { username, project: context.project });
      const passwordHash = await access.hashPassword(body.password);
      const user = { username, role, isActive: true, passwordHash };
      if (!(await store.createUser(user, clock.now()))) {
        throw new AirloomError(
          "user.conflict",
          `Cannot create user "${username}": there is one of that name`,
        );
      }
      return renderUserView(await findOrThrow(username));
    },

    getUser: async ({ params }) => renderUserView(await findOrThrow(params.username)),

    patchUser: async ({ params: { username }, body, session }) => {
      await findOrThrow(username);
      if (body.password !== undefined) {
        await checkPassword(body.password, { username, project: context.project });
      }
      const change = await readChange(context, body);
      const result = await store.changeUser(username, change, keeping(session, username));
      if (result === "not_found") throw noUser(username);
      if (result === "last_admin") throw lastAdmin(username, body);
      context.sessionsEnded();
      return renderUserView(await findOrThrow(username));
    },

    signOutUser: async ({ params: { username }, session }) => {
      await findOrThrow(username);
      const ended = await store.endSessions(username, keeping(session, username));
      context.sessionsEnded();
      return { ended };
    },

    listUserSessions: async (call) => {
      await findOrThrow(call.params.username);
      return listSessions(context, call.params.username, call);
    },

    endUserSession: async ({ params }) => {
      await findOrThrow(params.username);
      await endOrThrow(context, params.username, params.session_id);
      return undefined;
    },
  };
}

/** What everybody may do about the own account. */
export function ownAccountRoutes(
  context: ServerContext,
): Handlers<"listMySessions" | "endMySession" | "createApiToken" | "changePassword"> {
  const { access } = context;
  return {
    listMySessions: async (call) => listSessions(context, callerOf(call).user.username, call),

    endMySession: async (call) => {
      await endOrThrow(context, callerOf(call).user.username, call.params.session_id);
      return undefined;
    },

    createApiToken: async (call) => {
      const { name, expires_in_days: days } = call.body;
      const address = clientAddressOf(context, call.request);
      const made = await access.createToken(callerOf(call), { name, days }, address);
      return { token: made.token, session: renderSession(context, made.session, call.session) };
    },

    changePassword: async (call) => {
      const caller = callerOf(call);
      const { current_password: current, new_password: next } = call.body;
      const { username } = caller.user;
      await checkPassword(next, { username, project: context.project });
      await access.changePassword(
        caller,
        { current, next },
        clientAddressOf(context, call.request),
      );
      context.sessionsEnded();
      return undefined;
    },
  };
}

/** Whoever does it to the own account stays signed in here. */
function keeping(session: UserSession | undefined, username: string) {
  return session?.username === username ? { keepSessionId: session.id } : {};
}

async function readChange(
  { access }: ServerContext,
  { role, is_active: isActive, password }: BodyOf<"patchUser">,
) {
  return {
    ...(role === undefined ? {} : { role }),
    ...(isActive === undefined ? {} : { isActive }),
    ...(password === undefined ? {} : { passwordHash: await access.hashPassword(password) }),
  };
}

/** The operations that ask for it are never open: somebody is there. */
function callerOf({ user, session }: Pick<Call<"listMySessions">, "user" | "session">) {
  if (user === undefined || session === undefined) {
    throw new AirloomError("auth.unauthorized", "Cannot answer: sign in first");
  }
  return { user, session };
}

async function listSessions(
  context: ServerContext,
  username: string,
  { query, session }: Pick<Call<"listMySessions">, "query" | "session">,
) {
  const { items, total } = await context.store.listSessions(
    username,
    pageOf(query, SESSION_ORDER, ["-createdAt"]),
    context.clock.now(),
  );
  const sessions = cut(items, query.limit).map((item) => renderSession(context, item, session));
  return { sessions, total_entries: total };
}

async function endOrThrow(context: ServerContext, username: string, id: string): Promise<void> {
  if (!(await context.store.endSession(username, id))) {
    throw new AirloomError(
      "user.not_found",
      `Cannot end session "${id}" of user "${username}": there is none of that id`,
    );
  }
  context.sessionsEnded();
}

function noUser(username: string): AirloomError {
  return new AirloomError("user.not_found", `Cannot find user "${username}"`);
}

function lastAdmin(username: string, body: BodyOf<"patchUser">): AirloomError {
  const action =
    body.is_active === false
      ? `deactivate user "${username}"`
      : `make user "${username}" ${body.role ?? "anything else"}`;
  return new AirloomError(
    "user.last_admin",
    `Cannot ${action}: nobody else is an active admin, and somebody must be`,
  );
}

function renderUserView(user: UserView): WireUser {
  return {
    username: user.username,
    role: user.role,
    is_active: user.isActive,
    created_at: renderInstant(user.createdAt),
    last_sign_in_at: renderInstantOrNull(user.lastSignInAt),
    session_count: user.sessionCount,
    token_count: user.tokenCount,
  };
}

function renderSession(
  { access }: ServerContext,
  session: UserSession,
  current: UserSession | undefined,
): WireSession {
  return {
    id: session.id,
    // The key of an environment is on no list.
    kind: session.kind === "token" ? "token" : "sign_in",
    name: session.name,
    address: session.address,
    created_at: renderInstant(session.createdAt),
    last_used_at: renderInstantOrNull(session.lastUsedAt),
    expires_at: renderInstant(access.endOf(session)),
    is_current: session.id === current?.id,
  };
}
