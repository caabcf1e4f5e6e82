/** Fields of one object: those that must be given, and the others folded away where they are many. */
import { ACTIONS } from '../words/actions.ts';
import type { InputField } from './input-fields.ts';
import type { InputIssue } from './input-issues.ts';
import type { RenderField } from './shape-field-props.ts';
import type { InputValue } from './start-value.ts';

export interface ShapeGroupProps {
  readonly fields: readonly InputField[];
  readonly path: string;
  readonly value: InputValue;
  readonly issues: readonly InputIssue[];
  readonly renderField: RenderField;
  readonly onChange: (value: InputValue) => void;
}

/** So many optional ones stand there openly. */
const MOST_OPEN = 4;

export function ShapeGroup(props: ShapeGroupProps) {
  const { fields, path, value, issues, renderField, onChange } = props;
  const optional = fields.filter(({ isRequired }) => !isRequired);
  const isFolded = optional.length > MOST_OPEN;
  const row = (field: InputField) =>
    renderField({
      field,
      path: path === '' ? field.name : `${path}/${field.name}`,
      value: Object.hasOwn(value, field.name) ? value[field.name] : undefined,
      issues,
      onChange: (next) => onChange(withMember(value, field.name, next)),
    });
  return (
    <div className={path === '' ? 'shape-group' : 'shape-group inner'}>
      {(isFolded ? fields.filter(({ isRequired }) => isRequired) : fields).map(row)}
      {isFolded && (
        <details>
          <summary>{ACTIONS.form.optional(optional.length)}</summary>
          <div className="shape-group">{optional.map(row)}</div>
        </details>
      )}
    </div>
  );
}

/** Undefined takes it away. */
function withMember(value: InputValue, name: string, next: unknown): InputValue {
  const others = Object.entries(value).filter(([own]) => own !== name);
  return Object.fromEntries(next === undefined ? others : [...others, [name, next]]);
}
