/** What may be larger than its place: it scrolls there, by the keyboard too. */
import type { ReactNode } from 'react';

export interface ScrolledProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Scrolled({ label, className, children }: ScrolledProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keyboard
    <section className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
