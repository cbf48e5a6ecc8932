import { type HostObject, isHostObject, pyType, type Value } from "../values/value.ts";
import type { Zone } from "./zone.ts";

/** A `tzinfo`. */
export type ZoneObject = HostObject & { readonly zone: Zone };

/** The zone of a `tzinfo`; `undefined` for every other value. */
export function findZoneOf(value: Value): Zone | undefined {
  return isZoneObject(value) ? value.zone : undefined;
}

function isZoneObject(value: Value): value is ZoneObject {
  return isHostObject(value) && value[pyType] === "tzinfo" && "zone" in value;
}

/** Makes a `tzinfo`; `extra` are attributes that only some have. */
export function makeZoneObject(
  zone: Zone,
  extra?: (name: string) => Value | undefined,
): ZoneObject {
  return {
    [pyType]: "tzinfo",
    zone,
    getAttribute: (name) => (name === "zone" || name === "key" ? zone.name : extra?.(name)),
    equals: (other) => findZoneOf(other)?.name === zone.name,
    hash: () => `zone:${zone.name}`,
    toText: () => zone.name,
    toRepr: () => `<${zone.name}>`,
  };
}
