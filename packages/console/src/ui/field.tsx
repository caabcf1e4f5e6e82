import type { ReactNode } from 'react';

/** A label above an input, and what is to be known of it below. */
export function Field({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the input is among the children
    <label className="field">
      <span>{label}</span>
      {children}
      {hint !== undefined && <span className="small soft">{hint}</span>}
    </label>
  );
}
