import type { UiDagCollection } from "@airloom/api";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { DAG_SEGMENTS } from "../../app/search.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import type { StateLook } from "../../states/state-look.ts";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Icon } from "../../ui/icon.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Segments } from "../../ui/segments.tsx";

type SegmentName = (typeof DAG_SEGMENTS)[number];

const SEGMENTS = {
  all: { label: "All", look: undefined },
  failing: { label: "Failing", look: TASK_LOOKS.failed },
  running: { label: "Running", look: TASK_LOOKS.running },
  waiting: { label: "Waiting", look: TASK_LOOKS.queued },
  paused: { label: "Paused", look: undefined },
} as const satisfies Readonly<Record<SegmentName, { label: string; look: StateLook | undefined }>>;

type ListName = "tag" | "not" | "owner";

const CHIPS = [
  { name: "tag", words: "tag is" },
  { name: "not", words: "tag is not" },
  { name: "owner", words: "owner is" },
] as const satisfies readonly { name: ListName; words: string }[];

/** Segments, name filter and chips; each change is a new address. */
export function DagFilters({ collection }: { readonly collection: UiDagCollection | undefined }) {
  const search = useSearch({ from: "/shell/dags" });
  const navigate = useNavigate({ from: "/dags" });
  const setList = (name: ListName, items: readonly string[]): void => {
    void navigate({ search: (old) => ({ ...old, [name]: items }), replace: true });
  };
  return (
    <div className="filters">
      <Segments
        label="Which Dags"
        value={search.segment ?? "all"}
        onChange={(segment) => void navigate({ search: (old) => ({ ...old, segment }) })}
        segments={DAG_SEGMENTS.map((name) => ({
          value: name,
          label: <SegmentText name={name} count={collection?.segments[name]} />,
        }))}
      />
      <SearchField
        label="Filter by name"
        value={search.q ?? ""}
        onChange={(q) => void navigate({ search: (old) => ({ ...old, q }), replace: true })}
      />
      {CHIPS.flatMap(({ name, words }) =>
        (search[name] ?? []).map((item) => (
          <button
            key={`${name} ${item}`}
            type="button"
            className="chip active"
            title="Remove this filter"
            onClick={() =>
              setList(
                name,
                (search[name] ?? []).filter((other) => other !== item),
              )
            }
          >
            {words} <b>{item}</b>
            <Icon name="x" />
          </button>
        )),
      )}
      <Menu label="Filter" icon="plus" isSmall>
        <div className="menu-scroll">
          {(collection?.all_tags ?? []).flatMap((tag) => [
            <MenuItem
              key={`tag ${tag}`}
              onClick={() => setList("tag", [...(search.tag ?? []), tag])}
            >
              tag is <b>{tag}</b>
            </MenuItem>,
            <MenuItem
              key={`not ${tag}`}
              onClick={() => setList("not", [...(search.not ?? []), tag])}
            >
              tag is not <b>{tag}</b>
            </MenuItem>,
          ])}
          {(collection?.all_owners ?? []).map((owner) => (
            <MenuItem
              key={`owner ${owner}`}
              onClick={() => setList("owner", [...(search.owner ?? []), owner])}
            >
              owner is <b>{owner}</b>
            </MenuItem>
          ))}
        </div>
      </Menu>
    </div>
  );
}

function SegmentText({
  name,
  count,
}: {
  readonly name: SegmentName;
  readonly count: number | undefined;
}) {
  const { label, look } = SEGMENTS[name];
  return (
    <>
      {label}
      {look !== undefined && count !== undefined && count > 0 && (
        <StateIcon look={look} size={13} isDecoration />
      )}
      <span className="count">{count}</span>
    </>
  );
}
