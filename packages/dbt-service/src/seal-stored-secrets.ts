import { normalizeConnection } from "./domain/adapter.ts";
import { normalizeCredentials } from "./domain/credentials.ts";
import { normalizeRepository } from "./domain/repository.ts";
import type { SecretBox } from "./secret-box.ts";
import type { Resource, ResourceKind, ResourceStore } from "./store/resource-store.ts";

const KINDS = [
  "connection",
  "credentials",
  "extended_attributes",
  "repository",
] as const satisfies readonly ResourceKind[];

/**
 * Seals what earlier versions stored in the clear, deleted things included; what no adapter knows is taken out.
 *
 * The key lies outside of the database, so that no SQL could do it. Done once: a row says so.
 */
export async function sealStoredSecrets(
  resources: ResourceStore,
  secrets: SecretBox,
): Promise<void> {
  await resources.onceSealed(KINDS, (kind, resource) => {
    const opened = secrets.open(resource.body);
    return secrets.seal(kind, { ...opened, ...normalize(kind, opened) });
  });
}

function normalize(kind: ResourceKind, body: Resource["body"]): Resource["body"] {
  try {
    if (kind === "connection") return normalizeConnection(body, {});
    if (kind === "repository") return normalizeRepository(body, {});
    return kind === "credentials" ? normalizeCredentials(body, {}) : {};
  } catch {
    // No adapter of ours: nothing of it can be used, and nothing of it is kept where it could be read.
    return kind === "connection"
      ? { adapter_version: "postgres_v0", config: {} }
      : { credential_details: null };
  }
}
