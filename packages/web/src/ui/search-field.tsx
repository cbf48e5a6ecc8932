import { Icon } from "./icon.tsx";

/** A filter that works while one types; `/` focuses the first one on a page. */
export function SearchField({
  label,
  value,
  onChange,
  onEnter,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onEnter?: () => void;
}) {
  return (
    <label className="search grow">
      <Icon name="filter" />
      <input
        type="search"
        data-filter
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          if (event.key === "Enter") onEnter?.();
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}
