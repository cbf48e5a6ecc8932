import { hostname, networkInterfaces } from "node:os";

/** Names of this machine, for services that listen on all of its addresses; those of loopback go without saying. */
export function findOwnHosts(bind: string): readonly string[] {
  if (bind !== "0.0.0.0" && bind !== "::") return [];
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)];
}
