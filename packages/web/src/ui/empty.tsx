import type { ReactNode } from "react";
import { Command } from "./command.tsx";

/** What stands where nothing is yet: why, and the command that changes it. */
export function Empty({
  title,
  command,
  children,
}: {
  readonly title: string;
  readonly command?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
      {command !== undefined && <Command text={command} />}
    </div>
  );
}
