import {
  type AccessStore,
  AirloomError,
  type DagLabel,
  type Grant,
  type GrantStore,
} from "@airloom/core";
import type { MemoryRows } from "./memory-rows.ts";

/** Grants in memory, of the users and Dags that two other stores in memory hold. */
export class MemoryGrants implements GrantStore {
  readonly #access: Pick<AccessStore, "findUser">;
  readonly #rows: Pick<MemoryRows, "dags">;
  /** Roles by the name of the Dags, by user. */
  readonly #grants = new Map<string, Map<string, Grant["role"]>>();

  constructor(access: Pick<AccessStore, "findUser">, rows: Pick<MemoryRows, "dags">) {
    this.#access = access;
    this.#rows = rows;
  }

  async loadGrants(username: string): Promise<readonly Grant[]> {
    return [...(this.#grants.get(username) ?? [])]
      .map(([dags, role]) => ({ dags, role }))
      .toSorted((a, b) => (a.dags < b.dags ? -1 : 1));
  }

  async saveGrant(username: string, { dags, role }: Grant): Promise<void> {
    if ((await this.#access.findUser(username)) === undefined) {
      throw new AirloomError("user.not_found", `Cannot find user "${username}"`);
    }
    const own = this.#grants.get(username) ?? new Map<string, Grant["role"]>();
    this.#grants.set(username, own.set(dags, role));
  }

  async deleteGrant(username: string, dags: string): Promise<boolean> {
    return this.#grants.get(username)?.delete(dags) ?? false;
  }

  async loadDagLabels(): Promise<readonly (DagLabel & { readonly file: string })[]> {
    return [...this.#rows.dags.values()]
      .map(({ dagId, spec, file }) => ({ dagId, tags: spec.tags, file }))
      .toSorted((a, b) => (a.dagId < b.dagId ? -1 : 1));
  }
}
