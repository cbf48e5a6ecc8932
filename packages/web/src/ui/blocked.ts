import { createContext, useContext } from "react";

/** Why nothing that acts can be pressed now; `undefined` while everything can. */
export const BlockedContext = createContext<string | undefined>(undefined);

export function useBlocked(): string | undefined {
  return useContext(BlockedContext);
}
