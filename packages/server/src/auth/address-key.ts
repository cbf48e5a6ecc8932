import { isIPv4, isIPv6 } from "node:net";

/**
 * The part of an address that one person is counted by: all of an IPv4 address, also where it is written as IPv6, and
 * the network of an IPv6 one, whose other half anybody changes at will.
 */
export function addressKeyOf(address: string): string {
  const bare = address.replace(/%.*$/u, "").toLowerCase();
  const mapped = /^::ffff:(?<v4>\d+\.\d+\.\d+\.\d+)$/u.exec(bare)?.groups?.["v4"];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (!isIPv6(bare)) return bare;
  const [head = "", tail] = bare.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const all =
    tail === undefined
      ? groups
      : [...groups, ...Array.from({ length: 8 - groups.length - rest.length }, () => "0"), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/u, ""))
    .join(":")}::/64`;
}
