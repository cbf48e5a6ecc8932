import type { RequestHead, ServiceLogin, ServiceRefusal, ServiceUser } from "@airloom/dbt-service";

type PermissionSet = ServiceUser["permissionSet"];

/** What a person of the platform may do at the job service. */
const PERMISSIONS: ReadonlyMap<string, PermissionSet> = new Map([
  ["admin", "account_admin"],
  ["editor", "job_admin"],
  ["viewer", "job_viewer"],
]);

/** Signs people in at the job service with the platform's own sessions: one sign-in for both. */
export interface PlatformSignIn {
  authenticate(request: RequestHead): Promise<ServiceUser | undefined>;
  /** `address` is where the person is: the platform counts attempts by it. */
  login(
    username: string,
    password: string,
    address: string,
  ): Promise<ServiceLogin | ServiceRefusal>;
  /** Answers the `Set-Cookie` header values that end the session in the browser too. */
  logout(request: RequestHead): Promise<readonly string[]>;
}

const WRONG_PASSWORD: ServiceRefusal = {
  status: 401,
  message: "Cannot sign in: the username or the password is wrong",
  retryAfterS: null,
};

/** `platformUrl` is the REST API's address, without a slash at the end; `peerKey` is the one it was started with. */
export function openPlatformSignIn(platformUrl: string, peerKey: string): PlatformSignIn {
  async function userOf(cookie: string): Promise<ServiceUser | undefined> {
    const response = await fetch(`${platformUrl}/ui/config`, {
      headers: { cookie },
      redirect: "error",
    });
    return response.ok ? readUser(await response.json()) : undefined;
  }

  return {
    async authenticate({ headers }) {
      const cookie = headers["cookie"];
      return typeof cookie === "string" && cookie !== "" ? userOf(cookie) : undefined;
    },
    async login(username, password, address) {
      const response = await fetch(`${platformUrl}/auth/login`, {
        method: "POST",
        redirect: "error",
        headers: {
          "content-type": "application/json",
          origin: platformUrl,
          "x-airloom-peer-key": peerKey,
          "x-airloom-client-address": address,
        },
        body: JSON.stringify({ username, password }),
      });
      if (!response.ok) return readRefusal(response);
      const setCookie = response.headers.getSetCookie();
      const user = await userOf(setCookie.map((cookie) => cookie.split(";")[0] ?? "").join("; "));
      return user === undefined ? WRONG_PASSWORD : { user, setCookie };
    },
    async logout({ headers }) {
      const { cookie } = headers;
      if (typeof cookie !== "string") return [];
      const response = await fetch(`${platformUrl}/auth/logout`, {
        method: "POST",
        redirect: "error",
        headers: { cookie, origin: platformUrl },
      });
      return response.headers.getSetCookie();
    },
  };
}

async function readRefusal(response: Response): Promise<ServiceRefusal> {
  const { status } = response;
  if (status !== 429 && status !== 503) return WRONG_PASSWORD;
  const body: unknown = await response.json().catch(() => undefined);
  const detail = typeof body === "object" && body !== null && "detail" in body ? body.detail : "";
  const retryAfter = response.headers.get("retry-after");
  return {
    status,
    message: typeof detail === "string" && detail !== "" ? detail : "Cannot sign in now: try again",
    retryAfterS: retryAfter === null ? null : Number(retryAfter),
  };
}

function readUser(config: unknown): ServiceUser | undefined {
  if (typeof config !== "object" || config === null || !("user" in config)) return undefined;
  const { user } = config;
  if (typeof user !== "object" || user === null || !("username" in user) || !("role" in user))
    return undefined;
  const permissionSet = PERMISSIONS.get(String(user.role));
  return permissionSet === undefined
    ? undefined
    : { username: String(user.username), email: null, permissionSet };
}
