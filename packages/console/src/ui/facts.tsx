import type { ReactNode } from 'react';
import { StrangersText } from './strangers-text.tsx';

export interface Fact {
  readonly name: string;
  /** A text may be a stranger’s. */
  readonly value: ReactNode;
}

/** Names and values, one below the other; what has no value is left out. */
export function Facts({ facts }: { readonly facts: readonly (Fact | undefined)[] }) {
  return (
    <dl className="facts">
      {facts
        .filter((fact) => fact !== undefined)
        .map(({ name, value }) => (
          <FactRow key={name} name={name} value={value} />
        ))}
    </dl>
  );
}

function FactRow({ name, value }: Fact) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{typeof value === 'string' ? <StrangersText text={value} /> : value}</dd>
    </>
  );
}
