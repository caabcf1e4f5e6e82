/** Asks once before something is changed: what will happen, and how much. */
import type { FormEvent, ReactNode } from 'react';
import { UI } from '../words/ui.ts';
import { Button, type ButtonProps } from './button.tsx';
import { Dialog } from './dialog.tsx';

export interface ConfirmDialogProps {
  readonly title: string;
  /** The word of the button that does it. */
  readonly confirm: string;
  readonly kind?: ButtonProps['kind'];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What will happen; and fields, where something is to be said. */
  readonly children: ReactNode;
}

export function ConfirmDialog({
  title,
  confirm,
  kind = 'primary',
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onClose();
    onConfirm();
  };
  return (
    <Dialog label={title} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <h2>{title}</h2>
        {children}
        <div className="row">
          <Button kind={kind} type="submit">
            {confirm}
          </Button>
          <Button onClick={onClose}>{UI.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
