import { afterAll, beforeAll, describe } from "vitest";
import { CHROMIUM } from "./browser.ts";
import { type BuiltApp, openBuiltApp } from "./built-app.ts";
import { describeActions } from "./describe-actions.ts";
import { describeConnection } from "./describe-connection.ts";
import { describeGraph } from "./describe-graph.ts";
import { describeJobService } from "./describe-job-service.ts";
import { describeKeys } from "./describe-keys.ts";
import { describeLog } from "./describe-log.ts";
import { describeOverview } from "./describe-overview.ts";
import { describePages } from "./describe-pages.ts";
import { describeReading } from "./describe-reading.ts";
import { describeViewer } from "./describe-viewer.ts";

describe.skipIf(CHROMIUM === undefined)("the web app in Chromium", () => {
  let app: BuiltApp;

  beforeAll(async () => {
    app = await openBuiltApp(CHROMIUM ?? "");
  });

  afterAll(async () => {
    await app.close();
  });

  describePages(() => app);
  describeOverview(() => app);
  describeConnection(() => app);
  describeReading(() => app);
  describeGraph(() => app);
  describeKeys(() => app);
  describeViewer(() => app);
  describeLog(() => app);
  describeActions(() => app);
  describeJobService(() => app);
});
