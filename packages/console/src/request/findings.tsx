/** Why a request was refused: what explains it, what to do, and the code for the reader’s framework. */
import type { CodeExampleView, TracedFindingView } from '@countersign/api';
import { useState } from 'react';
import { readStored, writeStored } from '../shell/stored.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Code } from '../ui/code.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { REQUEST } from '../words/request.ts';

/** How sure it is, not how bad. */
const TONES: Readonly<Record<TracedFindingView['certainty'], Tone>> = {
  proved: 'note',
  likely: 'plain',
  possible: 'plain',
};

export function Findings({ findings }: { readonly findings: readonly TracedFindingView[] }) {
  const [first, ...others] = findings;
  if (first === undefined) return null;
  return (
    <div className="stack tight">
      <FindingCard finding={first} />
      {others.length > 0 && (
        <details>
          <summary>{REQUEST.findings.others(others.length)}</summary>
          <div className="stack tight">
            {others.map((finding) => (
              <FindingCard key={finding.id} finding={finding} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function FindingCard({
  finding: { id, certainty, sentence, mend, examples },
}: {
  readonly finding: TracedFindingView;
}) {
  const { findings: words } = REQUEST;
  return (
    <article className="finding stack tight" data-certainty={certainty}>
      <p className="row small soft">
        <Badge tone={TONES[certainty]}>{words.certainty[certainty]}</Badge>
        <span className="mono">{id}</span>
      </p>
      <p className="cause">
        <Sentence text={sentence} />
      </p>
      <p>
        <b>{words.mend}: </b>
        <Sentence text={mend} />
      </p>
      {examples.length > 0 && <CodeFor examples={examples} />}
    </article>
  );
}

const KEY = 'countersign-framework';

/** The reader’s framework is remembered. */
function CodeFor({ examples }: { readonly examples: readonly CodeExampleView[] }) {
  const { findings: words } = REQUEST;
  const frameworks = examples.flatMap((example) => example.frameworks);
  const [choice, setChoice] = useState(() => readStored(KEY));
  const framework = frameworks.find((each) => each === choice) ?? frameworks[0];
  const example = examples.find((each) => each.frameworks.some((name) => name === framework));
  if (framework === undefined || example === undefined) return null;
  return (
    <div className="stack tight">
      <label className="row small framework">
        <span>{words.framework}</span>
        <select
          value={framework}
          onChange={({ target }) => {
            writeStored(KEY, target.value);
            setChoice(target.value);
          }}
        >
          {[...frameworks].sort().map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <Code text={example.code} label={words.code(framework)} />
      {example.note !== undefined && <p className="small soft">{example.note}</p>}
    </div>
  );
}
