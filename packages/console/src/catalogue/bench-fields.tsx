/** Method, URL, headers, body and key of the playground, and the declaration that judges them. */
import { findProvider, KEY_ENCODINGS, optionRowsOf } from '@countersign/core';
import { Field } from '../ui/field.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { type Bench, BODY_FORMS, bodyAs, type Target } from './bench.ts';

export interface BenchFieldsProps {
  readonly bench: Bench;
  readonly onChange: (change: Partial<Bench>) => void;
}

export function BenchFields({ bench, onChange }: BenchFieldsProps) {
  const { playground: words } = CATALOGUE;
  const { target, secret, encoding } = bench;
  return (
    <div className="bench-fields">
      <RequestFields bench={bench} onChange={onChange} />
      <Field label={words.secret}>
        <textarea
          className="secret-text"
          spellCheck={false}
          autoComplete="off"
          rows={linesOf(secret, 1, 6)}
          value={secret}
          onChange={(event) => onChange({ secret: event.target.value })}
        />
      </Field>
      <Field label={words.encoding}>
        <select value={encoding} onChange={(event) => onChange({ encoding: event.target.value })}>
          <option value="">{words.encodingDefault}</option>
          {KEY_ENCODINGS.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </Field>
      <TargetField target={target} onChange={(next) => onChange({ target: next })} />
    </div>
  );
}

function RequestFields({ bench, onChange }: BenchFieldsProps) {
  const { playground: words } = CATALOGUE;
  const { method, url, headers, body, bodyForm, at } = bench;
  return (
    <>
      <div className="bench-line">
        <Field label={words.method}>
          <input
            className="mono"
            spellCheck={false}
            value={method}
            maxLength={40}
            onChange={(event) => onChange({ method: event.target.value })}
          />
        </Field>
        <Field label={words.url}>
          <input
            className="mono"
            spellCheck={false}
            value={url}
            onChange={(event) => onChange({ url: event.target.value })}
          />
        </Field>
      </div>
      <Field label={words.headers} hint={words.headersHint}>
        <textarea
          className="headers-text"
          spellCheck={false}
          rows={linesOf(headers, 2, 7)}
          value={headers}
          onChange={(event) => onChange({ headers: event.target.value })}
        />
      </Field>
      <Field label={words.body}>
        <textarea
          spellCheck={false}
          rows={linesOf(body, 3, 12)}
          value={body}
          onChange={(event) => onChange({ body: event.target.value })}
        />
      </Field>
      <div className="bench-line">
        <Field label={words.bodyForm}>
          <select
            value={bodyForm}
            onChange={(event) => {
              const form = BODY_FORMS.find((each) => each === event.target.value) ?? 'text';
              onChange(bodyInForm(bench, form));
            }}
          >
            {BODY_FORMS.map((form) => (
              <option key={form} value={form}>
                {words.bodyForms[form]}
              </option>
            ))}
          </select>
        </Field>
        <Field label={words.at} hint={words.atHint}>
          <input
            className="mono"
            spellCheck={false}
            value={at}
            onChange={(event) => onChange({ at: event.target.value })}
          />
        </Field>
      </div>
    </>
  );
}

/** A form that the body does not have leaves it as it is. */
function bodyInForm(bench: Bench, form: Bench['bodyForm']): Partial<Bench> {
  try {
    return bodyAs(bench, form);
  } catch {
    return { bodyForm: form };
  }
}

function linesOf(text: string, least: number, most: number): number {
  return Math.min(most, Math.max(least, text.split('\n').length, Math.ceil(text.length / 90)));
}

interface TargetFieldProps {
  readonly target: Target;
  readonly onChange: (target: Target) => void;
}

function TargetField({ target, onChange }: TargetFieldProps) {
  const { playground: words, declared } = CATALOGUE;
  if (target.kind === 'scheme')
    return (
      <Field label={declared.scheme} hint={declared.hint}>
        <textarea
          spellCheck={false}
          rows={linesOf(target.declaration, 4, 14)}
          value={target.declaration}
          onChange={(event) => onChange({ kind: 'scheme', declaration: event.target.value })}
        />
      </Field>
    );
  const provider = findProvider(target.id);
  const names = provider === undefined ? [] : optionRowsOf(provider).map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <Field label={words.options} hint={words.optionsHint(names.join(', '))}>
      <textarea
        className="options-text"
        spellCheck={false}
        rows={linesOf(target.options, 2, 8)}
        value={target.options}
        onChange={(event) => onChange({ kind: 'provider', id: target.id, options: event.target.value })}
      />
    </Field>
  );
}
