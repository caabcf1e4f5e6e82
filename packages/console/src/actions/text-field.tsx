/** A text, a number, a day, or a file as base64. */
import { useState } from 'react';
import { FileInput } from './file-input.tsx';
import type { InputShape } from './input-fields.ts';

export interface TextFieldProps extends LeafProps {
  readonly shape: Extract<InputShape, { kind: 'text' | 'number' }>;
}

/** What every input of one value has. */
export interface LeafProps {
  readonly id: string;
  readonly value: unknown;
  readonly isRequired: boolean;
  readonly isInvalid: boolean;
  /** Ids of what says more of it; empty where nothing does. */
  readonly describedBy: string;
  readonly onChange: (value: unknown) => void;
}

const TYPES = { line: 'text', date: 'date', email: 'email', url: 'url' } as const;

export function TextField({
  shape,
  id,
  value,
  isRequired,
  isInvalid,
  describedBy,
  onChange,
}: TextFieldProps) {
  const [typed, setTyped] = useState(value === undefined ? '' : String(value));
  const text = value === undefined ? '' : String(value);
  const shared = {
    id,
    'aria-required': isRequired,
    'aria-invalid': isInvalid,
    'aria-describedby': describedBy === '' ? undefined : describedBy,
  };
  if (shape.kind === 'number')
    return (
      <input
        {...shared}
        inputMode={shape.isWhole ? 'numeric' : 'decimal'}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange(numberOf(target.value));
        }}
      />
    );
  const change = (next: string): void => onChange(next === '' && !isRequired ? undefined : next);
  if (shape.format === 'file') return <FileInput {...shared} onChange={onChange} />;
  if (shape.format === 'lines')
    return <textarea {...shared} value={text} onChange={({ target }) => change(target.value)} />;
  return (
    <input
      {...shared}
      type={TYPES[shape.format]}
      value={text}
      onChange={({ target }) => change(target.value)}
    />
  );
}

/** What is no number stays a text: the gateway says what it wants. */
function numberOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
