/** A request of which nothing is kept: what the live stream told of it. */
import type { VerdictView } from '@countersign/api';
import type { VerdictRow } from '../live/live-row.ts';
import { useFilters } from '../shell/search.ts';
import { NoteBox } from '../ui/note-box.tsx';
import { Page } from '../ui/page.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { plainText } from '../ui/visible-text.ts';
import { keyName } from '../words/key-name.ts';
import { REQUEST } from '../words/request.ts';
import { Findings } from './findings.tsx';
import { RequestHead } from './request-head.tsx';
import { HowToKeep } from './unknown-request.tsx';
import { Way } from './way.tsx';
import { stepsUntil } from './way-without-trace.ts';

export interface StreamedRequestProps {
  readonly row: VerdictRow;
  readonly isForbidden: boolean;
}

export function StreamedRequest({ row: { view, finding }, isForbidden }: StreamedRequestProps) {
  const filters = useFilters();
  const { streamed } = REQUEST;
  const isRefused = view.verdict === 'refused';
  return (
    <Page title={plainText(`${view.method} ${view.path}`)}>
      <div className="stack request">
        <RequestHead
          id={view.requestId}
          gate={view.gate}
          at={view.time}
          reason={isRefused ? (view.reason ?? view.verdict) : undefined}
          facts={factsOf(view)}
        />
        {isRefused && (
          <section className="card stack">
            <h2>{REQUEST.why}</h2>
            {finding === undefined ? (
              <p>
                <Sentence text={`${view.message}. ${view.remedy ?? ''}`} />
              </p>
            ) : (
              <Findings findings={[{ ...finding, examples: [] }]} />
            )}
          </section>
        )}
        <section className="card stack">
          <h2>{REQUEST.way.title}</h2>
          <Way steps={stepsUntil(isRefused ? view.step : undefined, view.message)} filters={filters} />
        </section>
        <NoteBox tone="note">
          <p>{isForbidden ? streamed.forbidden : streamed.text}</p>
          {!isForbidden && isRefused && <HowToKeep />}
        </NoteBox>
      </div>
    </Page>
  );
}

function factsOf({ status, durationMs, keyId, tenant, reading, claim }: VerdictView) {
  const { facts } = REQUEST;
  return [
    { name: facts.status, value: String(status) },
    { name: facts.took, value: facts.ms(durationMs) },
    keyId === undefined ? undefined : { name: facts.key, value: keyName({ keyId, tenant }) },
    reading === undefined ? undefined : { name: facts.reading, value: reading },
    claim === undefined ? undefined : { name: facts.claim, value: claim },
  ];
}
