/** A dialog of the browser's own: it holds the focus, Esc closes it, and the focus goes back. */
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { plainText } from './visible-text.ts';

export interface DialogProps {
  readonly label: string;
  readonly onClose: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Open while it is there. */
export function Dialog({ label, onClose, className, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Closed while it is still in the page: only then the focus goes back to where it was.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it by itself
    <dialog
      ref={dialog}
      className={className}
      aria-label={plainText(label)}
      onClose={() => {
        // Where it was opened again at once, the event is of the time before.
        if (dialog.current?.open !== true) onClose();
      }}
      onClick={(event) => {
        // On the backdrop, which is the dialog itself.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
