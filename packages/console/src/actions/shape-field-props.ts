/** What a field of an input is handed; fields of groups and lists are made by whoever has such fields. */
import type { ReactNode } from 'react';
import type { InputField } from './input-fields.ts';
import type { InputIssue } from './input-issues.ts';

export interface ShapeFieldProps {
  readonly field: InputField;
  /** From the input’s root. */
  readonly path: string;
  /** Undefined: it is left out. */
  readonly value: unknown;
  readonly issues: readonly InputIssue[];
  readonly onChange: (value: unknown) => void;
}

export type RenderField = (props: ShapeFieldProps) => ReactNode;
