import { useState } from "react";
import { IconButton } from "./button.tsx";

const SHOWN_MS = 2_000;

const OUTCOMES = {
  copied: { icon: "check", label: "Copied" },
  failed: { icon: "x", label: "Could not copy" },
} as const;

/** Copies a text and says for a moment whether it did: without HTTPS, browsers let only localhost copy. */
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
  const [outcome, setOutcome] = useState<keyof typeof OUTCOMES>();
  const show = (shown: keyof typeof OUTCOMES): void => {
    setOutcome(shown);
    setTimeout(() => setOutcome(undefined), SHOWN_MS);
  };
  return (
    <IconButton
      isSmall
      {...(outcome === undefined ? { icon: "copy", label } : OUTCOMES[outcome])}
      disabledReason={disabledReason}
      onClick={() =>
        void copy(text).then(
          () => show("copied"),
          () => show("failed"),
        )
      }
    />
  );
}

async function copy(text: string | (() => Promise<string>)): Promise<void> {
  await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
}
