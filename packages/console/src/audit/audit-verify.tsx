/** Whether the audit log is whole: nothing in it changed, missing or cut off. */
import type { AuditVerifiedView } from '@countersign/api';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Field } from '../ui/field.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { AUDIT } from '../words/audit.ts';

export function AuditVerify() {
  const { verify: words } = AUDIT;
  const [heads, setHeads] = useState('');
  const verification = useMutation({
    mutationFn: () => {
      const text = heads.replaceAll(/\s+/g, '');
      return call('verifyAudit', text === '' ? {} : { heads: text });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    verification.mutate();
  };
  return (
    <details className="card audit-verify">
      <summary>
        <h2>{words.title}</h2>
      </summary>
      <form className="stack tight" onSubmit={submit}>
        <p className="soft">{words.lead}</p>
        <Field label={words.heads} hint={words.headsHint}>
          <input
            className="mono"
            autoComplete="off"
            spellCheck={false}
            value={heads}
            onChange={({ target }) => setHeads(target.value)}
          />
        </Field>
        <div className="row">
          <Button kind="primary" type="submit" disabled={verification.isPending}>
            {words.submit}
          </Button>
          <span role="status" className="small soft">
            {verification.isPending && words.running}
          </span>
        </div>
        {verification.isError && <Failure error={verification.error} />}
        {verification.data !== undefined && <Verified of={verification.data} />}
      </form>
    </details>
  );
}

function Verified({ of }: { readonly of: AuditVerifiedView }) {
  const { verify: words } = AUDIT;
  const { entries, isKeyed, head, headsTooOld, findings } = of;
  const [first] = findings;
  return (
    <NoteBox tone={first === undefined ? 'good' : 'bad'} role="status">
      <p>
        <b>{first === undefined ? words.whole(entries) : words.broken(first.seq)}</b>
      </p>
      {findings.length > 0 && (
        <ul className="audit-values">
          {findings.map(({ code, seq, problem }) => (
            <li key={`${code}${seq}`}>
              <Sentence text={problem} />
            </li>
          ))}
        </ul>
      )}
      {!isKeyed && <p>{words.unkeyed}</p>}
      {headsTooOld > 0 && <p>{words.tooOld(headsTooOld)}</p>}
      {head !== undefined && (
        <p className="row">
          <span className="soft">{words.head}</span>
          <code className="head">{head}</code>
          <CopyButton text={head} />
        </p>
      )}
    </NoteBox>
  );
}
