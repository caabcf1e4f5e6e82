import type { ReactNode } from 'react';

/** What stands where there is nothing yet: it says how something comes here. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
