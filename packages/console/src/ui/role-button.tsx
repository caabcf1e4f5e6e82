/** A button of what not everybody may do: to whom may not it is there, disabled, and says which role it needs. */
import type { Role } from '@countersign/api';
import { useId } from 'react';
import { useMay } from '../api/session.ts';
import { UI } from '../words/ui.ts';
import { Button, type ButtonProps } from './button.tsx';

export interface RoleButtonProps extends ButtonProps {
  readonly needs: Role;
}

export function RoleButton({ needs, disabled, ...rest }: RoleButtonProps) {
  const may = useMay(needs);
  const id = useId();
  if (may) return <Button {...rest} disabled={disabled} />;
  return (
    <span title={UI.roleMissing(needs)}>
      <Button {...rest} disabled aria-describedby={id} />
      <span id={id} className="visually-hidden">
        {UI.roleMissing(needs)}
      </span>
    </span>
  );
}
