import { useDisabledReason } from "./blocked.ts";

/** An on-off switch that takes effect at once. */
export function Switch({
  isOn,
  label,
  disabledReason,
  onChange,
}: {
  readonly isOn: boolean;
  readonly label: string;
  /** Why it cannot be changed now. */
  readonly disabledReason?: string | undefined;
  readonly onChange: (isOn: boolean) => void;
}) {
  const reason = useDisabledReason(disabledReason, true);
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={isOn}
      aria-label={label}
      aria-disabled={reason !== undefined || undefined}
      title={reason ?? label}
      onClick={() => reason === undefined && onChange(!isOn)}
    />
  );
}
