import type { CoalescedAudit, Store } from "@airloom/core";
import type { Access } from "./auth/access.ts";
import type { ServerOptions } from "./server-options.ts";

/** What every route works with. */
export interface ServerContext extends ServerOptions {
  readonly access: Access;
  /** The store as nobody sees it: for deciding what somebody may see. `store` hides the rest. */
  readonly everything: Store;
  /** For what anybody can bring about as often as they like. */
  readonly repeated: CoalescedAudit;
  /** Asks anew who listens to live events: sessions were ended. */
  readonly sessionsEnded: () => void;
  /** Calls back when sessions were ended; answers how to stop that. */
  readonly onSessionsEnded: (listener: () => void) => () => void;
  readonly environment: string;
  readonly timezone: string;
  readonly connectionTypes: NonNullable<ServerOptions["connectionTypes"]>;
}
