import { MemoryStore } from "./memory-store.ts";
import { describeRunningStore } from "./store-suite.ts";

describeRunningStore("MemoryStore", async () => {
  const store = new MemoryStore();
  return {
    store,
    addDag: async (spec) => {
      store.addDag(spec);
    },
  };
});
