/** An action’s input, filled in as a form or written as JSON, and the call that it makes. */
import type { ActionView, PassedView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMay } from '../api/session.ts';
import { call, callKey } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { ACTIONS } from '../words/actions.ts';
import { UI } from '../words/ui.ts';
import { inputFields } from './input-fields.ts';
import { inputIssues } from './input-issues.ts';
import { ResultView } from './result-view.tsx';
import { ShapeField } from './shape-field.tsx';
import { ShapeGroup } from './shape-group.tsx';
import { type InputValue, startValue } from './start-value.ts';
import '../ui/chips.css';

type Way = 'form' | 'json';

export interface ActionFormProps {
  readonly gate: string;
  readonly action: ActionView;
}

export function ActionForm({ gate, action }: ActionFormProps) {
  const { form: words } = ACTIONS;
  const { name, input: schema, keys } = action;
  const fields = inputFields(schema);
  const queries = useQueryClient();
  const mayRun = useMay('operator');
  const [value, setValue] = useState<InputValue>(() => startValue(fields ?? [], schema));
  /** What is written as JSON; undefined while the form is filled in. */
  const [text, setText] = useState(fields === undefined ? '{}' : undefined);
  const written = text === undefined ? value : objectOf(text);
  const test = useMutation({
    mutationFn: (input: InputValue): Promise<PassedView> =>
      call('testAction', { gate, action: name, input: JSON.stringify(input) }),
    onSettled: () => queries.invalidateQueries({ queryKey: callKey('actionRuns') }),
  });
  const issues = test.data === undefined ? [] : inputIssues(test.data);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (written !== undefined) test.mutate(written);
  };
  const toWay = (way: Way): void => {
    if (way === 'json') setText(JSON.stringify(value, undefined, 2));
    else if (written !== undefined) {
      setValue(written);
      setText(undefined);
    }
  };
  return (
    <div className="action-test">
      <form className="card stack" onSubmit={submit} noValidate aria-label={words.title}>
        {fields === undefined ? (
          <p className="small soft">{words.noForm}</p>
        ) : (
          <WayChips isJson={text !== undefined} canForm={written !== undefined} onWay={toWay} />
        )}
        {text === undefined && fields !== undefined ? (
          <ShapeGroup
            fields={fields}
            path=""
            value={value}
            issues={issues}
            renderField={(props) => <ShapeField key={props.path} {...props} />}
            onChange={setValue}
          />
        ) : (
          <JsonText text={text ?? ''} isObject={written !== undefined} onChange={setText} />
        )}
        {written === undefined && (
          <p className="small issue" role="alert">
            {words.notObject}
          </p>
        )}
        {keys.length === 0 && (
          <NoteBox tone="warn">
            <p>{words.noKey}</p>
          </NoteBox>
        )}
        <div className="row">
          <Button
            kind="primary"
            type="submit"
            disabled={!mayRun || keys.length === 0 || written === undefined || test.isPending}
          >
            {test.isPending ? words.running : words.run}
          </Button>
          <span className="small soft">{mayRun ? words.runs : UI.roleMissing('operator')}</span>
        </div>
      </form>
      <section className="card stack tight" aria-label={ACTIONS.result.title} aria-live="polite">
        <h2>{ACTIONS.result.title}</h2>
        {test.isError && <Failure error={test.error} />}
        {test.data !== undefined && <ResultView passed={test.data} issues={issues} />}
        {test.isIdle && <p className="soft">{ACTIONS.result.none}</p>}
      </section>
    </div>
  );
}

interface WayChipsProps {
  readonly isJson: boolean;
  /** What is no object fills in no form. */
  readonly canForm: boolean;
  readonly onWay: (way: Way) => void;
}

function WayChips({ isJson, canForm, onWay }: WayChipsProps) {
  const { form: words } = ACTIONS;
  return (
    <fieldset className="chips">
      <legend className="visually-hidden">{words.ways}</legend>
      {(['form', 'json'] as const).map((way) => (
        <button
          key={way}
          type="button"
          className="chip"
          aria-pressed={(way === 'json') === isJson}
          disabled={way === 'form' && !canForm}
          onClick={() => onWay(way)}
        >
          {words.way[way]}
        </button>
      ))}
    </fieldset>
  );
}

interface JsonTextProps {
  readonly text: string;
  readonly isObject: boolean;
  readonly onChange: (text: string) => void;
}

function JsonText({ text, isObject, onChange }: JsonTextProps) {
  const { form: words } = ACTIONS;
  return (
    <Field label={words.json} hint={words.jsonHint}>
      <textarea
        className="json-text"
        spellCheck={false}
        aria-invalid={!isObject}
        rows={10}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
    </Field>
  );
}

function objectOf(text: string): InputValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}
