import { describeTaskCalls } from "@airloom/testkit";
import { afterAll, beforeAll } from "vitest";
import { openRemoteWorlds, type RemoteWorlds } from "./fixtures/open-remote-worlds.ts";

let worlds: RemoteWorlds;
beforeAll(() => {
  worlds = openRemoteWorlds();
});
afterAll(() => worlds.close());

describeTaskCalls("RemoteTaskApi over its link", () => worlds.open());
