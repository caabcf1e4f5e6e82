/** What the engine says of the request in the fields: the verdict, why, step by step, and what was signed. */
import type { Verdict } from '@countersign/core';
import { useId } from 'react';
import { ByteDiff } from '../request/byte-diff.tsx';
import { looseText } from '../request/bytes.ts';
import { Findings } from '../request/findings.tsx';
import { Way } from '../request/way.tsx';
import type { Filters } from '../shell/search.ts';
import { Badge } from '../ui/badge.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Scrolled } from '../ui/scrolled.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { REQUEST } from '../words/request.ts';
import type { Judged, JudgedRequest, UncoveredPart } from './judge-bench.ts';
import '../request/request.css';
import '../request/body-view.css';
import { Sentence } from '../ui/sentence.tsx';

export interface JudgedViewProps {
  readonly judged: Judged | undefined;
  readonly filters: Filters;
}

export function JudgedView({ judged, filters }: JudgedViewProps) {
  const { playground: words } = CATALOGUE;
  const heading = useId();
  return (
    <section className="stack request" aria-labelledby={heading}>
      <div className="card stack tight">
        <h2 id={heading} className="visually-hidden">
          {words.verdict}
        </h2>
        <div role="status">
          {judged === undefined ? (
            <p className="soft">{words.judging}</p>
          ) : judged.kind === 'fault' ? (
            <NoteBox tone="warn">
              <p>
                <Sentence text={`${judged.problem} ${judged.remedy}`} />
              </p>
            </NoteBox>
          ) : (
            <VerdictLine verdict={judged.verdict} uncovered={judged.uncovered} />
          )}
        </div>
        {judged?.kind === 'judged' && <Way steps={judged.steps} filters={filters} />}
      </div>
      {judged?.kind === 'judged' && <Why judged={judged} />}
    </section>
  );
}

interface VerdictLineProps {
  readonly verdict: Verdict;
  readonly uncovered: UncoveredPart | undefined;
}

function VerdictLine({ verdict, uncovered }: VerdictLineProps) {
  const { playground: words, part } = CATALOGUE;
  if (!verdict.ok) {
    const { reason, step, message, remedy } = verdict;
    return (
      <div className="stack tight">
        <p className="row verdict">
          <Badge tone="bad">{words.refused}</Badge>
          <b className="mono">{reason}</b>
          <span className="soft">{words.at2(step)}</span>
        </p>
        <p>
          <Sentence text={message} />
        </p>
        <p>
          <b>{words.remedy}: </b>
          <Sentence text={remedy} />
        </p>
      </div>
    );
  }
  return (
    <div className="stack tight">
      <p className="row verdict">
        <Badge tone="good">{words.accepted}</Badge>
        <span>{words.byKey(verdict.keyId)}</span>
        {verdict.reading !== undefined && <span className="soft">{words.reading(verdict.reading)}</span>}
      </p>
      {uncovered !== undefined && <p className="small">{words.notCovered(part[uncovered])}</p>}
    </div>
  );
}

function Why({ judged }: { readonly judged: JudgedRequest }) {
  const { playground: words } = CATALOGUE;
  const { findings, untried, messages, diff, isSearching } = judged;
  return (
    <>
      {isSearching && (
        <p className="small soft" role="status">
          {words.searching}
        </p>
      )}
      {!isSearching && findings.length > 0 && (
        <div className="card stack tight">
          <h2>{words.findings}</h2>
          <Findings findings={findings} />
          {untried.map((each) => (
            <p key={each} className="small soft">
              {REQUEST.findings.untried[each]}
            </p>
          ))}
        </div>
      )}
      {diff !== undefined && (
        <div className="card stack tight">
          <h2>{words.diff}</h2>
          <ByteDiff diff={diff} />
        </div>
      )}
      {messages.length > 0 && (
        <div className="card stack tight">
          <h2>{words.message}</h2>
          {messages.map(({ reading, bytes }) => (
            <div key={reading} className="stack tight">
              {reading !== '' && <h3 className="small soft">{words.reading(reading)}</h3>}
              <Scrolled label={words.messageLabel} className="body-text">
                <pre>
                  <StrangersText text={looseText(bytes.subarray(0, SHOWN_BYTES))} />
                </pre>
              </Scrolled>
            </div>
          ))}
        </div>
      )}
    </>
  );
}

const SHOWN_BYTES = 64 * 1024;
