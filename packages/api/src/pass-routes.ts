/** Rows of the route table: requests that the gateway signs and sends to itself, and the actions that answer them. */
import type { EventParams } from './event-routes.ts';
import { ID_TEXT } from './fields.ts';
import type {
  ActionRunQuery,
  ActionRunView,
  ActionTestBody,
  GateActionsView,
  PassedView,
} from './pass-types.ts';
import { GET, POST, type RouteTable } from './route.ts';

export interface ActionParams {
  readonly gate: string;
  readonly action: string;
}

export type PassApi = {
  readonly sendEventAgain: { readonly params: EventParams; readonly reply: PassedView };
  readonly sendRefusedAgain: { readonly params: EventParams; readonly reply: PassedView };
  readonly actions: { readonly reply: readonly GateActionsView[] };
  readonly actionRuns: { readonly query: ActionRunQuery; readonly reply: readonly ActionRunView[] };
  readonly testAction: {
    readonly params: ActionParams;
    readonly body: ActionTestBody;
    readonly reply: PassedView;
  };
};

/** Characters of a test call's input. */
const MAX_INPUT_CHARS = 256 * 1024;

const ID = { id: { ...ID_TEXT, optional: false } } as const;

export const PASS_ROUTES: RouteTable<PassApi> = {
  sendEventAgain: {
    ...POST,
    path: '/api/events/:id/again',
    params: ID,
    answers:
      'what became of the event’s request, which the gateway has signed anew with the gate’s active key and sent to its own public listener. If the gate knows a request by its content alone, it is a repeat',
  },
  sendRefusedAgain: {
    ...POST,
    path: '/api/refused/:id/again',
    params: ID,
    answers:
      'what became of a refused request, which the gateway has signed anew with the gate’s active key and sent to its own public listener',
  },
  actions: {
    ...GET,
    path: '/api/actions',
    answers:
      'the actions of each gate that answers: name, description, input as JSON Schema, the keys that may run it',
  },
  actionRuns: {
    ...GET,
    path: '/api/actions/runs',
    query: { gate: { ...ID_TEXT, optional: true } },
    answers:
      'the last 100 calls of each gate’s actions since the start, newest first; 404 if there is no such gate',
  },
  testAction: {
    ...POST,
    path: '/api/gates/:gate/actions/:action/test',
    params: { gate: { ...ID_TEXT, optional: false }, action: { ...ID_TEXT, optional: false } },
    body: {
      input: {
        kind: 'text',
        pattern: new RegExp(`^.{1,${MAX_INPUT_CHARS}}$`, 's'),
        mustBe: 'a JSON object as text, 256 KB at most',
        optional: true,
        secret: true,
      },
    },
    maxBodyBytes: 2 * 1024 * 1024,
    answers:
      'what became of a call of the action, made as its platform makes it: `input` in the platform’s own form, signed with the gate’s active key, sent to the public listener. The action runs',
  },
};
