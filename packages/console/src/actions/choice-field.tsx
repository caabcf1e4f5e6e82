/** One of some values. */
import { ACTIONS } from '../words/actions.ts';
import type { Primitive } from './input-fields.ts';
import type { LeafProps } from './text-field.tsx';

export interface ChoiceFieldProps extends LeafProps {
  readonly values: readonly Primitive[];
}

export function ChoiceField(props: ChoiceFieldProps) {
  const { values, id, value, isRequired, isInvalid, describedBy, onChange } = props;
  const { form: words } = ACTIONS;
  const at = values.findIndex((each) => Object.is(each, value));
  return (
    <select
      id={id}
      aria-required={isRequired}
      aria-invalid={isInvalid}
      aria-describedby={describedBy === '' ? undefined : describedBy}
      value={at}
      onChange={({ target }) => onChange(values[Number(target.value)])}
    >
      {(!isRequired || at < 0) && <option value={-1}>{words.unset}</option>}
      {values.map((each, i) => (
        <option key={String(each)} value={i}>
          {typeof each === 'boolean' ? (each ? words.yes : words.no) : String(each)}
        </option>
      ))}
    </select>
  );
}
