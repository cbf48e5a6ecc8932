import { useConfig } from "../../app/services.ts";
import { Panel } from "../../ui/panel.tsx";

/** What an admin should know of this environment: what it cannot keep out, and that it died and came back. */
export function Notices() {
  const notices = useConfig()?.notices ?? [];
  if (notices.length === 0) return null;
  return (
    <Panel title="This environment">
      <ul>
        {notices.map((notice) => (
          <li key={notice} className="needs-line small">
            {notice}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
