import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useContext, useState } from "react";
import { dagsQuery } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { ADMIN, WORK } from "./nav.ts";
import { HostContext, useApi } from "./services.ts";

interface Target {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
}

/** Places and Dags whose name holds every typed word, places first. */
export function findTargets(targets: readonly Target[], typed: string): readonly Target[] {
  const words = typed.toLowerCase().split(/\s+/u);
  return targets.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
}

const MOST = 12;

/** Jump to a page or a Dag by typing. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const navigate = useNavigate();
  const isPlatform = useContext(HostContext)?.kind === "platform";
  const { data } = useQuery({
    ...dagsQuery(useApi(), { search: typed, limit: MOST }),
    enabled: isPlatform,
  });
  const places = isPlatform ? [...WORK, ...ADMIN] : [];
  const dags = (data?.dags ?? []).map(({ dag_id }) => ({
    to: `/dags/${encodeURIComponent(dag_id)}`,
    label: dag_id,
    icon: "dag" as const,
  }));
  const targets = findTargets([...places, ...dags], typed).slice(0, MOST);
  const go = (target: Target | undefined): void => {
    if (target === undefined) return;
    onClose();
    void navigate({ to: target.to });
  };
  return (
    <Dialog
      title="Search or jump to"
      isNarrow
      onClose={onClose}
      onSubmit={() => go(targets[0])}
      foot={<Button type="submit">Open first</Button>}
    >
      <SearchField label="Page or Dag" value={typed} onChange={setTyped} />
      <ul className="palette">
        {targets.map((target) => (
          <li key={target.to}>
            <Link to={target.to} className="nav-link" onClick={onClose}>
              <Icon name={target.icon} />
              <span className="ellipsis">{target.label}</span>
            </Link>
          </li>
        ))}
        {targets.length === 0 && <li className="text-3">Nothing of that name</li>}
      </ul>
    </Dialog>
  );
}
