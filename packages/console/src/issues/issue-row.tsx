/** One kind of failure in the list. */
import type { IssueView } from '@countersign/api';
import { Badge } from '../ui/badge.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { ISSUES } from '../words/issues.ts';
import { endOf, STATE_TONES, subjectOf } from './issue-texts.ts';

export function IssueRow({ issue }: { readonly issue: IssueView }) {
  const { state, reason, count, firstAt, lastAt, returns, note, minutes } = issue;
  const lastHour = minutes.reduce((sum, value) => sum + value, 0);
  const end = endOf(issue);
  return (
    <div className="issue-row">
      <span className="state">
        <Badge tone={STATE_TONES[state]}>{ISSUES.states[state]}</Badge>
      </span>
      <span className="main">
        <span className="line">
          <b className="mono">{reason}</b> <span className="soft">{subjectOf(issue)}</span>
        </span>
        <span className="line small soft">
          {[end, returns === 0 ? undefined : ISSUES.returned(returns)]
            .filter((text) => text !== undefined)
            .join(' · ')}
          {note !== undefined && (
            <>
              {end !== undefined || returns > 0 ? ' · ' : ''}“<StrangersText text={note} />”
            </>
          )}
        </span>
      </span>
      <span className="trend">
        <Sparkline label={ISSUES.sparkline(lastHour)} values={minutes} />
      </span>
      <span className="count">
        <b>{count.toLocaleString('en')}</b>
        <span className="visually-hidden"> {ISSUES.failures(count)}</span>
      </span>
      <span className="when small soft">
        <span>
          {ISSUES.columns.last} <Time at={lastAt} show="relative" />
        </span>
        <span>
          {ISSUES.columns.first} <Time at={firstAt} show="relative" />
        </span>
      </span>
    </div>
  );
}
