import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';

export type { Tone };

/** A word with a colour; the word alone says it. */
export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}
