/** A request that failed elsewhere, pasted: the gate tells why. It stays on this page: the address has nothing of it. */
import type { ExplanationView } from '@countersign/api';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMay } from '../api/session.ts';
import { call } from '../api/use-call.ts';
import { ByteDiff } from '../request/byte-diff.tsx';
import { Findings } from '../request/findings.tsx';
import { Way } from '../request/way.tsx';
import type { Filters } from '../shell/search.ts';
import { Failure } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { GATES } from '../words/gates.ts';
import '../request/request.css';
import { Sentence } from '../ui/sentence.tsx';
import { keyName } from '../words/key-name.ts';

const MAX_CHARS = 256 * 1024;

export interface ExplainTabProps {
  readonly gate: string;
  readonly filters: Filters;
}

export function ExplainTab({ gate, filters }: ExplainTabProps) {
  const { explain: words } = GATES;
  const [request, setRequest] = useState('');
  const mayExplain = useMay('operator');
  const explanation = useMutation({ mutationFn: () => call('explain', { gate, request }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    explanation.mutate();
  };
  return (
    <div className="stack request">
      <form className="card stack tight" onSubmit={submit}>
        <p>{words.lead}</p>
        <Field label={words.label} hint={words.hint}>
          <textarea
            data-filter
            spellCheck={false}
            autoComplete="off"
            required
            maxLength={MAX_CHARS}
            placeholder={words.placeholder}
            value={request}
            onChange={({ target }) => setRequest(target.value)}
          />
        </Field>
        <div className="row">
          <Button kind="primary" type="submit" disabled={!mayExplain || explanation.isPending}>
            {words.submit}
          </Button>
          {request !== '' && (
            <Button
              onClick={() => {
                setRequest('');
                explanation.reset();
              }}
            >
              {words.clear}
            </Button>
          )}
          <span role="status" className="small soft">
            {explanation.isPending && words.running}
            {!mayExplain && GATES.needs(words.needs, 'operator')}
          </span>
        </div>
      </form>
      {explanation.isError && <Failure error={explanation.error} />}
      {explanation.data !== undefined && <Explanation of={explanation.data} filters={filters} />}
    </div>
  );
}

function Explanation({ of, filters }: { readonly of: ExplanationView; readonly filters: Filters }) {
  const { explain: words } = GATES;
  const { verdict, findings, notes, diff, steps, form } = of;
  return (
    <>
      <section className="card stack" role="status">
        <p className="row">
          <Badge tone={verdict.ok ? 'good' : 'bad'}>{verdict.ok ? words.accepted : words.refused}</Badge>
          {verdict.ok ? (
            <span>{words.provedBy(keyName(verdict))}</span>
          ) : (
            <span>
              <span className="mono">{verdict.reason}</span>: <Sentence text={verdict.message ?? ''} />
            </span>
          )}
          {form !== undefined && <span className="small soft">{words.form(form)}</span>}
        </p>
        {findings.length > 0 ? (
          <Findings findings={findings} />
        ) : (
          !verdict.ok && (
            <>
              <p className="soft">{words.noFinding}</p>
              {verdict.remedy !== undefined && (
                <p>
                  <Sentence text={verdict.remedy} />
                </p>
              )}
            </>
          )
        )}
        {notes.map((note) => (
          <p key={note} className="small soft">
            <Sentence text={note} />
          </p>
        ))}
      </section>
      {diff !== undefined && (
        <section className="card stack">
          <h2>{words.diff}</h2>
          <ByteDiff diff={diff} />
        </section>
      )}
      <section className="card stack">
        <h2>{words.way}</h2>
        <Way steps={steps} filters={filters} />
      </section>
    </>
  );
}
