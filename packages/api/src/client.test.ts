import { describe, expect, test } from "vitest";
import { ApiError, addressOf, openApi } from "./client.ts";

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function clientAnswering(status: number, body: unknown, sent: Sent[] = []) {
  return openApi({
    baseUrl: "http://127.0.0.1:8080",
    token: "t0",
    fetch: async (url, init) => {
      sent.push({ url, init });
      return status === 204 ? new Response(null, { status }) : Response.json(body, { status });
    },
  });
}

describe("openApi()", () => {
  test("puts path, query and body where the route wants them", async () => {
    const sent: Sent[] = [];
    const api = clientAnswering(200, { dag_id: "a/b" }, sent);
    await api.patchDag({ dag_id: "a/b", update_mask: ["is_paused"], body: { is_paused: true } });

    expect(sent[0]?.url).toBe("http://127.0.0.1:8080/api/v2/dags/a%2Fb?update_mask=is_paused");
    expect(sent[0]?.init.method).toBe("PATCH");
    expect(sent[0]?.init.body).toBe('{"is_paused":true}');
    expect(new Headers(sent[0]?.init.headers).get("authorization")).toBe("Bearer t0");
  });

  test("repeats list parameters and leaves out undefined ones", async () => {
    const sent: Sent[] = [];
    await clientAnswering(200, {}, sent).listDags({ tags: ["a", "b"], paused: undefined });
    expect(sent[0]?.url).toBe("http://127.0.0.1:8080/api/v2/dags?tags=a&tags=b");
  });

  test("answers undefined where there is no content", async () => {
    await expect(
      clientAnswering(204, null).deletePool({ pool_name: "p" }),
    ).resolves.toBeUndefined();
  });

  test("throws the server's own words with status and code", async () => {
    const api = clientAnswering(404, { detail: 'Cannot find Dag "x"', code: "dag.not_found" });
    await expect(api.getDag({ dag_id: "x" })).rejects.toMatchObject({
      name: "ApiError",
      status: 404,
      code: "dag.not_found",
      message: 'Cannot find Dag "x"',
    });
  });

  test("tells validation issues in one line", async () => {
    const detail = [{ loc: ["query", "limit"], msg: "expected a number", type: "invalid_type" }];
    const failure = clientAnswering(422, { detail }).listPools();
    await expect(failure).rejects.toThrow(new ApiError(422, null, detail));
    await expect(failure).rejects.toThrow("limit: expected a number");
  });
});

test("addressOf() answers links and stream addresses", () => {
  expect(addressOf("streamEvents", { dag_id: "a b" })).toBe("/ui/events?dag_id=a+b");
});
