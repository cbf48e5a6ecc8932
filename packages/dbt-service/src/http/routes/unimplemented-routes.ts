import { ApiError } from "../../api-error.ts";
import { PUBLISHED_OPERATIONS, UNPUBLISHED_OPERATIONS } from "../published-operations.ts";
import type { Route } from "../route.ts";

/**
 * What dbt Cloud has and this service does not: each returns 501 with its name, because a client takes 404 to mean that
 * the thing was deleted.
 */
export function listUnimplementedRoutes(implemented: readonly Route[]): readonly Route[] {
  const known = new Set(implemented.map(nameOf));
  return [PUBLISHED_OPERATIONS, UNPUBLISHED_OPERATIONS]
    .flatMap((operations) => Object.entries(operations))
    .flatMap(([address, methods]) =>
      METHODS.filter((method) => methods.includes(method)).map((method) =>
        buildRoute(method, toPath(address), address),
      ),
    )
    .filter((route) => !known.has(nameOf(route)));
}

const METHODS = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
] as const satisfies readonly Route["method"][];

function buildRoute(method: Route["method"], path: string, address: string): Route {
  return {
    method,
    path,
    operation: "account:read",
    handle: async () => {
      throw new ApiError(501, `This service does not implement ${method} ${address} of dbt Cloud`);
    },
  };
}

/** `/runs/:run/artifacts/*` of `/runs/{run_id}/artifacts/{remainder}/`. */
function toPath(address: string): string {
  return address
    .replace(/\/$/u, "")
    .replaceAll("{remainder}", "*")
    .replaceAll(/\{(?<name>\w+)\}/gu, (_all, name: string) => `:${name.replace(/_id$/u, "")}`);
}

/** A route without the names of its parameters: two that differ in them alone are one. */
function nameOf({ method, path }: Pick<Route, "method" | "path">): string {
  return `${method} ${path.replaceAll(/:\w+/gu, ":")}`;
}
