import { describe, expect, test } from "vitest";
import { type Folders, planView } from "./view.ts";

const TREE: Readonly<Record<string, readonly string[]>> = {
  "/root": [".ssh", "it's mine", "x"],
  "/root/x": ["node_modules", "notes", "p"],
  "/srv": ["p"],
};
const folders: Folders = {
  isClosed: (dir) => dir === "/root" || dir === "/root/x",
  list: (dir) => TREE[dir] ?? [],
};

describe("planView() (S5)", () => {
  test("is not needed where every folder on the way is open", () => {
    expect(planView(["/srv/p"], folders)).toBeUndefined();
  });

  test("binds what is wanted to its place, and leaves the rest to those who may enter", () => {
    const lines = planView(["/root/x/p", "/root/x/node_modules", "/srv/p"], folders)?.split("\n");
    const all = `"$aside"/.airloom-closed/all`;
    expect(lines).toEqual([
      'aside="$(mktemp -d)"',
      'mount -t tmpfs -o mode=0755 airloom "$aside"',
      'mkdir -m 0700 "$aside"/.airloom-closed',
      `mkdir ${all}`,
      `mount --rbind '/root' ${all}`,
      `ln -s '/root/.airloom-closed/all/.ssh' "$aside"/'.ssh'`,
      `ln -s '/root/.airloom-closed/all/it'\\''s mine' "$aside"/'it'\\''s mine'`,
      `mkdir -m 0755 "$aside"/'x'`,
      `mkdir "$aside"/'x/node_modules'`,
      `mount --rbind ${all}/'x/node_modules' "$aside"/'x/node_modules'`,
      `ln -s '/root/.airloom-closed/all/x/notes' "$aside"/'x/notes'`,
      `mkdir "$aside"/'x/p'`,
      `mount --rbind ${all}/'x/p' "$aside"/'x/p'`,
      `mount --move "$aside" '/root'`,
      'rmdir "$aside"',
    ]);
  });
});
