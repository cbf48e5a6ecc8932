import { useState } from "react";
import { IconButton } from "./button.tsx";

const SHOWN_MS = 2_000;

/** Copies a text and says so with a check, for a moment. */
export function CopyButton({
  text,
  label,
  disabledReason,
}: {
  /** The text, or what gives it. */
  readonly text: string | (() => Promise<string>);
  readonly label: string;
  readonly disabledReason?: string | undefined;
}) {
  const [isCopied, setCopied] = useState(false);
  return (
    <IconButton
      isSmall
      icon={isCopied ? "check" : "copy"}
      label={isCopied ? "Copied" : label}
      disabledReason={disabledReason}
      onClick={() => {
        void copy(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), SHOWN_MS);
        });
      }}
    />
  );
}

async function copy(text: string | (() => Promise<string>)): Promise<void> {
  await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
}
