import type { DagLabel, Grant } from "../dag-access.ts";

/** Where grants live, and what they are judged by. Every adapter must pass `describeGrantStore`. */
export interface GrantStore {
  /** In the order of their names. */
  loadGrants(username: string): Promise<readonly Grant[]>;
  /** Replaces the grant of the same Dags; errors: `user.not_found`. */
  saveGrant(username: string, grant: Grant): Promise<void>;
  /** False where there is none. */
  deleteGrant(username: string, dags: string): Promise<boolean>;
  /** Every Dag there is or was, with the file that defines it. */
  loadDagLabels(): Promise<readonly (DagLabel & { readonly file: string })[]>;
}
