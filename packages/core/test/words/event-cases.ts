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
    says: 'type: the request says push, which is not signed, and the signed body is of another type. Nothing ran: whoever captures a genuine request can send it so. If its sender writes such requests, give events({ allowUnsignedType: true }), and look at the payload before you act on it.',
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
