import { DAGS_NAME, GRANT_ROLES, ROLES } from "@airloom/core";
import { z } from "zod";
import { Count, collectionOf, PAGE_QUERY, PathId, QueryText, Timestamp } from "./fields.ts";

export const Role = z.enum(ROLES);

/** A role as people write it: `Viewer` is `viewer`. */
const RoleInput = z
  .string()
  .regex(
    new RegExp(`^(?:${ROLES.map(anyCase).join("|")})$`, "u"),
    `expected one of ${ROLES.join(", ")}`,
  )
  .transform((text) => text.toLowerCase())
  .pipe(Role);

function anyCase(word: string): string {
  return word.replaceAll(/./gu, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

export const LoginBody = z.strictObject({
  username: z.string().min(1).max(250),
  password: z.string().max(1_000),
});

export const TokenResponse = z.object({
  access_token: z.string(),
  token_type: z.literal("bearer"),
  expires_in: z.int(),
});

export const CurrentUser = z.object({ username: z.string(), role: Role });

/** A name that can stand in an address and in a log line. */
const NewUsername = z
  .string()
  .min(1)
  .max(100)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}_.@+-]*$/u,
    "expected letters, digits, and _ . @ + - only, a letter or digit first",
  );

const NewPassword = z.string().min(8).max(256);

export const UserPath = z.object({ username: PathId });

export const User = z.object({
  username: z.string(),
  role: Role,
  is_active: z.boolean(),
  created_at: Timestamp,
  last_sign_in_at: Timestamp.nullable(),
  session_count: Count,
  token_count: Count,
});
export const UserCollection = collectionOf("users", User);

/** What a user may do with the Dags named by an id, a pattern with `*`, or `tag:` and a tag; `none` hides them. */
export const GrantBody = z.strictObject({
  dags: z
    .string()
    .max(250)
    .regex(DAGS_NAME, "expected a Dag id, a pattern of ids such as sales_*, or tag: and a tag"),
  role: z.enum(GRANT_ROLES),
});
export const GrantCollection = collectionOf("grants", GrantBody);
export const GrantPath = UserPath.extend({ dags: PathId });

export const UserListQuery = z.object({
  ...PAGE_QUERY,
  username_pattern: QueryText.optional(),
});

export const UserBody = z.strictObject({
  username: NewUsername,
  password: NewPassword,
  role: RoleInput,
});

/** A field that is left out stays. */
export const UserPatchBody = z.strictObject({
  role: RoleInput.optional(),
  is_active: z.boolean().optional(),
  password: NewPassword.optional(),
});

/** How many sessions and tokens were ended. */
export const SignedOut = z.object({ ended: Count });

export const Session = z.object({
  id: z.string(),
  kind: z.enum(["sign_in", "token"]),
  /** Of a token. */
  name: z.string().nullable(),
  address: z.string().nullable(),
  created_at: Timestamp,
  last_used_at: Timestamp.nullable(),
  expires_at: Timestamp,
  /** The one this request was made with. */
  is_current: z.boolean(),
});
export const SessionCollection = collectionOf("sessions", Session);
export const SessionListQuery = z.object({ ...PAGE_QUERY });

export const UserSessionPath = z.object({ username: PathId, session_id: PathId });
export const MySessionPath = z.object({ session_id: PathId });

const MAX_TOKEN_DAYS = 366;

export const ApiTokenBody = z.strictObject({
  name: z.string().trim().min(1).max(100),
  expires_in_days: z.int().min(1).max(MAX_TOKEN_DAYS).default(90),
});

/** The only time that the token is shown. */
export const NewApiToken = z.object({ token: z.string(), session: Session });

export const PasswordBody = z.strictObject({
  current_password: z.string().max(1_000),
  new_password: NewPassword,
});
