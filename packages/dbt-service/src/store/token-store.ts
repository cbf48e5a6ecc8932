import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { PermissionGrant } from "../domain/permission.ts";
import type { SqlDatabase } from "../sql-database.ts";

/** A service token as stored: nothing in it leads back to the token itself. */
export interface TokenRow {
  readonly id: number;
  readonly accountId: number;
  readonly name: string;
  readonly state: number;
  readonly permissionGrants: readonly PermissionGrant[];
  readonly lastUsed: Date | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, account_id as "accountId", name, state, permission_grants as "permissionGrants",
  last_used as "lastUsed", expires_at as "expiresAt", created_at as "createdAt", updated_at as "updatedAt"`;

/** Where service tokens are kept: shown once, stored as a salted hash. */
export class TokenStore {
  readonly #sql: SqlDatabase;

  constructor(sql: SqlDatabase) {
    this.#sql = sql;
  }

  /** Makes a token. Its text is in this answer and nowhere else. */
  async create(draft: {
    readonly accountId: number;
    readonly name: string;
    readonly permissionGrants: readonly PermissionGrant[];
    readonly expiresAt?: Date | null;
    /** A text chosen by the caller instead of a random one. */
    readonly text?: string;
  }): Promise<{ readonly row: TokenRow; readonly text: string }> {
    // The prefix lets scanners for leaked secrets find it.
    const text = draft.text ?? `dbtc_${randomBytes(32).toString("base64url")}`;
    const salt = randomBytes(16);
    const rows = await this.#sql.query<TokenRow>(
      `insert into dbt_service.service_tokens (account_id, name, lookup, salt, hash, permission_grants, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
      [
        draft.accountId,
        draft.name,
        lookupOf(text),
        salt,
        hashOf(text, salt),
        JSON.stringify(draft.permissionGrants),
        draft.expiresAt ?? null,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error("An insert answered no row");
    return { row, text };
  }

  /** The active token behind a text. */
  async findByText(text: string, now: Date): Promise<TokenRow | undefined> {
    const rows = await this.#sql.query<TokenRow & { readonly salt: Buffer; readonly hash: Buffer }>(
      `select ${COLUMNS}, salt, hash from dbt_service.service_tokens where lookup = $1 and state = 1`,
      [lookupOf(text)],
    );
    const found = rows.find((row) => timingSafeEqual(row.hash, hashOf(text, row.salt)));
    if (found === undefined || (found.expiresAt !== null && found.expiresAt <= now))
      return undefined;
    if (found.lastUsed === null || now.getTime() - found.lastUsed.getTime() > 60_000) {
      await this.#sql.query("update dbt_service.service_tokens set last_used = $2 where id = $1", [
        found.id,
        now,
      ]);
    }
    return found;
  }

  async list(accountId: number): Promise<readonly TokenRow[]> {
    return this.#sql.query<TokenRow>(
      `select ${COLUMNS} from dbt_service.service_tokens where account_id = $1 and state = 1 order by id`,
      [accountId],
    );
  }

  async find(accountId: number, id: number): Promise<TokenRow | undefined> {
    const rows = await this.#sql.query<TokenRow>(
      `select ${COLUMNS} from dbt_service.service_tokens where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return rows[0];
  }

  async save(
    id: number,
    change: {
      readonly name?: string;
      readonly state?: number;
      readonly permissionGrants?: readonly PermissionGrant[];
    },
  ): Promise<void> {
    await this.#sql.query(
      `update dbt_service.service_tokens set name = coalesce($2, name), state = coalesce($3, state),
         permission_grants = coalesce($4, permission_grants), updated_at = now() where id = $1`,
      [
        id,
        change.name ?? null,
        change.state ?? null,
        change.permissionGrants === undefined ? null : JSON.stringify(change.permissionGrants),
      ],
    );
  }
}

function lookupOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function hashOf(text: string, salt: Buffer): Buffer {
  return createHash("sha256").update(salt).update(text).digest();
}
