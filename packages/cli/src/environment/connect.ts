import type { ApiClient, ApiOptions } from "@airloom/api";
import { callApi, openApi } from "@airloom/api/client";
import { AirloomError } from "@airloom/core";
import { type EnvironmentInfo, findEnvironment } from "../project/environment-file.ts";
import { loadProject, type Project } from "../project/project.ts";

/** A running environment as a command talks to it. */
export interface Connected {
  readonly project: Project;
  readonly info: EnvironmentInfo;
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
  const options: ApiOptions = {
    baseUrl: info.url,
    token: info.token,
    fetch: async (url, init) => {
      try {
        return await fetch(url, init);
      } catch (error) {
        throw new AirloomError(
          "environment.not_running",
          `Cannot reach the environment of "${project.config.name}" at ${info.url}: it does not answer. "airloom dev logs" may say why`,
          { cause: error },
        );
      }
    },
  };
  return { project, info, api: openApi(options), call: (request) => callApi(options, request) };
}
