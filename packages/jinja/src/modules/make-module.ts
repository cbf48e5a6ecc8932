import { type HostObject, pyType, type Value } from "../values/value.ts";

/** An object whose attributes are the members of a Python module. */
export function makeModule(name: string, members: Readonly<Record<string, Value>>): HostObject {
  const held = new Map(Object.entries(members));
  return {
    [pyType]: "module",
    getAttribute: (member) => held.get(member),
    toText: () => `<module '${name}'>`,
    toRepr: () => `<module '${name}'>`,
  };
}
