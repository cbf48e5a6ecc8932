import type { ApiClient, ApiOptions } from "@airloom/api";
import { callApi, openApi } from "@airloom/api/client";
import { AirloomError } from "@airloom/core";
import { type EnvironmentInfo, findEnvironment } from "../project/environment-file.ts";
import { loadProject, type Project } from "../project/project.ts";
import { type OwnSession, openOwnSession } from "./admin-session.ts";

/** A running environment as a command talks to it. */
export interface Connected {
  readonly project: Project;
  readonly info: EnvironmentInfo;
  readonly session: OwnSession;
  readonly api: ApiClient;
  /** Any request, as it is; resolves to the JSON that came back, or undefined where there is no content. */
  readonly call: (request: PlainRequest) => Promise<unknown>;
}

interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Connects to the environment of the project around the current folder, as its local admin. */
export function connect(cwd: string): Connected {
  const project = loadProject(cwd);
  const info = findEnvironment(project);
  if (info === undefined) {
    throw new AirloomError(
      "environment.not_running",
      `Cannot reach the environment of "${project.config.name}": it is not running. Start it with "airloom dev start"`,
    );
  }
  const session = openOwnSession(info.adminSocket);
  const options: ApiOptions = {
    baseUrl: info.url,
    fetch: (url, init) =>
      fetchAsAdmin(session, async (token) => {
        const headers = new Headers(init.headers);
        headers.set("authorization", `Bearer ${token}`);
        try {
          return await fetch(url, { ...init, headers });
        } catch (error) {
          throw new AirloomError(
            "environment.not_running",
            `Cannot reach the environment of "${project.config.name}" at ${info.url}: it does not answer. "airloom dev logs" may say why`,
            { cause: error },
          );
        }
      }),
  };
  const call: Connected["call"] = (request) => callApi(options, request);
  return { project, info, session, api: openApi(options), call };
}

/** A session that ended meanwhile, such as with a main process that died, is begun anew: once. */
async function fetchAsAdmin(
  session: OwnSession,
  send: (token: string) => Promise<Response>,
): Promise<Response> {
  const response = await send(await session.getToken());
  if (response.status !== 401) return response;
  session.forget();
  return send(await session.getToken());
}
