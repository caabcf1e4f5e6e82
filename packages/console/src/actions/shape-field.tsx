/** One field of an action’s input, of whatever shape. */
import { type ReactNode, useId } from 'react';
import { StrangersText } from '../ui/strangers-text.tsx';
import { ACTIONS } from '../words/actions.ts';
import { ChoiceField } from './choice-field.tsx';
import { JsonField } from './json-field.tsx';
import { ListField } from './list-field.tsx';
import type { ShapeFieldProps } from './shape-field-props.ts';
import { ShapeGroup } from './shape-group.tsx';
import { TextField } from './text-field.tsx';

export function ShapeField(props: ShapeFieldProps) {
  const { field, path, value, issues, onChange } = props;
  const { shape, title, description, isRequired } = field;
  const { form: words } = ACTIONS;
  const id = useId();
  const own = issues.filter((issue) => issue.path === path);
  const limits =
    shape.kind === 'text' || shape.kind === 'number'
      ? shape.limits.map((limit) => words.limits[limit.kind](limit.value))
      : [];
  const hint = [description, ...limits].filter((text) => text !== '').join(' · ');
  const describedBy = [hint === '' ? '' : `${id}-hint`, own.length === 0 ? '' : `${id}-issue`]
    .filter((text) => text !== '')
    .join(' ');
  const below = (
    <>
      {hint !== '' && (
        <span id={`${id}-hint`} className="small soft">
          <StrangersText text={hint} />
        </span>
      )}
      {own.length > 0 && (
        <span id={`${id}-issue`} className="small issue">
          <StrangersText text={own.map(({ message }) => message).join('; ')} />
        </span>
      )}
    </>
  );
  const mark = isRequired && <span className="soft small">{words.required}</span>;
  const leaf = (input: ReactNode): ReactNode => (
    <div className="field shape-field">
      <span className="label">
        <label htmlFor={id}>
          <StrangersText text={title} />
        </label>
        {mark}
      </span>
      {input}
      {below}
    </div>
  );
  const group = (inputs: ReactNode): ReactNode => (
    <fieldset className="shape-field">
      <legend className="small">
        <StrangersText text={title} /> {mark}
      </legend>
      {below}
      {inputs}
    </fieldset>
  );
  const common = { id, value, isInvalid: own.length > 0, describedBy, onChange };
  switch (shape.kind) {
    case 'text':
    case 'number':
      return leaf(<TextField shape={shape} isRequired={isRequired} {...common} />);
    case 'flag':
      return leaf(<ChoiceField values={[true, false]} isRequired={isRequired} {...common} />);
    case 'choice':
      return leaf(<ChoiceField values={shape.values} isRequired={isRequired} {...common} />);
    case 'list':
      return group(
        <ListField item={shape.item} path={path} issues={issues} renderField={renderField} {...common} />,
      );
    case 'group':
      return group(
        <ShapeGroup
          fields={shape.fields}
          path={path}
          value={typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}}
          issues={issues}
          renderField={renderField}
          onChange={onChange}
        />,
      );
    case 'json':
      return leaf(<JsonField {...common} />);
  }
}

function renderField(props: ShapeFieldProps): ReactNode {
  return <ShapeField key={props.path} {...props} />;
}
