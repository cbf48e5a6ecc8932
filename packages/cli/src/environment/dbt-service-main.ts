import { CoalescedAudit } from "@airloom/core";
import { openDbtService, type RequestHead, type ServiceUser } from "@airloom/dbt-service";
import { openAuditLog, openSqlDatabase } from "@airloom/store";
import { dbtMainFile } from "../commands/dbt-commands.ts";
import { readVersion } from "../version.ts";
import { openConsoleLogger } from "./console-logger.ts";
import type { DbtServiceMessage, DbtServiceStart } from "./dbt-service-process.ts";
import { openPlatformSignIn } from "./platform-sign-in.ts";
import { systemClock } from "./system-clock.ts";

const MAX_CONNECTIONS = 4;

/** The job service's process: opens it with what its parent sends, and ends with its parent. */
async function main(start: DbtServiceStart): Promise<void> {
  const logger = openConsoleLogger("dbt-service");
  const database = await openSqlDatabase({ ...start.database, maxConnections: MAX_CONNECTIONS });
  const signIn = openPlatformSignIn(start.platformUrl, start.peerKey);
  // One log for all of an environment: what is done here stands beside what is done there.
  const audit = openAuditLog(database);
  const repeated = new CoalescedAudit({ store: audit, clock: systemClock, logger });
  const service = await openDbtService({
    database,
    host: start.host,
    port: start.port,
    ...(start.tls === null ? {} : { tls: start.tls }),
    dataDir: start.stateDir,
    dbtCommand: { file: process.execPath, args: [dbtMainFile()] },
    cage: start.cage,
    environment: start.environment,
    ...(start.dbtAccount === null ? {} : { dbtAccount: start.dbtAccount }),
    authenticate: (request: RequestHead): Promise<ServiceUser | undefined> =>
      signIn.authenticate(request),
    login: (username, password, address) => signIn.login(username, password, address),
    logout: (request) => signIn.logout(request),
    audit: ({ isRepeatable, actor, event, extra }) => {
      const entry = { at: systemClock.now(), actor, event, dagId: null, runId: null, taskId: null };
      return (isRepeatable ? repeated : audit).saveAudit({ ...entry, extra });
    },
    allowedHosts: start.allowedHosts,
    trustedProxies: start.trustedProxies,
    platformUrl: start.platformUrl,
    version: readVersion(),
    webDir: start.webDir,
    allowedOrigins: readOrigins(process.env["AIRLOOM_DBT_SERVICE_ALLOWED_ORIGINS"]),
    logger: {
      info: (message, fields) => logger.log("info", message, plain(fields)),
      warn: (message, fields) => logger.log("warning", message, plain(fields)),
      error: (message, fields) => logger.log("error", message, plain(fields)),
    },
    seed: { projectDir: start.dbtDir, projectName: start.projectName },
  });
  const stop = (): void => {
    void service
      .close()
      .then(() => repeated.close())
      .then(() => database.close())
      .finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop).on("SIGINT", stop).on("disconnect", stop);
  tell({ kind: "ready", url: service.url });
}

/** Origins out of `https://a.example,https://b.example`. */
function readOrigins(text = ""): readonly string[] {
  return text
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
}

function plain(
  fields: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, string | number | boolean | null>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "number" || typeof value === "boolean" || value === null
        ? value
        : typeof value === "string"
          ? value
          : JSON.stringify(value),
    ]),
  );
}

function tell(message: DbtServiceMessage): void {
  process.send?.(message);
}

process.once("message", (start: DbtServiceStart) => {
  main(start).catch((error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect();
  });
});
