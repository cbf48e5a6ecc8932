import { useBlocked } from "./blocked.ts";

/** An on-off switch that takes effect at once. */
export function Switch({
  isOn,
  label,
  onChange,
}: {
  readonly isOn: boolean;
  readonly label: string;
  readonly onChange: (isOn: boolean) => void;
}) {
  const blocked = useBlocked();
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={isOn}
      aria-label={label}
      aria-disabled={blocked !== undefined || undefined}
      title={blocked ?? label}
      onClick={() => blocked === undefined && onChange(!isOn)}
    />
  );
}
