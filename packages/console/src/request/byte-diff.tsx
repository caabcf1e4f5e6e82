/** What was signed beside what arrived, with white space made visible where they differ. */
import type { ByteDiffView, ByteSegmentView } from '@countersign/api';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Scrolled } from '../ui/scrolled.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { REQUEST } from '../words/request.ts';
import { bytesOfBase64, looseText } from './bytes.ts';
import './byte-diff.css';
import { sameParts, visibleSpace } from './diff-text.ts';

/** At first: each is an element or two. */
const SHOWN_SEGMENTS = 300;

type Side = 'signed' | 'arrived';

export function ByteDiff({ diff }: { readonly diff: ByteDiffView }) {
  const { diff: words } = REQUEST;
  const [shown, setShown] = useState(SHOWN_SEGMENTS);
  const segments = diff.segments.slice(0, shown);
  const left = diff.segments.length - segments.length;
  const changes = diff.segments.filter(({ kind }) => kind !== 'same').length;
  const { signed, arrived } = diff.cut;
  return (
    <div className="stack tight">
      <p className="small soft">
        {words.lead(words.of[diff.of], changes)} {words.marks}
      </p>
      <div className="byte-diff">
        <Pane side="signed" segments={segments} />
        <Pane side="arrived" segments={segments} />
      </div>
      {left > 0 && (
        <div>
          <Button onClick={() => setShown(shown + SHOWN_SEGMENTS)}>{words.more(left)}</Button>
        </div>
      )}
      {(signed > 0 || arrived > 0) && <p className="small soft">{words.cut(signed, arrived)}</p>}
    </div>
  );
}

function Pane({ side, segments }: { readonly side: Side; readonly segments: readonly ByteSegmentView[] }) {
  const { diff: words } = REQUEST;
  const hidden = side === 'signed' ? 'arrived-only' : 'signed-only';
  return (
    <div>
      <h3 className="small">{words.sides[side]}</h3>
      <Scrolled label={words.sides[side]}>
        <pre>
          {segments
            .filter(({ kind }) => kind !== hidden)
            .map((segment) => (
              <Segment key={`${segment.kind}${segment.offset}`} segment={segment} />
            ))}
        </pre>
      </Scrolled>
    </div>
  );
}

function Segment({ segment: { kind, offset, base64 } }: { readonly segment: ByteSegmentView }) {
  const { diff: words } = REQUEST;
  const bytes = bytesOfBase64(base64);
  if (kind === 'same') {
    const { begin, end, left } = sameParts(bytes);
    return (
      <span>
        <StrangersText text={begin} />
        {left > 0 && <span className="left-out">{words.same(left)}</span>}
        {end !== '' && <StrangersText text={end} />}
      </span>
    );
  }
  const Changed = kind === 'signed-only' ? 'del' : 'ins';
  return (
    <Changed title={words.offset(offset, bytes.length)}>
      <span className="offset">{words.at(offset)}</span>
      <StrangersText text={visibleSpace(looseText(bytes))} />
    </Changed>
  );
}
