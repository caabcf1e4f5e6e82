/** Reads the platform's answers. By hand: a schema library would cost more to load than all of this client. */
import { isObject } from '@countersign/core/internal/is-object';
import type { FlowentAction } from './flowent-api.ts';

/** An answer is not what the API's description says. Names the place, and nothing that is there. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** What the token exchange gives. */
export interface ExchangedToken {
  readonly token: string;
  readonly lifeMs: number;
}

type Members = Readonly<Record<string, unknown>>;

/** Visible ASCII: what a header can carry. `fetch` would quote any other in its error. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;
/** Far beyond the 24 hours documented, and within the range of a date. */
const MAX_LIFE_SECONDS = 10 * 366 * 86_400;

/** `{"action": …}`. @throws MalformedAnswer */
export function readActionAnswer(answer: unknown): FlowentAction {
  return readAction(membersOf(answer, 'the answer')['action'], 'action');
}

/** `{"actions": […]}`. Null is none: so Go writes an empty list that was never filled. @throws MalformedAnswer */
export function readActionsAnswer(answer: unknown): readonly FlowentAction[] {
  const actions = membersOf(answer, 'the answer')['actions'];
  if (actions === null) return [];
  if (!Array.isArray(actions)) throw new MalformedAnswer('actions is not a list');
  return actions.map((action: unknown, index) => readAction(action, `actions[${index}]`));
}

/** `{"jwt_token", "token_type": "Bearer", "expires_in"}`. @throws MalformedAnswer */
export function readExchangeAnswer(answer: unknown): ExchangedToken {
  const members = membersOf(answer, 'the answer');
  const token = textOf(members, 'jwt_token', '');
  if (!TOKEN.test(token)) throw new MalformedAnswer('jwt_token is empty, or cannot be sent in a header');
  if (textOf(members, 'token_type', '').toLowerCase() !== 'bearer') {
    throw new MalformedAnswer('token_type is not Bearer');
  }
  const seconds = members['expires_in'];
  if (typeof seconds !== 'number' || !(seconds > 0 && seconds <= MAX_LIFE_SECONDS)) {
    throw new MalformedAnswer('expires_in is not a number of seconds');
  }
  return { token, lifeMs: seconds * 1_000 };
}

/** The platform's words in a failed answer, `{"error": …}`; undefined where there are none. */
export function readErrorText(answer: unknown): string | undefined {
  const error = isObject(answer) ? answer['error'] : undefined;
  return typeof error === 'string' && error !== '' ? error : undefined;
}

function readAction(value: unknown, at: string): FlowentAction {
  const members = membersOf(value, at);
  const text = (name: keyof FlowentAction): string => textOf(members, name, `${at}.`);
  return {
    id: text('id'),
    tenant_id: text('tenant_id'),
    name: text('name'),
    description: text('description'),
    json_schema: membersOf(members['json_schema'], `${at}.json_schema`),
    webhook_url: text('webhook_url'),
    created_at: text('created_at'),
    updated_at: text('updated_at'),
  };
}

function textOf(members: Members, name: string, at: string): string {
  const value = members[name];
  if (typeof value !== 'string') throw new MalformedAnswer(`${at}${name} is not text`);
  return value;
}

function membersOf(value: unknown, at: string): Members {
  if (!isObject(value)) throw new MalformedAnswer(`${at} is not an object`);
  return value;
}
