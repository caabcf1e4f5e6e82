/** Items of one shape, one after the other. */
import { Button } from '../ui/button.tsx';
import { ACTIONS } from '../words/actions.ts';
import type { InputShape } from './input-fields.ts';
import type { InputIssue } from './input-issues.ts';
import type { RenderField } from './shape-field-props.ts';
import { emptyValue } from './start-value.ts';

export interface ListFieldProps {
  readonly item: InputShape;
  readonly path: string;
  readonly value: unknown;
  readonly issues: readonly InputIssue[];
  readonly renderField: RenderField;
  readonly onChange: (value: unknown) => void;
}

export function ListField({ item, path, value, issues, renderField, onChange }: ListFieldProps) {
  const { form: words } = ACTIONS;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return (
    <div className="shape-group inner">
      {items.map((each, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name
        <div key={i} className="list-item">
          {renderField({
            field: {
              name: String(i),
              title: words.item(i + 1),
              description: '',
              isRequired: true,
              shape: item,
            },
            path: `${path}/${i}`,
            value: each,
            issues,
            onChange: (next) => onChange(items.map((own, at) => (at === i ? next : own))),
          })}
          <Button
            aria-label={words.remove(i + 1)}
            onClick={() => onChange(items.filter((_, at) => at !== i))}
          >
            ×
          </Button>
        </div>
      ))}
      <div>
        <Button onClick={() => onChange([...items, emptyValue(item) ?? ''])}>{words.add}</Button>
      </div>
    </div>
  );
}
