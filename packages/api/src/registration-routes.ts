/** Rows of the route table: a gate's actions registered with their platform. */
import { ID_TEXT } from './fields.ts';
import type {
  PushedRegistrationView,
  PushRegistrationInput,
  RegistrationPlanView,
  RegistrationQuery,
} from './registration-types.ts';
import { GET, POST, type RouteTable } from './route.ts';

export type RegistrationApi = {
  readonly registration: {
    readonly params: { readonly gate: string };
    readonly query: RegistrationQuery;
    readonly reply: RegistrationPlanView;
  };
  readonly pushRegistration: {
    readonly params: { readonly gate: string };
    readonly body: PushRegistrationInput;
    readonly reply: PushedRegistrationView;
  };
};

const GATE = { gate: { ...ID_TEXT, optional: false } } as const;
const PRUNE = { kind: 'flag', optional: true } as const;

export const REGISTRATION_ROUTES: RouteTable<RegistrationApi> = {
  registration: {
    ...GET,
    // It takes two of the platform’s calls of an hour.
    role: 'operator',
    path: '/api/gates/:gate/registration',
    params: GATE,
    query: { prune: PRUNE },
    answers:
      'what would have to be done so that the platform (Flowent) has the gate’s actions as they are here: steps with their differences, as `countersign actions plan` shows them; `hash` names the plan. 404 if the gate registers nothing, 502 if the platform does not answer',
  },
  pushRegistration: {
    ...POST,
    role: 'admin',
    path: '/api/gates/:gate/registration',
    params: GATE,
    body: {
      plan: {
        kind: 'text',
        pattern: /^[A-Za-z0-9_-]{22}$/,
        mustBe: 'the hash of a plan',
        optional: false,
      },
      prune: PRUNE,
    },
    answers:
      'what was done of the plan whose `hash` is sent: steps that are done, that failed, and that were not tried. 412 if the plan is another by now, and nothing is done',
  },
};
