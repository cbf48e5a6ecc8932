import { openApi, type UiConfig } from "@airloom/api";
import { askServer } from "../api/ask-server.ts";

/** Who serves this page: the platform, or the dbt job service when it runs alone. */
export type Host =
  | { readonly kind: "platform"; readonly config: UiConfig }
  | { readonly kind: "service" };

/** The job service marks the page that it serves; the platform tells about itself when asked. */
export async function loadHost(): Promise<Host> {
  if (document.documentElement.dataset["host"] === "service") return { kind: "service" };
  const config = await openApi({ baseUrl: "", fetch: askServer }).getUiConfig();
  return { kind: "platform", config };
}
