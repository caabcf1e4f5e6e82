import type { ButtonHTMLAttributes } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'danger' | 'plain' | undefined;
}

export function Button({ kind, type = 'button', className = '', ...rest }: ButtonProps) {
  return <button {...rest} type={type} data-kind={kind} className={`button ${className}`} />;
}
