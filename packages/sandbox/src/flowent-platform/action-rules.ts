/** What the platform demands of an action. */
import { isObject } from '@countersign/core/internal/is-object';
import { isLoopback } from '../loopback.ts';
import type { FlowentChange, FlowentDraft } from './model.ts';

/** What a body said, or why it is not taken: every rule that it breaks. */
export type ReadBody<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** Undefined: https is demanded unless the webhook's host is a loopback one. */
export type HttpsRule = boolean | undefined;

type Member = keyof FlowentDraft;

/** Says what is wrong with a member's value, if anything. */
type Rule = (value: unknown, requireHttps: HttpsRule) => string | undefined;

const RULES: Readonly<Record<Member, Rule>> = {
  name: (value) =>
    typeof value === 'string' && /^[a-z0-9_]{1,100}$/.test(value)
      ? undefined
      : 'must be 1 to 100 of the characters a-z, 0-9 and _',
  description: (value) => {
    // A character is a code point: an emoji counts once.
    const length = typeof value === 'string' ? [...value].length : 0;
    return length >= 1 && length <= 500 ? undefined : 'must be a text of 1 to 500 characters';
  },
  webhook_url: webhookProblem,
  json_schema: (value) => (isObject(value) ? undefined : 'must be a JSON object'),
};

const CHANGEABLE: readonly Member[] = ['description', 'webhook_url', 'json_schema'];

/** Reads the body of a registration: all four members and no other. */
export function readDraft(body: unknown, requireHttps: HttpsRule): ReadBody<FlowentDraft> {
  return read<FlowentDraft>(body, ['name', ...CHANGEABLE], requireHttps, (members) =>
    ['name', ...CHANGEABLE]
      .filter((member) => !members.includes(member))
      .map((member) => `${member}: is missing`),
  );
}

/** Reads the body of an update: at least one of description, webhook_url and json_schema, and no other. */
export function readChange(body: unknown, requireHttps: HttpsRule): ReadBody<FlowentChange> {
  return read<FlowentChange>(body, CHANGEABLE, requireHttps, (members) =>
    members.length > 0 ? [] : [`nothing to change: give any of ${CHANGEABLE.join(', ')}`],
  );
}

function read<T>(
  body: unknown,
  allowed: readonly string[],
  requireHttps: HttpsRule,
  missing: (members: readonly string[]) => readonly string[],
): ReadBody<T> {
  if (!isObject(body)) return { ok: false, error: 'the body must be a JSON object' };
  const members = Object.keys(body);
  const problems = [...missing(members)];
  for (const member of members) {
    const problem = problemOf(member, body[member], allowed, requireHttps);
    if (problem !== undefined) problems.push(`${member}: ${problem}`);
  }
  // The rules have proved the members to be those of T.
  return problems.length === 0 ? { ok: true, value: body as T } : { ok: false, error: problems.join('; ') };
}

function problemOf(
  member: string,
  value: unknown,
  allowed: readonly string[],
  requireHttps: HttpsRule,
): string | undefined {
  if (allowed.includes(member)) return RULES[member as Member](value, requireHttps);
  return member === 'name'
    ? 'cannot be changed; delete the action and create it under the new name'
    : 'is not a member that this call knows';
}

function webhookProblem(value: unknown, requireHttps: HttpsRule): string | undefined {
  // URL parsing forgives white space, a missing "//" and a third "/" (https://url.spec.whatwg.org/#url-parsing).
  const url = typeof value === 'string' && /^https?:\/\/[^\s/\\]\S*$/i.test(value) ? URL.parse(value) : null;
  if (url === null) return 'must be an absolute https URL';
  if (url.username !== '' || url.password !== '') return 'must hold no user name and no password';
  if (url.protocol === 'https:' || requireHttps === false) return undefined;
  if (requireHttps === true) return 'must be https';
  return isLoopback(url.hostname) ? undefined : 'must be https; http is taken for a loopback host only';
}
