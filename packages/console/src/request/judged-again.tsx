/** Whether a request would be taken now, by the keys that there are now. */
import type { EventView, ExplanationView, RefusedView } from '@countersign/api';
import { useState } from 'react';
import { Failure } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { Time } from '../ui/time.tsx';
import { keyName } from '../words/key-name.ts';
import { REQUEST } from '../words/request.ts';
import { useTrace } from './use-trace.ts';

export function JudgedAgain({ kept }: { readonly kept: EventView | RefusedView }) {
  const { again } = REQUEST;
  const [isAsked, setAsked] = useState(false);
  const trace = useTrace(kept, 'now', isAsked);
  return (
    <div className="stack tight">
      <div className="row">
        <Button
          disabled={trace.isFetching}
          onClick={() => {
            if (isAsked) void trace.refetch();
            setAsked(true);
          }}
        >
          {again.verify}
        </Button>
        <span className="small soft">{again.hint}</span>
      </div>
      <div role="status">
        {trace.data !== undefined && <Judged trace={trace.data} />}
        {trace.isError && <Failure error={trace.error} />}
      </div>
    </div>
  );
}

function Judged({ trace: { verdict, judgedAt } }: { readonly trace: ExplanationView }) {
  const { again } = REQUEST;
  return (
    <p className="row">
      <Badge tone={verdict.ok ? 'good' : 'bad'}>{verdict.ok ? again.accepted : again.refused}</Badge>
      {verdict.ok ? (
        <span>{again.key(keyName(verdict))}</span>
      ) : (
        <span>
          <span className="mono">{verdict.reason}</span>: <Sentence text={verdict.message ?? ''} />
        </span>
      )}
      <span className="small soft">
        <Time at={judgedAt} show="clock" />
      </span>
    </p>
  );
}
