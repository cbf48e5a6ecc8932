import { useState } from "react";
import { IconButton } from "./button.tsx";

/** Copies a text and says so with a check. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState<string>();
  const isCopied = copied === text;
  return (
    <IconButton
      isSmall
      icon={isCopied ? "check" : "copy"}
      label={isCopied ? "Copied" : label}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => setCopied(text));
      }}
    />
  );
}
