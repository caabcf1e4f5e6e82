/** One of some names, or all of them. */
import { plainText } from './visible-text.ts';

export interface SelectProps {
  readonly label: string;
  /** What stands for no choice. */
  readonly all: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
}

export function Select({ label, all, value = '', options, onChange }: SelectProps) {
  // A link may name what there is no more.
  const isListed = value === '' || options.some(([each]) => each === value);
  return (
    <select aria-label={label} value={value} onChange={({ target }) => onChange(target.value)}>
      <option value="">{all}</option>
      {!isListed && <option value={value}>{plainText(value)}</option>}
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}
