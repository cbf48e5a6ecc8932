import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPlatformSignIn } from "./platform-sign-in.ts";

let platform: Server;
let url: string;
beforeAll(async () => {
  // Signs in whoever names a role in a cookie.
  platform = createServer((request, response) => {
    const role = /role=(?<role>\w+)/u.exec(request.headers.cookie ?? "")?.groups?.["role"];
    const user = role === "nobody" ? null : { username: `the ${role}`, role };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ user }));
  });
  await new Promise<void>((resolve) => {
    platform.listen(0, "127.0.0.1", resolve);
  });
  const address = platform.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterAll(() => platform.close());

test.each([
  ["admin", "account_admin"],
  ["editor", "job_admin"],
  ["viewer", "job_viewer"],
  ["owner", undefined],
  ["constructor", undefined],
  ["nobody", undefined],
])("whoever is %s on the platform is %s in the job service (S2)", async (role, permissionSet) => {
  const signIn = openPlatformSignIn(url, "key");
  const user = await signIn.authenticate({ headers: { cookie: `role=${role}` }, ip: "127.0.0.1" });
  expect(user?.permissionSet).toBe(permissionSet);
});
