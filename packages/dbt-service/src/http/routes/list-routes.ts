import type { DbtServiceOptions } from "../../options.ts";
import type { Route } from "../route.ts";
import { listAccountRoutes } from "./account-routes.ts";
import { listArtifactRoutes } from "./artifact-routes.ts";
import { listResourceApis } from "./configured-resources.ts";
import { listEncryptionRoutes } from "./encryption-routes.ts";
import { listEnvVarRoutes } from "./env-var-routes.ts";
import { listJobRoutes } from "./job-routes.ts";
import type { ApiPorts } from "./ports.ts";
import { listPrivateRoutes } from "./private-routes.ts";
import { listResourceRoutes } from "./resource-routes.ts";
import { listRunRoutes } from "./run-routes.ts";
import { listTokenRoutes } from "./token-routes.ts";
import { listUnimplementedRoutes } from "./unimplemented-routes.ts";

/** Every operation of the API. */
export function listRoutes(
  ports: ApiPorts,
  place: Pick<DbtServiceOptions, "platformUrl" | "version">,
): readonly Route[] {
  const implemented = listImplementedRoutes(ports, place);
  return [...implemented, ...listUnimplementedRoutes(implemented)];
}

/** Every operation that does something. */
export function listImplementedRoutes(
  ports: ApiPorts,
  place: Pick<DbtServiceOptions, "platformUrl" | "version">,
): readonly Route[] {
  return [
    ...listAccountRoutes(ports),
    ...listJobRoutes(ports),
    ...listRunRoutes(ports),
    ...listArtifactRoutes(ports),
    ...listEnvVarRoutes(ports),
    ...listTokenRoutes(ports),
    ...listPrivateRoutes(ports, place),
    ...listResourceApis(ports).flatMap((api) => listResourceRoutes(ports, api)),
    ...listEncryptionRoutes(),
  ];
}
