import type { Session } from "@airloom/api";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

/** Sessions and API tokens as a table, or as they are. */
export function printSessions(
  terminal: Terminal,
  { json }: { readonly json: boolean },
  sessions: readonly Session[],
): void {
  if (json) {
    terminal.json(sessions);
    return;
  }
  const rows = sessions.map((session) => [
    session.id,
    session.kind === "token" ? "token" : "sign-in",
    session.name ?? "",
    session.address ?? "",
    session.created_at,
    session.last_used_at ?? "never",
    session.expires_at,
  ]);
  const heads = ["ID", "KIND", "NAME", "FROM", "MADE", "LAST USED", "ENDS"];
  for (const line of renderTable(heads, rows)) terminal.print(line);
}
