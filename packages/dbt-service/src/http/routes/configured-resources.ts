import { readNumber } from "@airloom/dbt-cloud/contract";
import { hideAttributes, normalizeConnection } from "../../domain/adapter.ts";
import {
  CREDENTIALS_DEFAULTS,
  normalizeCredentials,
  showCredentials,
} from "../../domain/credentials.ts";
import { isAllowed } from "../../domain/permission.ts";
import { normalizeRepository } from "../../domain/repository.ts";
import { ENVIRONMENT_DEFAULTS, PROJECT_DEFAULTS } from "../../domain/resource-defaults.ts";
import type { Resource, ResourceKind } from "../../store/resource-store.ts";
import {
  renderConnection,
  renderEnvironment,
  renderProject,
  renderResource,
} from "../render-resource.ts";
import type { ApiCall } from "../route.ts";
import type { ApiPorts } from "./ports.ts";
import type { ResourceApi } from "./resource-routes.ts";

const V2 = "/api/v2/accounts/:account";
const V3 = "/api/v3/accounts/:account";
const IN_PROJECT = `${V3}/projects/:project`;

/** Every kind of thing people configure that has nothing special about it. */
export function listResourceApis(ports: ApiPorts): readonly ResourceApi[] {
  return [
    buildProjectApi(ports),
    buildEnvironmentApi(ports),
    buildRepositoryApi(),
    buildConnectionApi(),
    buildCredentialsApi(),
    buildAttributesApi(ports),
    buildNotificationApi(),
  ];
}

async function findRelated(
  ports: ApiPorts,
  kind: ResourceKind,
  owner: Resource,
  key: string,
): Promise<Resource | undefined> {
  const id = readNumber(owner.body[key]);
  const found = id === null ? undefined : await ports.resources.find(kind, id);
  return found?.accountId === owner.accountId ? found : undefined;
}

function buildProjectApi(ports: ApiPorts): ResourceApi {
  return {
    kind: "project",
    paths: [`${V2}/projects`, `${V3}/projects`],
    read: "project:read",
    write: "project:write",
    isInProject: false,
    defaultName: null,
    defaults: PROJECT_DEFAULTS,
    render: async (_call, project) =>
      renderProject(project, {
        connection: await findRelated(ports, "connection", project, "connection_id"),
        repository: await findRelated(ports, "repository", project, "repository_id"),
      }),
  };
}

function buildEnvironmentApi(ports: ApiPorts): ResourceApi {
  return {
    kind: "environment",
    paths: [`${V2}/environments`, `${V3}/environments`, `${IN_PROJECT}/environments`],
    read: "environment:read",
    write: "environment:write",
    isInProject: true,
    defaultName: "New Environment",
    defaults: ENVIRONMENT_DEFAULTS,
    render: async (call, environment) => {
      const project = call.query.includeRelated.has("project")
        ? await ports.resources.find("project", environment.projectId ?? 0)
        : undefined;
      return renderEnvironment(environment, project === undefined ? null : renderResource(project));
    },
  };
}

function buildRepositoryApi(): ResourceApi {
  return {
    kind: "repository",
    paths: [`${V2}/repositories`, `${IN_PROJECT}/repositories`],
    read: "repository:read",
    write: "repository:write",
    isInProject: true,
    defaultName: "repository",
    defaults: {
      project_id: null,
      full_name: null,
      remote_url: null,
      remote_backend: "manual_config",
      git_clone_strategy: "deploy_key",
      deploy_key_id: null,
      repository_credentials_id: null,
      github_installation_id: null,
      github_webhook_id: null,
      private_link_endpoint_id: null,
      git_provider_id: null,
      github_repo: null,
      web_url: null,
      pull_request_url_template: null,
      deploy_key: null,
      git_provider: null,
      gitlab: null,
    },
    normalize: normalizeRepository,
    render: renderPlain,
  };
}

function buildConnectionApi(): ResourceApi {
  return {
    kind: "connection",
    paths: [`${V3}/connections`, `${IN_PROJECT}/connections`],
    read: "connection:read",
    write: "connection:write",
    isInProject: false,
    defaultName: null,
    defaults: {
      adapter_version: null,
      config: {},
      is_ssh_tunnel_enabled: false,
      private_link_endpoint_id: null,
      oauth_configuration_id: null,
    },
    normalize: normalizeConnection,
    render: async (_call, connection) => renderConnection(connection),
  };
}

function buildCredentialsApi(): ResourceApi {
  return {
    kind: "credentials",
    paths: [`${IN_PROJECT}/credentials`],
    read: "credentials:read",
    write: "credentials:write",
    isInProject: true,
    defaultName: "credentials",
    defaults: CREDENTIALS_DEFAULTS,
    normalize: normalizeCredentials,
    render: async (_call, credentials) => {
      const shown = { ...renderResource(credentials), project_id: credentials.projectId };
      return { ...shown, ...showCredentials(shown) };
    },
  };
}

function buildAttributesApi(ports: ApiPorts): ResourceApi {
  return {
    kind: "extended_attributes",
    paths: [`${IN_PROJECT}/extended-attributes`],
    read: "environment:read",
    write: "environment:write",
    isInProject: true,
    defaultName: "extended attributes",
    defaults: { project_id: null, extended_attributes: {} },
    render: async (call, attributes) => {
      const mayWrite = isAllowed(call.caller.grants, "environment:write", attributes.projectId);
      const opened = ports.secrets.open(attributes.body)["extended_attributes"];
      return {
        ...renderResource(attributes),
        project_id: attributes.projectId,
        // They go into the profile as they are: who may not change them sees no value that could be a secret.
        extended_attributes: mayWrite ? opened : hideAttributes(opened),
      };
    },
  };
}

function buildNotificationApi(): ResourceApi {
  return {
    kind: "notification",
    paths: [`${V2}/notifications`],
    read: "notification:read",
    write: "notification:write",
    isInProject: false,
    defaultName: "notification",
    defaults: {
      user_id: null,
      type: 1,
      external_email: null,
      slack_channel_id: null,
      slack_channel_name: null,
      on_success: [],
      on_failure: [],
      on_cancel: [],
      on_warning: [],
    },
    render: renderPlain,
  };
}

async function renderPlain(
  _call: ApiCall,
  resource: Resource,
): Promise<ReturnType<typeof renderResource>> {
  return renderResource(resource);
}
