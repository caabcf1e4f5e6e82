/** Rows of the route table: issues. */
import { ID_TEXT, wordField } from './fields.ts';
import {
  ISSUE_CHANGE_WORDS,
  ISSUE_STATE_WORDS,
  type IssueChangeInput,
  type IssuePage,
  type IssueParams,
  type IssueQuery,
  type IssueView,
} from './issue-types.ts';
import { GET, POST, type RouteTable } from './route.ts';

export type IssueApi = {
  readonly issues: { readonly query: IssueQuery; readonly reply: IssuePage };
  readonly issue: { readonly params: IssueParams; readonly reply: IssueView; readonly etag: true };
  readonly changeIssue: {
    readonly params: IssueParams;
    readonly body: IssueChangeInput;
    readonly reply: IssueView;
    readonly etag: true;
  };
};

const ID = { ...ID_TEXT, optional: false } as const;

export const ISSUE_ROUTES: RouteTable<IssueApi> = {
  issues: {
    ...GET,
    path: '/api/issues',
    query: {
      state: { ...wordField(ISSUE_STATE_WORDS), optional: true },
      gate: { ...ID_TEXT, optional: true },
      destination: { ...ID_TEXT, optional: true },
      reason: { ...ID_TEXT, optional: true },
      before: { kind: 'whole-number', min: 1, max: Number.MAX_SAFE_INTEGER, optional: true },
      limit: { kind: 'whole-number', min: 1, max: 200, optional: true },
    },
    answers:
      'refused requests and failed deliveries, grouped by gate or destination and by reason: how many, since when, how often in each of the last 60 minutes and 48 hours, an example and its causes; those opened last first; `next` in the answer is the next `before`',
  },
  issue: {
    ...GET,
    path: '/api/issues/:id',
    params: { id: ID },
    etag: true,
    answers: 'the issue with this id',
  },
  changeIssue: {
    ...POST,
    path: '/api/issues/:id',
    params: { id: ID },
    body: {
      change: { ...wordField(ISSUE_CHANGE_WORDS), optional: false },
      note: {
        kind: 'text',
        pattern: /^(?:[^\p{Cc}]|\n){1,500}$/u,
        mustBe: '1 to 500 characters without control characters',
        optional: true,
      },
    },
    etag: true,
    answers:
      'the issue after the change. `acknowledge`: somebody is working on it; `close`: it is done, and the next failure opens it again; `reopen`: it is open. 409 for a closed one that is to be acknowledged',
  },
};
