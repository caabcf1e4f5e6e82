/** Handlers by the names of events that cannot be set up, and events that run none of them. */
import { events } from '../../src/adapters/events/events.ts';
import { webhook } from '../../src/adapters/fetch.ts';
import { signedRequest } from '../../src/testing/signed-request.ts';
import type { SetupCase } from './setup-cases.ts';

/** What the operator is told of a genuine request. */
const told = (payload: object, type?: string) => async (): Promise<void> => {
  const headers = type === undefined ? {} : { 'x-github-event': type };
  const { gateOptions, toRequest } = await signedRequest('github', payload, { headers });
  let fault: unknown;
  const handler = events().on(['push', 'a_new_type'], () => {});
  const onError = (error: unknown): void => {
    fault = error;
  };
  await webhook(gateOptions, handler, { onError })(toRequest());
  throw fault;
};

export const eventCases: readonly SetupCase[] = [
  {
    when: 'on(): a name that is there twice',
    act: () => events().on(['push', 'push'], () => {}),
    says: 'on: push has a handler already. Give each name one handler.',
  },
  {
    when: 'on(): no name',
    act: () => events().on(undefined as never, () => {}),
    says: 'on: the name of an event is undefined. Give a text, such as push.',
  },
  {
    when: 'on(): no handler',
    act: () => events().on('push', undefined as never),
    says: 'on: its handler is undefined. Give a function of the event.',
  },
  {
    when: 'otherwise(), twice',
    act: () =>
      events()
        .otherwise(() => {})
        .otherwise(() => {}),
    says: 'otherwise: it has a handler already. Give one handler for all other events.',
  },
  {
    when: 'a header that names another type than the signed body is of',
    act: told({ action: 'opened', issue: {}, repository: {} }, 'push'),
    says: 'type: the request says push, which is not signed, and the signed body is not one of that type: a body of push has after, before, commits and ref, and this one lacks after, before, commits and ref; this one has issue, and a body of push does not. Nothing ran, and what otherwise() takes did not either: whoever captures a genuine request can send it under another type, and the genuine one would then be a repeat. To try a handler, send a payload as its sender writes it. If the sender’s own bodies differ, give events({ allowUnsignedType: true }), and look at the payload before you act on it.',
  },
  {
    when: 'a body that somebody made up, of a type that has a handler',
    act: told({ action: 'opened' }, 'issues'),
    says: 'type: the request says issues, which is not signed, and the signed body is not one of that type: a body of issues has issue, and this one lacks issue. Nothing ran, and what otherwise() takes did not either: whoever captures a genuine request can send it under another type, and the genuine one would then be a repeat. To try a handler, send a payload as its sender writes it. If the sender’s own bodies differ, give events({ allowUnsignedType: true }), and look at the payload before you act on it.',
  },
  {
    when: 'the same, of a type that only otherwise() would take',
    act: told({ action: 'created' }, 'star'),
    says: 'type: the request says star, which is not signed, and the signed body is not one of that type: a body of star has starred_at, and this one lacks starred_at. Nothing ran, and what otherwise() takes did not either: whoever captures a genuine request can send it under another type, and the genuine one would then be a repeat. To try a handler, send a payload as its sender writes it. If the sender’s own bodies differ, give events({ allowUnsignedType: true }), and look at the payload before you act on it.',
  },
  {
    when: 'a body of another type, which has all of its members',
    act: told({ after: '', before: '', commits: [], ref: '', issue: {} }, 'push'),
    says: 'type: the request says push, which is not signed, and the signed body is not one of that type: this one has issue, and a body of push does not. Nothing ran, and what otherwise() takes did not either: whoever captures a genuine request can send it under another type, and the genuine one would then be a repeat. To try a handler, send a payload as its sender writes it. If the sender’s own bodies differ, give events({ allowUnsignedType: true }), and look at the payload before you act on it.',
  },
  {
    when: 'no header that names a type',
    act: told({ action: 'opened', issue: {}, repository: {} }),
    says: 'type: the request has no X-GitHub-Event, which says the type of its event. Have what stands before this server pass X-GitHub-Event on: a proxy or a function’s trigger that drops it is the usual cause. Nothing ran, and the sender’s next try may.',
  },
  {
    when: 'a type of which nothing is known',
    act: told({ action: 'made' }, 'a_new_type'),
    says: 'type: the request says a_new_type, which is not signed, and nothing shows it. Nothing ran: whoever captures a genuine request can send it under another type. Where that does no harm, give events({ allowUnsignedType: true }), and look at the payload before you act on it.',
  },
  {
    when: 'a form whose type is not signed',
    act: told(new URLSearchParams({ payload: '{}' }), 'push'),
    says: 'request.body: it is no JSON, and the type of its event, which is not signed, is told by its members. Have the sender write application/json.',
  },
];
