import { AirloomError, type ScopedConnection } from "@airloom/core";
import { openStore } from "@airloom/store";
import type { Connected } from "./connect.ts";
import { loadSecretKeys } from "./secrets.ts";
import { systemClock } from "./system-clock.ts";

/**
 * Connections with their secrets, from the database itself: no API ever shows them. Only who can read the project's key
 * ring can do so, and the audit log says that it was done.
 */
export async function loadConnectionsWithSecrets(
  { project, info }: Connected,
  connectionIds: readonly string[],
): Promise<readonly ScopedConnection[]> {
  const given = process.env["DATABASE_URL"];
  const store = await openStore({
    url: given === undefined || given === "" ? info.databaseUrl : given,
    secretKeys: loadSecretKeys(project.stateDir, process.env),
    env: process.env,
    isPausedUponCreation: project.config.dagsArePausedAtCreation,
    maxConnections: 1,
  });
  try {
    await store.saveAudit({
      at: systemClock.now(),
      actor: info.username,
      event: "export_connections",
      dagId: null,
      runId: null,
      taskId: null,
      extra: { secrets: true, connections: connectionIds.length },
    });
    const found: ScopedConnection[] = [];
    for (const id of connectionIds) {
      const connection = await store.findConnection(id);
      if (connection === undefined) {
        throw new AirloomError(
          "connection.not_found",
          `Cannot export connection "${id}": it is gone, or defined in the environment of the server alone`,
        );
      }
      found.push(connection);
    }
    return found;
  } finally {
    await store.close();
  }
}
