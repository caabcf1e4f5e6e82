/** A value that no form stands for, as JSON. */
import { useState } from 'react';

export interface JsonFieldProps {
  readonly id: string;
  readonly value: unknown;
  readonly isInvalid: boolean;
  readonly describedBy: string;
  readonly onChange: (value: unknown) => void;
}

export function JsonField({ id, value, isInvalid, describedBy, onChange }: JsonFieldProps) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, undefined, 2)));
  const parsed = parseJson(text);
  return (
    <textarea
      id={id}
      className="json-text"
      spellCheck={false}
      aria-invalid={isInvalid || (text !== '' && parsed === undefined)}
      aria-describedby={describedBy === '' ? undefined : describedBy}
      rows={3}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        const next = parseJson(target.value);
        // What is no JSON goes as the text that it is: the gateway says what it wants.
        onChange(target.value.trim() === '' ? undefined : next === undefined ? target.value : next.value);
      }}
    />
  );
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
