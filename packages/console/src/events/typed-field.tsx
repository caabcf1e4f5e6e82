/** A filter that is typed, and sent with Enter. */
import type { TypedFilters } from '../shell/typed-filters.ts';
import type { TYPED_NAMES } from './events-filter.ts';

export type TypedName = (typeof TYPED_NAMES)[number];

export interface TypedFieldProps {
  readonly typed: TypedFilters<TypedName>;
  readonly name: TypedName;
  readonly label: string;
  /** Characters. */
  readonly maxLength: number;
}

export function TypedField({ typed, name, label, maxLength }: TypedFieldProps) {
  return (
    <input
      type="text"
      className="type"
      aria-label={label}
      placeholder={label}
      maxLength={maxLength}
      value={typed.textOf(name)}
      onChange={({ target }) => typed.type(name, target.value)}
    />
  );
}
