/** Says what became of an issue while somebody looks: one line, not each failure. */
import type { LiveIssueView } from '@countersign/api';
import { useEffect, useState } from 'react';
import { useLiveStore } from '../live/live-context.tsx';
import { ISSUES } from '../words/issues.ts';
import { subjectOf } from './issue-texts.ts';

export function IssueNews() {
  const store = useLiveStore();
  const [news, setNews] = useState<LiveIssueView>();
  useEffect(
    () =>
      store.watch((items) => {
        const last = items.findLast((item) => 'issue' in item);
        if (last !== undefined && 'issue' in last) setNews(last);
      }),
    [store],
  );
  return (
    <p role="status" className="small soft issue-news">
      {news !== undefined && textOf(news)}
    </p>
  );
}

function textOf({ gate, issue: { change, destination, reason } }: LiveIssueView): string {
  const subject = subjectOf(
    destination === undefined ? (gate === undefined ? {} : { gate }) : { destination },
  );
  return ISSUES.news[change](subject, reason);
}
