import { z } from "zod";

export const ROLES = ["viewer", "editor", "admin"] as const;

export const Role = z.enum(ROLES);

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
