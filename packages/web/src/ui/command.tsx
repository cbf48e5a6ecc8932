import { CopyButton } from "./copy-button.tsx";

/** A command to copy. */
export function Command({ text }: { readonly text: string }) {
  return (
    <div className="command">
      <code>{text}</code>
      <CopyButton text={text} label="Copy command" />
    </div>
  );
}
