import { MemoryAccess } from "./memory/memory-access.ts";
import { MemoryGrants } from "./memory/memory-grants.ts";
import { MemoryStore } from "./memory-store.ts";
import { describeGrantStore } from "./store-suite/describe-grants.ts";

describeGrantStore("MemoryGrants", async () => {
  const access = new MemoryAccess();
  const running = new MemoryStore();
  const grants = new MemoryGrants(access, running.rows);
  return {
    store: {
      createUser: (user, now) => access.createUser(user, now),
      loadGrants: (username) => grants.loadGrants(username),
      saveGrant: (username, grant) => grants.saveGrant(username, grant),
      deleteGrant: (username, dags) => grants.deleteGrant(username, dags),
      loadDagLabels: () => grants.loadDagLabels(),
    },
    addDag: async (spec) => {
      running.addDag(spec);
    },
  };
});
