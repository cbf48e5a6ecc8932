import type { DagSpec, Store } from "@airloom/core";

/** What a version of a Dag says and when it came: it never changes, so it may be remembered. */
export interface KnownVersion {
  readonly dagId: string;
  readonly version: number;
  readonly hash: string;
  readonly spec: DagSpec | null;
  readonly createdAt: Date | null;
}

export interface VersionKey {
  readonly dagId: string;
  readonly version: number;
  readonly hash: string;
}

const MAX_KNOWN = 500;

/** Versions of Dags by key, remembered: lists of runs name their Dag's version in every row. */
export class DagVersions {
  readonly #store: Pick<Store, "findDagVersion">;
  readonly #known = new Map<string, Promise<KnownVersion>>();

  constructor(store: Pick<Store, "findDagVersion">) {
    this.#store = store;
  }

  /** Contract: an answer for every key, in order; of a version that is gone only what the key says. */
  async findAll(keys: readonly VersionKey[]): Promise<readonly KnownVersion[]> {
    return Promise.all(keys.map((key) => this.find(key)));
  }

  find(key: VersionKey): Promise<KnownVersion> {
    const name = `${key.dagId}\n${key.version}\n${key.hash}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const loading = this.#load(key);
    this.#remember(name, loading);
    return loading;
  }

  async #load(key: VersionKey): Promise<KnownVersion> {
    const found = await this.#store.findDagVersion(key.dagId, key.version);
    return { ...key, spec: found?.spec ?? null, createdAt: found?.createdAt ?? null };
  }

  #remember(name: string, loading: Promise<KnownVersion>): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(name, loading);
    // A failed read must not be remembered; whoever asked gets the failure.
    loading.catch(() => this.#known.delete(name));
  }
}
