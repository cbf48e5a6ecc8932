import { createContext, useContext } from "react";

/** Why nothing that acts can be pressed now; `undefined` while everything can. */
export const BlockedContext = createContext<string | undefined>(undefined);

/** Why a control cannot be pressed now: for a reason of its own, or because nothing that acts can be. */
export function useDisabledReason(own: string | undefined, acts: boolean): string | undefined {
  const blocked = useContext(BlockedContext);
  return own ?? (acts ? blocked : undefined);
}
