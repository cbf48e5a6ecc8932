import { createContext, useContext } from "react";
import { CopyButton } from "./copy-button.tsx";

/** How Airloom is called where its commands are pasted. */
export const OwnCommandContext = createContext("airloom");

/** A command to copy; one of Airloom's own begins with `airloom`, and is shown as it can be called. */
export function Command({ text }: { readonly text: string }) {
  const own = useContext(OwnCommandContext);
  const shown = text.replace(/^airloom(?= )/u, () => own);
  return (
    <div className="command">
      <code>{shown}</code>
      <CopyButton text={shown} label="Copy command" />
    </div>
  );
}
