export {
  type ApiClient,
  ApiError,
  type ApiOptions,
  addressOf,
  type CallOptions,
  openApi,
} from "./client.ts";
export { describeTrouble, hasFailures, type RunTroubleCounts } from "./describe-trouble.ts";
export { STATUS_OF_ERROR } from "./error-status.ts";
export { buildOpenApiDocument } from "./openapi-document.ts";
export type { Access, OperationSpec } from "./operation-spec.ts";
export { OPERATIONS } from "./operations.ts";
export { type OperationId, ROUTES } from "./routes.ts";
export * from "./states.ts";
export * from "./wire-types.ts";
