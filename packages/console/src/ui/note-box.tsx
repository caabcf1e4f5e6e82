import type { ReactNode } from 'react';
import type { Tone } from './badge.tsx';

export interface NoteBoxProps {
  readonly tone?: Tone;
  /** `alert` where it comes up while somebody looks. */
  readonly role?: 'alert' | 'status' | undefined;
  readonly children: ReactNode;
}

/** Something to know before going on. */
export function NoteBox({ tone = 'plain', role, children }: NoteBoxProps) {
  return (
    <div className="note-box stack" data-tone={tone} role={role}>
      {children}
    </div>
  );
}
