import { type JsonRecord, readNumber, readText } from "@airloom/dbt-cloud/contract";
import { notFound } from "../../api-error.ts";
import { listOperations, PERMISSION_SETS } from "../../domain/permission.ts";
import type { Resource } from "../../store/resource-store.ts";
import type { Caller } from "../caller.ts";
import { renderEnvelope, renderPage } from "../envelope.ts";
import { takePage } from "../list-query.ts";
import { renderAccount } from "../render-resource.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import type { ApiPorts } from "./ports.ts";

/** Accounts, the caller itself and its kind. */
export function listAccountRoutes(ports: ApiPorts): readonly Route[] {
  const versions = ["v2", "v3"] as const;
  return [
    ...versions.flatMap((version): readonly Route[] => [
      {
        method: "GET",
        path: `/api/${version}/accounts`,
        operation: "account:read",
        takes: REQUESTS.listAccounts,
        handle: (call) => list(ports, call),
      },
      {
        method: "GET",
        path: `/api/${version}/accounts/:account`,
        operation: "account:read",
        handle: async (call) => renderEnvelope(renderAccount(await load(ports, call))),
      },
      {
        method: "GET",
        path: `/api/${version}/accounts/:account/users`,
        operation: "user:read",
        takes: REQUESTS.listUsers,
        handle: async (call) => {
          const { rows, total } = takePage([renderUser(call.caller)], call.query);
          return renderPage(rows, total, call.query);
        },
      },
    ]),
    {
      method: "POST",
      path: "/api/v2/accounts/:account",
      operation: "account:write",
      takes: REQUESTS.saveAccount,
      handle: (call) => save(ports, call),
    },
    {
      method: "PATCH",
      path: "/api/v2/accounts/:account",
      operation: "account:write",
      takes: REQUESTS.saveAccount,
      handle: (call) => save(ports, call),
    },
    {
      method: "GET",
      path: "/api/v2/whoami",
      operation: null,
      handle: async (call) => renderEnvelope(renderWhoami(call.caller)),
    },
    {
      method: "GET",
      path: "/api/v2/constants",
      operation: null,
      handle: async () =>
        renderEnvelope({
          permissions_sets: Object.fromEntries(PERMISSION_SETS.map((set) => [set, humanize(set)])),
        }),
    },
  ];
}

function humanize(set: string): string {
  return set
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

async function load(ports: ApiPorts, call: ApiCall): Promise<Resource> {
  const account = await ports.resources.find("account", call.accountId);
  if (account === undefined || account.state !== 1) throw notFound();
  return account;
}

async function list(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  // An account row belongs to itself, so that one filter fits all kinds.
  const ids =
    call.caller.accountId === null
      ? await ports.resources.listAccountIds()
      : [call.caller.accountId];
  const accounts = await Promise.all(ids.map((id) => ports.resources.find("account", id)));
  const active = accounts.flatMap((account) => (account?.state === 1 ? [account] : []));
  const { rows, total } = takePage(active, call.query);
  return renderPage(rows.map(renderAccount), total, call.query);
}

async function save(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const account = await load(ports, call);
  const slots = readNumber(call.body["run_slots"]);
  const queueLimit = readNumber(call.body["queue_limit"]);
  const name = readText(call.body["name"]) ?? account.name;
  const body = {
    ...account.body,
    ...(slots === null ? {} : { run_slots: slots }),
    ...(queueLimit === null ? {} : { queue_limit: queueLimit }),
  };
  const saved = await ports.resources.save("account", account.id, { ...account, name, body });
  return renderEnvelope(renderAccount(saved ?? account));
}

function renderUser(caller: Caller): JsonRecord & { readonly id: number } {
  return {
    id: caller.id,
    first_name: caller.name,
    last_name: "",
    fullname: caller.name,
    email: caller.email,
    is_active: true,
    is_staff: false,
  };
}

function renderWhoami(caller: Caller): JsonRecord {
  return {
    user: renderUser(caller),
    account_id: caller.accountId,
    auth_type: caller.kind === "token" ? "service_token" : "session",
    permission_grants: caller.grants.map((grant) => ({
      permission_set: grant.permissionSet,
      project_id: grant.projectId,
    })),
    // Ours alone: what the test button of a connection tells people.
    operations: listOperations(caller.grants),
  };
}
