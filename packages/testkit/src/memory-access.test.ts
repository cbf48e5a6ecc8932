import { MemoryAccess } from "./memory/memory-access.ts";
import { describeAccessStore } from "./store-suite/describe-access.ts";

describeAccessStore("MemoryAccess", async () => new MemoryAccess());
