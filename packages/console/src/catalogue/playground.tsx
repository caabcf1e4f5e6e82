/** Signs, verifies and explains requests in the browser, on the engine that a gate has. Nothing of it is sent or stored. */
import type { Verdict } from '@countersign/core';
import { useEffect, useRef, useState } from 'react';
import type { Filters } from '../shell/search.ts';
import { Badge } from '../ui/badge.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import type { Bench, Target } from './bench.ts';
import { BenchActions } from './bench-actions.tsx';
import { BenchFields } from './bench-fields.tsx';
import { faultOf, type Judged } from './judge-bench.ts';
import { JudgedView } from './judged-view.tsx';
import { sampleBench } from './sign-bench.ts';
import { useJudged } from './use-judged.ts';

export interface PlaygroundProps {
  /** Whose requests it begins with. */
  readonly start: Target;
  readonly filters: Filters;
}

export function Playground(props: PlaygroundProps) {
  const { playground: words } = CATALOGUE;
  // Absent outside of secure contexts.
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  if (subtle === undefined)
    return (
      <NoteBox tone="warn" role="alert">
        <p>{words.noCrypto}</p>
      </NoteBox>
    );
  return <OpenPlayground {...props} />;
}

type Fault = Extract<Judged, { kind: 'fault' }>;

function OpenPlayground({ start, filters }: PlaygroundProps) {
  const { playground: words } = CATALOGUE;
  const [bench, setBench] = useState<Bench>();
  const [fault, setFault] = useState<Fault>();
  const [told, setTold] = useState('');
  const { judged, isJudging } = useJudged(bench);
  // The first sample only: what is typed later stays.
  const first = useRef(start);
  /** One change after the other: the last that was asked for counts. */
  const turn = useRef(0);
  const run = async (change: () => Promise<Bench>, done = ''): Promise<void> => {
    turn.current += 1;
    const own = turn.current;
    try {
      const next = await change();
      if (own !== turn.current) return;
      setBench(next);
      setFault(undefined);
      setTold(done);
    } catch (error) {
      if (own === turn.current) setFault(faultOf(error));
    }
  };
  const restart = useRef(() => run(() => sampleBench(first.current)));
  useEffect(() => void restart.current(), []);
  if (bench === undefined)
    return fault === undefined ? (
      <p role="status" className="soft">
        {words.making}
      </p>
    ) : (
      <FaultBox fault={fault} />
    );
  return (
    <div className="playground" aria-busy={isJudging}>
      <section className="card stack tight" aria-label={words.request}>
        <BenchActions bench={bench} onRun={run} onRestart={() => void restart.current()} />
        <p className="visually-hidden" role="status">
          {told}
        </p>
        {fault !== undefined && <FaultBox fault={fault} />}
        {judged?.kind === 'judged' && <VerdictStrip verdict={judged.verdict} />}
        <BenchFields
          bench={bench}
          onChange={(change) => {
            turn.current += 1;
            setFault(undefined);
            setBench({ ...bench, ...change });
          }}
        />
        <p className="small soft">{words.privacy}</p>
      </section>
      <JudgedView judged={judged} filters={filters} />
    </div>
  );
}

/** Where the verdict itself is below the fields. */
function VerdictStrip({ verdict }: { readonly verdict: Verdict }) {
  const { playground: words } = CATALOGUE;
  return (
    <p className="row verdict-strip" aria-hidden="true">
      <Badge tone={verdict.ok ? 'good' : 'bad'}>{verdict.ok ? words.accepted : words.refused}</Badge>
      {!verdict.ok && <span className="mono small">{verdict.reason}</span>}
    </p>
  );
}

function FaultBox({ fault: { problem, remedy } }: { readonly fault: Fault }) {
  return (
    <NoteBox tone="bad" role="alert">
      <p>
        <Sentence text={`${problem} ${remedy}`} />
      </p>
    </NoteBox>
  );
}
