/** A request of which nothing is there. */
import { useEffect, useRef } from 'react';
import { useLive, useLiveStore } from '../live/live-context.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { REQUEST } from '../words/request.ts';

export interface UnknownRequestProps {
  readonly id: string;
  readonly isForbidden: boolean;
  /** Called when the live stream tells of it after all. */
  readonly onTold: () => void;
}

export function UnknownRequest({ id, isForbidden, onTold }: UnknownRequestProps) {
  const { unknown } = REQUEST;
  const store = useLiveStore();
  const live = useLive();
  const isTold = live.rows.length > 0 && store.find(id) !== undefined;
  const latest = useRef(onTold);
  latest.current = onTold;
  useEffect(() => {
    if (isTold) latest.current();
  }, [isTold]);
  return (
    <Page title={REQUEST.title}>
      <Empty title={isForbidden ? unknown.mayNot : unknown.title}>
        <p className="mono">
          <StrangersText text={id} />
        </p>
        <p>{isForbidden ? unknown.forbidden : unknown.text}</p>
        {!isForbidden && <HowToKeep />}
      </Empty>
    </Page>
  );
}

/** What a gate needs so that its refused requests can be looked at. */
export function HowToKeep() {
  const { unknown } = REQUEST;
  return (
    <div className="stack tight how-to-keep">
      <p>{unknown.keep}</p>
      <Code text={unknown.keepConfig} label={unknown.keepLabel} />
    </div>
  );
}
