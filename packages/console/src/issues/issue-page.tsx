/** One kind of failure: what it means, when it came, examples, and who looks at it. */
import type { IssueView, ReadReply } from '@countersign/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { client } from '../api/client.ts';
import { callKey } from '../api/use-call.ts';
import { useLiveRefresh } from '../live/use-live-refresh.ts';
import { destinationAddress } from '../shell/addresses.ts';
import { type Filters, useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { Page } from '../ui/page.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { ISSUES } from '../words/issues.ts';
import { isFailure } from './is-failure.ts';
import { IssueCauses } from './issue-causes.tsx';
import { IssueChange } from './issue-change.tsx';
import { IssueChart } from './issue-chart.tsx';
import { IssueExamples } from './issue-examples.tsx';
import { endOf, meaningOf, STATE_TONES, subjectOf } from './issue-texts.ts';
import './issues.css';

export function IssuePage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const filters = useFilters();
  const issue = useQuery({
    queryKey: callKey('issue', { id }),
    queryFn: () => client.read('issue', { id }),
    retry: false,
  });
  useLiveRefresh(['issue'], isFailure);
  const { detail: words } = ISSUES;
  const view = issue.data?.reply;
  return (
    <Page
      title={view === undefined ? ISSUES.title : words.title(subjectOf(view), view.reason)}
      lead={<Link to="/issues">{words.back}</Link>}
    >
      <Answered query={issue}>{(read) => <Issue read={read} filters={filters} />}</Answered>
    </Page>
  );
}

interface IssueProps {
  readonly read: ReadReply<IssueView>;
  readonly filters: Filters;
}

function Issue({ read: { reply: issue, etag }, filters }: IssueProps) {
  const { detail: words } = ISSUES;
  return (
    <div className="stack issues">
      <section className="card stack">
        <Standing issue={issue} />
        <IssueFacts issue={issue} />
        <IssueChange issue={issue} etag={etag} />
      </section>
      <div className="issue-parts">
        <section className="card stack tight">
          <h2>{words.means}</h2>
          <p>
            <Sentence text={meaningOf(issue)} />
          </p>
          <IssueExamples issue={issue} />
        </section>
        <section className="card stack tight">
          <IssueChart issue={issue} filters={filters} />
        </section>
      </div>
      {issue.destination === undefined && issue.reason !== 'others' && (
        <section className="card stack tight">
          <h2>{words.causes.title}</h2>
          <IssueCauses causes={issue.causes} />
        </section>
      )}
    </div>
  );
}

function Standing({ issue }: { readonly issue: IssueView }) {
  const { state, changedAt, changedBy, note } = issue;
  const end = endOf(issue);
  return (
    <div className="stack tight">
      <p className="row">
        <Badge tone={STATE_TONES[state]}>{ISSUES.states[state]}</Badge>
        {end !== undefined && <span>{end}</span>}
        {changedAt !== undefined && (
          <span className="soft">
            {end === undefined && changedBy !== undefined && `${ISSUES.by(changedBy)} · `}
            <Time at={changedAt} />
          </span>
        )}
      </p>
      {note !== undefined && (
        <blockquote className="note">
          <StrangersText text={note} />
        </blockquote>
      )}
    </div>
  );
}

function IssueFacts({ issue }: { readonly issue: IssueView }) {
  const { facts } = ISSUES.detail;
  const { count, firstAt, openedAt, lastAt, returns, gate, destination } = issue;
  const to = destinationAddress(destination ?? '');
  return (
    <Facts
      facts={[
        gate === undefined ? undefined : { name: facts.gate, value: gate },
        destination === undefined
          ? undefined
          : { name: facts.destination, value: <Link to={to}>{destination}</Link> },
        { name: facts.count, value: count.toLocaleString('en') },
        { name: facts.first, value: <Time at={firstAt} /> },
        { name: facts.last, value: <Time at={lastAt} /> },
        openedAt === firstAt ? undefined : { name: facts.opened, value: <Time at={openedAt} /> },
        returns === 0 ? undefined : { name: facts.returns, value: ISSUES.returned(returns) },
      ]}
    />
  );
}
