import { type ReactNode, useId } from "react";

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly isOptional?: boolean;
}

interface ControlProps {
  readonly id: string;
  readonly className: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

function Field({
  label,
  hint,
  problem,
  isOptional = false,
  render,
}: FieldProps & { readonly render: (control: ControlProps) => ReactNode }) {
  const id = useId();
  const hasNote = hint !== undefined || problem !== undefined;
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {isOptional && <span className="optional">optional</span>}
      </div>
      {render({
        id,
        className: "input",
        "aria-describedby": hasNote ? `${id}-note` : undefined,
        "aria-invalid": problem === undefined ? undefined : true,
      })}
      {hasNote && (
        <div id={`${id}-note`} className={problem === undefined ? "hint" : "problem"}>
          {problem ?? hint}
        </div>
      )}
    </div>
  );
}

/** A line or a block of text with label, hint and problem. */
export function TextField({
  value,
  onChange,
  lines = 1,
  isMono = false,
  isReadOnly = false,
  isAutoFocused = false,
  type = "text",
  placeholder,
  autoComplete = "off",
  ...field
}: FieldProps & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly lines?: number;
  readonly isMono?: boolean;
  readonly isReadOnly?: boolean;
  readonly isAutoFocused?: boolean;
  readonly type?: "text" | "password" | "number";
  readonly placeholder?: string | undefined;
  readonly autoComplete?: string;
}) {
  return (
    <Field
      {...field}
      render={({ className, ...control }) => {
        const shared = {
          ...control,
          className: isMono ? `${className} mono` : className,
          value,
          placeholder,
          autoComplete,
          readOnly: isReadOnly,
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- only ever the first field of what a person has just opened
          autoFocus: isAutoFocused,
          spellCheck: false,
          onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
            onChange(event.currentTarget.value),
        };
        return lines > 1 ? (
          <textarea {...shared} rows={lines} />
        ) : (
          <input {...shared} type={type} />
        );
      }}
    />
  );
}

/** One of a few values, with label and hint. */
export function SelectField({
  value,
  options,
  onChange,
  ...field
}: FieldProps & {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field
      {...field}
      render={(control) => (
        <select
          {...control}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    />
  );
}

/** A checkbox or one radio of a group, with a line below that says what it means here. */
export function Choice({
  label,
  hint,
  name,
  isChosen,
  onChange,
}: {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** Given: a radio of the group with this name. Left out: a checkbox. */
  readonly name?: string;
  readonly isChosen: boolean;
  readonly onChange: (isChosen: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="choice">
      <input
        id={id}
        type={name === undefined ? "checkbox" : "radio"}
        name={name}
        checked={isChosen}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && <div className="hint">{hint}</div>}
    </div>
  );
}
