import { AirloomError } from "@airloom/core";
import type { ServerContext } from "../context.ts";
import type { Handlers } from "../http/handler.ts";

/** What users may do with some Dags, in place of what their role allows everywhere: for admins. */
export function grantRoutes(
  context: ServerContext,
): Handlers<"listUserGrants" | "saveUserGrant" | "deleteUserGrant"> {
  const { store } = context;

  async function load(username: string) {
    if ((await store.findUser(username)) === undefined) {
      throw new AirloomError("user.not_found", `Cannot find user "${username}"`);
    }
    const grants = await store.loadGrants(username);
    return { grants: [...grants], total_entries: grants.length };
  }

  return {
    listUserGrants: async ({ params }) => load(params.username),

    saveUserGrant: async ({ params: { username }, body }) => {
      await store.saveGrant(username, body);
      context.sessionsEnded();
      return load(username);
    },

    deleteUserGrant: async ({ params: { username, dags } }) => {
      if (!(await store.deleteGrant(username, dags))) {
        throw new AirloomError(
          "user.not_found",
          `Cannot revoke "${dags}" of user "${username}": there is no such grant`,
        );
      }
      context.sessionsEnded();
      return undefined;
    },
  };
}
