import { AirloomError } from "@airloom/core";
import type { Connected } from "./connect.ts";
import { trustCaFile } from "./service-tls.ts";

/** The ids of the job service's first account, project and job: the guide's own, so that its URL works as printed. */
export const DBT_ACCOUNT_ID = 16173;
export const DBT_PROJECT_ID = 36467;
export const DBT_JOB_ID = 65767;

/**
 * Creates a service token at the local job service, in the name of the local admin, and answers it. It is shown
 * nowhere else and never again.
 */
export async function createServiceToken(
  { info, session }: Pick<Connected, "info" | "session">,
  { name, permissionSet }: { readonly name: string; readonly permissionSet: string },
): Promise<string> {
  if (info.dbtServiceUrl === null) {
    throw new AirloomError(
      "environment.not_running",
      'Cannot create a service token: this project has no dbt job service. Set "dbt" in airloom.config.json to the folder of its dbt project',
    );
  }
  // Loaded late: the commands that start nothing must not pay for the server.
  const { renderSessionCookie } = await import("@airloom/server");
  if (info.dbtServiceCaFile !== null) trustCaFile(info.dbtServiceCaFile);
  const url = `${info.dbtServiceUrl}/api/v3/accounts/${DBT_ACCOUNT_ID}/service-tokens/`;
  const response = await fetch(url, {
    method: "POST",
    redirect: "error",
    headers: {
      "content-type": "application/json",
      cookie: renderSessionCookie(await session.getToken()),
      origin: info.dbtServiceUrl,
    },
    body: JSON.stringify({
      name,
      permission_grants: [{ permission_set: permissionSet, project_id: null }],
    }),
  });
  const body: unknown = await response.json();
  const token = tokenIn(body);
  if (token === undefined) {
    throw new AirloomError(
      response.status === 400 ? "input.invalid" : "auth.forbidden",
      `Cannot create a service token: ${refusalIn(body) ?? `POST ${url} answered ${response.status}`}`,
    );
  }
  return token;
}

/** What dbt Cloud's answers say to people. */
function refusalIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("status" in body)) return undefined;
  const { status } = body;
  if (typeof status !== "object" || status === null || !("user_message" in status))
    return undefined;
  return typeof status.user_message === "string" ? status.user_message : undefined;
}

function tokenIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("data" in body)) return undefined;
  const { data } = body;
  if (typeof data !== "object" || data === null || !("token_string" in data)) return undefined;
  return typeof data.token_string === "string" ? data.token_string : undefined;
}
