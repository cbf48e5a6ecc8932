import { ApiError } from "@airloom/api";

/** What the server said of single fields of a body that it refused, by their names. */
export function refusedFieldsOf(error: Error | null): Readonly<Record<string, string>> {
  const detail = error instanceof ApiError ? error.detail : undefined;
  if (!Array.isArray(detail)) return {};
  return Object.fromEntries(
    detail.flatMap(({ loc, msg }: { readonly loc?: readonly unknown[]; readonly msg?: unknown }) =>
      loc?.[0] === "body" && typeof loc[1] === "string" ? [[loc[1], String(msg)]] : [],
    ),
  );
}
