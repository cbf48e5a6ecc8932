import { ApiError, openApi, type UiConfig } from "@airloom/api";
import { askServer } from "../api/ask-server.ts";

/** Who serves this page: the platform, or the dbt job service when it runs alone. */
export type Host =
  | { readonly kind: "platform"; readonly config: UiConfig }
  | { readonly kind: "service" };

/** Asks the server who it is: only the platform knows `/ui/config`. */
export async function loadHost(): Promise<Host> {
  try {
    return {
      kind: "platform",
      config: await openApi({ baseUrl: "", fetch: askServer }).getUiConfig(),
    };
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return { kind: "service" };
    throw error;
  }
}
