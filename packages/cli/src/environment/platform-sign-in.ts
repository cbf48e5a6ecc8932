import type { RequestHead, ServiceLogin, ServiceUser } from "@airloom/dbt-service";

type PermissionSet = ServiceUser["permissionSet"];

/** What a person of the platform may do at the job service. */
const PERMISSIONS: Readonly<Record<string, PermissionSet>> = {
  admin: "account_admin",
  editor: "job_admin",
  viewer: "job_viewer",
};

/** Signs people in at the job service with the platform's own sessions: one sign-in for both. */
export interface PlatformSignIn {
  authenticate(request: RequestHead): Promise<ServiceUser | undefined>;
  login(username: string, password: string): Promise<ServiceLogin | undefined>;
  /** Answers the `Set-Cookie` header values that end the session in the browser too. */
  logout(request: RequestHead): Promise<readonly string[]>;
}

/** `platformUrl` is the REST API's address, without a slash at the end. */
export function openPlatformSignIn(platformUrl: string): PlatformSignIn {
  async function userOf(cookie: string): Promise<ServiceUser | undefined> {
    const response = await fetch(`${platformUrl}/ui/config`, { headers: { cookie } });
    return response.ok ? readUser(await response.json()) : undefined;
  }

  return {
    async authenticate({ headers }) {
      const cookie = headers["cookie"];
      return typeof cookie === "string" && cookie !== "" ? userOf(cookie) : undefined;
    },
    async login(username, password) {
      const response = await fetch(`${platformUrl}/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: platformUrl },
        body: JSON.stringify({ username, password }),
      });
      if (!response.ok) return undefined;
      const setCookie = response.headers.getSetCookie();
      const user = await userOf(setCookie.map((cookie) => cookie.split(";")[0] ?? "").join("; "));
      return user === undefined ? undefined : { user, setCookie };
    },
    async logout({ headers }) {
      const { cookie } = headers;
      if (typeof cookie !== "string") return [];
      const response = await fetch(`${platformUrl}/auth/logout`, {
        method: "POST",
        headers: { cookie, origin: platformUrl },
      });
      return response.headers.getSetCookie();
    },
  };
}

function readUser(config: unknown): ServiceUser | undefined {
  if (typeof config !== "object" || config === null || !("user" in config)) return undefined;
  const { user } = config;
  if (typeof user !== "object" || user === null || !("username" in user) || !("role" in user))
    return undefined;
  const permissionSet = PERMISSIONS[String(user.role)];
  return permissionSet === undefined
    ? undefined
    : { username: String(user.username), email: null, permissionSet };
}
