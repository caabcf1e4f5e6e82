/** What became of a test call: the verdict, and what the action answered, by its kind. */
import type { PassedView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { bytesOfBase64 } from '../request/bytes.ts';
import { HeadersTable } from '../request/headers-table.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { ACTIONS } from '../words/actions.ts';
import { keyName } from '../words/key-name.ts';
import { answerOf } from './answer-kind.ts';
import { AnswerView } from './answer-view.tsx';
import type { InputIssue } from './input-issues.ts';

const TONES: Readonly<Record<PassedView['verdict']['kind'], Tone>> = {
  accepted: 'good',
  refused: 'bad',
  handshake: 'note',
  unsigned: 'warn',
};

export interface ResultViewProps {
  readonly passed: PassedView;
  readonly issues: readonly InputIssue[];
}

export function ResultView({ passed, issues }: ResultViewProps) {
  const { result: words } = ACTIONS;
  const { verdict, status, headers, durationMs, requestId, isCut, bodyBase64 } = passed;
  return (
    <div className="stack tight">
      <p className="row">
        <Badge tone={TONES[verdict.kind]}>{words[verdict.kind]}</Badge>
        {verdict.kind !== 'refused' && verdict.reason !== undefined && (
          <Badge tone="bad">{words.failed}</Badge>
        )}
        <span>{words.status(status)}</span>
        <span className="soft">{words.took(durationMs)}</span>
        {verdict.keyId !== undefined && <span className="soft strangers">{words.key(keyName(verdict))}</span>}
        <Link to="/requests/$id" params={{ id: requestId }} className="small">
          {words.request}
        </Link>
      </p>
      {verdict.reason !== undefined && <Reason verdict={verdict} />}
      {issues.length > 0 && (
        <NoteBox tone="bad">
          <h3>{words.issues}</h3>
          <ul className="input-issues">
            {issues.map(({ path, message }) => (
              <li key={path + message}>
                <span className="mono">
                  <StrangersText text={path} />
                </span>{' '}
                <StrangersText text={message} />
              </li>
            ))}
          </ul>
        </NoteBox>
      )}
      <AnswerView answer={answerOf(passed)} bytes={bytesOfBase64(bodyBase64).length} />
      {isCut && <p className="small soft">{words.cut}</p>}
      <details>
        <summary className="small soft">{words.headers(headers.length)}</summary>
        <HeadersTable headers={headers} />
      </details>
    </div>
  );
}

function Reason({ verdict: { reason = '', step, message = '', remedy } }: Pick<PassedView, 'verdict'>) {
  const { result: words } = ACTIONS;
  return (
    <>
      <p>
        <b className="mono">{reason}</b>
        {step !== undefined && <span className="soft"> {words.at(step)}</span>}
        {message !== '' && ': '}
        <StrangersText text={message} />
      </p>
      {remedy !== undefined && (
        <p>
          <b>{words.remedy}: </b>
          <Sentence text={remedy} />
        </p>
      )}
    </>
  );
}
