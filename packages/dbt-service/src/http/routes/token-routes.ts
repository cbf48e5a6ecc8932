import {
  type JsonRecord,
  readArray,
  readNumber,
  readRecord,
  readText,
} from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import { CATEGORIES, listExcessCategories } from "../../domain/environment-category.ts";
import { isPermissionSet, listExcess, type PermissionGrant } from "../../domain/permission.ts";
import type { TokenRow } from "../../store/token-store.ts";
import { renderEnvelope, renderPage } from "../envelope.ts";
import { takePage } from "../list-query.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import { renderTime } from "../wire-time.ts";
import type { ApiPorts } from "./ports.ts";

const TOKENS = "/api/v3/accounts/:account/service-tokens";
const ONE = `${TOKENS}/:token`;

/** Service tokens: made (and shown once), listed, renamed, granted, revoked. */
export function listTokenRoutes(ports: ApiPorts): readonly Route[] {
  const [read, write] = ["token:read", "token:write"] as const;
  return [
    {
      method: "GET",
      path: TOKENS,
      operation: read,
      takes: REQUESTS.listTokens,
      handle: (call) => list(ports, call),
    },
    {
      method: "POST",
      path: TOKENS,
      operation: write,
      takes: REQUESTS.createToken,
      handle: (call) => create(ports, call),
    },
    {
      method: "GET",
      path: ONE,
      operation: read,
      handle: async (call) => renderEnvelope(render(await load(ports, call))),
    },
    ...(["PUT", "POST"] as const).map(
      (method): Route => ({
        method,
        path: ONE,
        operation: write,
        takes: REQUESTS.saveToken,
        handle: (call) => save(ports, call),
      }),
    ),
    { method: "DELETE", path: ONE, operation: write, handle: (call) => revoke(ports, call) },
    {
      method: "GET",
      path: `${ONE}/permissions`,
      operation: read,
      takes: REQUESTS.listGrants,
      handle: (call) => listGrants(ports, call),
    },
    {
      method: "POST",
      path: `${ONE}/permissions`,
      operation: write,
      takes: REQUESTS.saveGrants,
      handle: (call) => saveGrants(ports, call),
    },
  ];
}

async function load(ports: ApiPorts, call: ApiCall): Promise<TokenRow> {
  const token = await ports.tokens.find(call.accountId, call.id("token"));
  if (token === undefined || token.state !== 1) throw notFound();
  return token;
}

function render(token: TokenRow): JsonRecord {
  return {
    id: token.id,
    account_id: token.accountId,
    uid: `tok_${token.id}`,
    name: token.name,
    state: token.state,
    type: 2,
    metadata_only: false,
    webhooks_only: false,
    permission_grants: token.permissionGrants.map(renderGrant),
    service_token_permissions: renderGrants(token),
    last_used: token.lastUsed === null ? null : renderTime(token.lastUsed),
    expires_at: token.expiresAt === null ? null : renderTime(token.expiresAt),
    created_at: renderTime(token.createdAt),
    updated_at: renderTime(token.updatedAt),
  };
}

function renderGrant(grant: PermissionGrant): JsonRecord {
  return {
    permission_set: grant.permissionSet,
    project_id: grant.projectId,
    writable_environment_categories: grant.writableCategories ?? ["all"],
  };
}

function renderGrants(token: TokenRow): readonly (JsonRecord & { readonly id: number })[] {
  return token.permissionGrants.map((grant, position) => ({
    id: token.id * 100 + position,
    service_token_id: token.id,
    all_projects: grant.projectId === null,
    state: 1,
    ...renderGrant(grant),
  }));
}

async function list(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const tokens = await ports.tokens.list(call.accountId);
  const { rows, total } = takePage(tokens, call.query);
  return renderPage(rows.map(render), total, call.query);
}

async function create(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const name = readText(call.body["name"])?.trim() ?? "";
  if (name === "") throw new ApiError(400, 'Cannot make a service token: "name" is missing');
  const { row, text } = await ports.tokens.create({
    accountId: call.accountId,
    name: name.slice(0, 200),
    permissionGrants: await readGrants(ports, call, readArray(call.body["permission_grants"])),
    expiresAt: readExpiry(call.body["expires_at"]),
  });
  call.reply.code(201);
  return renderEnvelope({ ...render(row), token_string: text }, 201);
}

function readExpiry(given: unknown): Date | null {
  const text = readText(given);
  if (text === null) return null;
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new ApiError(400, `Cannot read expires_at "${text}": expected an instant`);
  return at;
}

async function readGrants(
  ports: ApiPorts,
  call: ApiCall,
  given: readonly unknown[],
): Promise<readonly PermissionGrant[]> {
  return Promise.all(given.map((entry) => readGrant(ports, call, readRecord(entry))));
}

async function readGrant(
  ports: ApiPorts,
  call: ApiCall,
  given: JsonRecord,
): Promise<PermissionGrant> {
  const set = given["permission_set"];
  if (!isPermissionSet(set)) {
    throw new ApiError(
      400,
      `Cannot grant "${String(set)}": this service knows no such permission set`,
    );
  }
  const projectId = await readProject(ports, call, given);
  const excess = listExcess(call.caller.grants, { permissionSet: set, projectId });
  if (excess.length > 0) {
    const place = projectId === null ? "all projects" : `project ${projectId}`;
    throw new ApiError(
      403,
      `Cannot grant "${set}" in ${place}: it allows ${excess.join(", ")}, which you may not do there yourself`,
    );
  }
  const grant = { permissionSet: set, projectId, ...readCategories(given) };
  const categories = listExcessCategories(call.caller.grants, grant);
  if (categories.length > 0) {
    throw new ApiError(
      403,
      `Cannot grant "${set}" for environments of the kind ${categories.join(", ")}: you may not write to them yourself`,
    );
  }
  return grant;
}

/** As in dbt Cloud, none at all is all of them. */
function readCategories(given: JsonRecord): Pick<PermissionGrant, "writableCategories"> {
  const written = readArray(given["writable_environment_categories"]);
  const categories = CATEGORIES.filter((one) => written.includes(one));
  return categories.length === 0 || categories.includes("all")
    ? {}
    : { writableCategories: categories };
}

/** Null is all projects: only what clearly says so is taken for it. */
async function readProject(
  ports: ApiPorts,
  call: ApiCall,
  given: JsonRecord,
): Promise<number | null> {
  const { project_id: written = null, all_projects: isForAll } = given;
  if (isForAll === true || (written === null && isForAll !== false)) return null;
  const id = readNumber(written);
  const project = id === null ? undefined : await ports.resources.find("project", id);
  if (project?.accountId !== call.accountId || project.state !== 1) {
    throw new ApiError(
      400,
      `Cannot grant "${String(given["permission_set"])}" in project ${JSON.stringify(written)}: account ${call.accountId} has no such project`,
    );
  }
  return project.id;
}

async function save(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const token = await load(ports, call);
  if (readNumber(call.body["state"]) === 2) return revoke(ports, call);
  const name = readText(call.body["name"]);
  const grants = call.body["permission_grants"];
  await ports.tokens.save(token.id, {
    ...(name === null ? {} : { name: name.slice(0, 200) }),
    ...(Array.isArray(grants) ? { permissionGrants: await readGrants(ports, call, grants) } : {}),
  });
  return renderEnvelope(render(await load(ports, call)));
}

async function revoke(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const token = await load(ports, call);
  await ports.tokens.save(token.id, { state: 2 });
  return renderEnvelope(render({ ...token, state: 2 }));
}

async function listGrants(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const grants = renderGrants(await load(ports, call));
  const { rows, total } = takePage(grants, call.query);
  return renderPage(rows, total, call.query);
}

async function saveGrants(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const token = await load(ports, call);
  await ports.tokens.save(token.id, {
    permissionGrants: await readGrants(ports, call, readArray(call.rawBody)),
  });
  const grants = renderGrants(await load(ports, call));
  return renderPage(grants, grants.length, call.query);
}
