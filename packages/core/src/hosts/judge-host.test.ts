import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHostPattern, judgeHost, stripAuthority } from "./judge-host.ts";

const RULE = {
  bind: "127.0.0.1",
  allowed: ["Airloom.example.com", "*.team.example.com", "10.0.0.5", "fd00::5"],
};

function statusOf(host: string | readonly string[], more: object = {}, rule = RULE): number {
  const hosts = typeof host === "string" ? [host] : host;
  const verdict = judgeHost({ hosts, forwardedHosts: [], url: "/", ...more }, rule);
  return verdict.isAllowed ? 200 : verdict.status;
}

describe("judgeHost() (S3)", () => {
  test.each([
    "localhost",
    "LOCALHOST:8080",
    "localhost.",
    "127.0.0.1:1",
    "127.255.3.4",
    "[::1]",
    "[::1]:8080",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]:8080",
    "airloom.example.com",
    "AIRLOOM.example.com.:443",
    "a.team.example.com",
    "a.b.team.example.com",
    "10.0.0.5:8080",
    "[fd00::5]",
  ])("lets %s pass", (host) => {
    expect(statusOf(host)).toBe(200);
  });

  test.each([
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil-localhost",
    "notlocalhost",
    "foo.localhost",
    "team.example.com",
    "evilteam.example.com",
    "sub.airloom.example.com",
    "10.0.0.6",
    "0.0.0.0",
    "128.0.0.1",
    "[::]",
    "[::2]",
    "[::ffff:10.0.0.6]",
    "xn--lcalhost-n4a",
  ])("refuses %s as misdirected, and says how to allow it", (host) => {
    const verdict = judgeHost({ hosts: [host], forwardedHosts: [], url: "/" }, RULE);
    expect(verdict).toMatchObject({ isAllowed: false, status: 421 });
    expect(JSON.stringify(verdict)).toContain('\\"hosts\\" in airloom.config.json');
  });

  test.each([
    "",
    " localhost",
    "localhost evil",
    "localhost,evil.example",
    "localhost:99999",
    "localhost:",
    "localhost:8080:8080",
    "localhost/evil",
    "user@localhost",
    "evil.example@localhost",
    "localhost..",
    ".localhost",
    "[::1",
    "::1",
    "[::1%25eth0]",
    "[fe80::1%eth0]",
    "[localhost]",
    "127.1",
    "127.0.0.01",
    "0x7f.0.0.1",
    "2130706433",
    "127.0.0.1.",
    "ｌocalhost",
    "http://localhost",
    "local\thost",
  ])("refuses %j as unreadable, unless it is an address with a final dot", (host) => {
    expect(statusOf(host)).toBe(host === "127.0.0.1." ? 200 : 400);
  });

  test("refuses no Host and several, also where they agree", () => {
    expect(statusOf([])).toBe(400);
    expect(statusOf(["localhost", "localhost"])).toBe(400);
    expect(statusOf(["localhost", "evil.example"])).toBe(400);
  });

  test("takes what the service listens on, and all names of the machine only where they are given", () => {
    expect(statusOf("192.168.1.5", {}, { bind: "192.168.1.5", allowed: [] })).toBe(200);
    expect(statusOf("[fe80::1]", {}, { bind: "fe80::1%eth0", allowed: [] })).toBe(200);
    expect(statusOf("0.0.0.0:80", {}, { bind: "0.0.0.0", allowed: [] })).toBe(200);
    expect(statusOf("[::]:80", {}, { bind: "::", allowed: [] })).toBe(200);
    expect(statusOf("192.168.1.5", {}, { bind: "0.0.0.0", allowed: [] })).toBe(421);
  });

  test("judges every name a request gives: the proxy's and that of an absolute target too", () => {
    expect(statusOf("localhost", { forwardedHosts: ["airloom.example.com"] })).toBe(200);
    expect(statusOf("localhost", { forwardedHosts: ["evil.example"] })).toBe(421);
    expect(statusOf("evil.example", { forwardedHosts: ["localhost"] })).toBe(421);
    expect(statusOf("localhost", { url: "http://localhost:8080/x" })).toBe(200);
    expect(statusOf("localhost", { url: "http://evil.example/x" })).toBe(421);
    expect(statusOf("evil.example", { url: "http://localhost/x" })).toBe(421);
    expect(statusOf("localhost", { url: "http://user@localhost/x" })).toBe(400);
    expect(statusOf("localhost", { url: "http:///x" })).toBe(400);
  });

  test("never lets a name of a registrable domain pass that was not allowed, whatever is put before it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        expect(statusOf(`${text}.evil.example`)).not.toBe(200);
      }),
      { numRuns: 1_000 },
    );
  });
});

test.each([
  ["/x?y=http://z/", "/x?y=http://z/"],
  ["http://localhost:80/x?y", "/x?y"],
  ["HTTPS://h", "/"],
  ["http://h?x", "/?x"],
  ["*", "*"],
])("stripAuthority(%j) is %j", (url, path) => {
  expect(stripAuthority(url)).toBe(path);
});

test.each([
  ["airloom.example.com", true],
  ["*.example.com", true],
  ["10.0.0.5", true],
  ["fd00::5", true],
  ["[fd00::5]", true],
  ["*", false],
  ["", false],
  ["airloom.example.com:8080", false],
  ["https://airloom.example.com", false],
  ["a*.example.com", false],
])("isHostPattern(%j) is %j", (text, isOne) => {
  expect(isHostPattern(text)).toBe(isOne);
});
