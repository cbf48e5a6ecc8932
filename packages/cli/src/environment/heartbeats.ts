import type { Clock, Component, Logger, Store } from "@airloom/core";

const EVERY_MS = 5_000;

/**
 * Says every few seconds that the parts of this environment live. The children's handles restart them when they die, so
 * while this process beats, they do.
 */
export function startHeartbeats(
  store: Pick<Store, "saveHeartbeat">,
  {
    clock,
    hasService,
    logger,
  }: { readonly clock: Clock; readonly hasService: boolean; readonly logger: Logger },
): { close(): Promise<void> } {
  const components: readonly Component[] = [
    "scheduler",
    "triggerer",
    "dag_processor",
    "api_server",
    ...(hasService ? (["dbt_service"] as const) : []),
  ];
  let last = beat();
  const timer = setInterval(() => {
    last = beat();
  }, EVERY_MS);

  async function beat(): Promise<void> {
    try {
      await Promise.all(components.map((component) => store.saveHeartbeat(component, clock.now())));
    } catch (error) {
      logger.log("warning", "could not save heartbeats", { error: String(error) });
    }
  }

  return {
    async close() {
      clearInterval(timer);
      await last;
    },
  };
}
