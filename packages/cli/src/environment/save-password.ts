import { AirloomError } from "@airloom/core";
import { createScryptHasher } from "@airloom/server";
import { openStore } from "@airloom/store";
import type { Project } from "../project/project.ts";
import { loadSecretKeys } from "./secrets.ts";

/** Sets a password in the environment's database; makes the user when a role is given. */
export async function savePassword(
  { project, databaseUrl }: { readonly project: Project; readonly databaseUrl: string },
  user: {
    readonly username: string;
    readonly role: "viewer" | "editor" | "admin" | undefined;
    readonly password: string;
  },
): Promise<void> {
  const url = process.env["DATABASE_URL"] ?? databaseUrl;
  const store = await openStore({
    url,
    secretKeys: loadSecretKeys(project.stateDir, process.env),
    maxConnections: 1,
  });
  try {
    const found = await store.findUser(user.username);
    const role = user.role ?? found?.role;
    if (role === undefined) {
      throw new AirloomError(
        "input.invalid",
        `Cannot set the password of "${user.username}": there is no such user. Make one with --role viewer, editor or admin`,
      );
    }
    const passwordHash = await createScryptHasher().hash(user.password);
    await store.saveUser({ username: user.username, role, isActive: true, passwordHash });
  } finally {
    await store.close();
  }
}
