import { describeLiveEvents } from "./live-events-suite.ts";
import { MemoryEvents } from "./memory-events.ts";

describeLiveEvents("MemoryEvents", () => new MemoryEvents());
