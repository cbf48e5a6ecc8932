import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useContext, useId, useState } from "react";
import { dagsQuery } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
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

/** Jump to a page or a Dag by typing: arrows move through what was found, Enter opens it. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string>();
  const id = useId();
  const navigate = useNavigate();
  const targets = useTargets(typed);
  const at = Math.max(
    0,
    targets.findIndex(({ to }) => to === chosen),
  );
  const idOf = (index: number): string => `${id}-${index}`;
  const move = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    setChosen(targets.at((at + by) % targets.length)?.to);
  };
  const open = (): void => {
    const target = targets[at];
    if (target === undefined) return;
    onClose();
    void navigate({ to: target.to });
  };
  return (
    <Dialog
      title="Search or jump to"
      isNarrow
      onClose={onClose}
      onSubmit={open}
      foot={
        <>
          <p className="key-hints text-3 small grow wide-only">
            <kbd>↑</kbd> <kbd>↓</kbd> move <kbd>Enter</kbd> open <kbd>Esc</kbd> close
          </p>
          <Button type="submit">Open</Button>
        </>
      }
    >
      <label className="search">
        <Icon name="search" />
        <input
          type="search"
          role="combobox"
          aria-label="Page or Dag"
          placeholder="Page or Dag"
          aria-expanded={targets.length > 0}
          aria-controls={id}
          aria-activedescendant={targets.length === 0 ? undefined : idOf(at)}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setChosen(undefined);
          }}
          onKeyDown={move}
        />
      </label>
      <div className="palette" role="listbox" id={id} aria-label="Pages and Dags">
        {targets.map((target, index) => (
          <Link
            key={target.to}
            to={target.to}
            role="option"
            id={idOf(index)}
            aria-selected={index === at}
            tabIndex={-1}
            ref={index === at ? show : undefined}
            className="nav-link"
            onClick={onClose}
          >
            <Icon name={target.icon} />
            <span className="ellipsis">{target.label}</span>
          </Link>
        ))}
      </div>
      {targets.length === 0 && <p className="text-3">Nothing of that name</p>}
    </Dialog>
  );
}

function show(option: HTMLElement | null): void {
  option?.scrollIntoView({ block: "nearest" });
}

/** What of that name there is: places first, and the Dags that the server finds. */
function useTargets(typed: string): readonly Target[] {
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
  return findTargets([...places, ...dags], typed).slice(0, MOST);
}
