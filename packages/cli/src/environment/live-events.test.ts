import { describeLiveEvents } from "@airloom/testkit";
import { openLiveEvents } from "./live-events.ts";

describeLiveEvents("openLiveEvents()", () => openLiveEvents({ log: () => undefined }));
