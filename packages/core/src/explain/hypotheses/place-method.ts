/** Requests whose method was another when they were signed. */
import { shownText } from '../../text/shown-text.ts';
import { isToken } from '../../text/token.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { isCovered } from '../other-place.ts';
import type { Trial } from '../trial.ts';

const METHODS: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'HEAD'];

const GIVE_FINAL_ADDRESS =
  'Give the sender the address at which the gate answers, with its https, host and slash at the end; or answer with 307 or 308, which keep method and body.';

/** `place-method` at most 11 trials. */
export const PLACE_METHOD: readonly Hypothesis[] = [
  {
    id: 'place-redirect-get',
    part: 'place',
    steps: ['extract', 'canonical', 'compare'],
    certainty: 'likely',
    sees: lostBody,
    says: (type) =>
      `The request is a GET without a body, and still says that its body is ${type}: a redirect (301, 302 or 303) turned a POST into a GET, and the body that was signed is gone.`,
    mend: () => GIVE_FINAL_ADDRESS,
    example: 'redirect',
  },
  {
    id: 'place-method',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      if (!isCovered(trial, 'method')) return;
      const { request } = trial;
      const methods = [...overriding(trial), ...METHODS, request.method.toLowerCase()];
      for (const method of new Set(methods))
        if (method !== request.method) yield { request: { ...request, method }, detail: shownText(method) };
    },
    says: (method) => `The sender signed the method ${method}, and the request came with another.`,
    mend: () =>
      `Look for what changes the method: a redirect, a method override, a proxy. ${GIVE_FINAL_ADDRESS}`,
    example: 'redirect',
  },
];

/** The body’s type, where a request of a method without one still names it. */
function lostBody(trial: Trial): string | undefined {
  const { request } = trial;
  const { headers } = request;
  const type = headers.get('content-type');
  const isEmpty = request.body.length === 0 && headers.get('content-length') !== '0';
  const isGet = request.method === 'GET' || request.method === 'HEAD';
  if (!isGet || !isEmpty || type === undefined || !isCovered(trial, 'body')) return undefined;
  // A client that calls a gate of GETs may name a type for nothing.
  return trial.scheme.proof === 'signature' && isProofThere(trial) ? shownText(type) : undefined;
}

function isProofThere({ scheme, request }: Trial): boolean {
  return scheme.headers.proof.every((name) => request.headers.get(name) !== undefined);
}

function overriding({ request: { headers } }: Trial): readonly string[] {
  const names = [
    'x-http-method-override',
    'x-http-method',
    'x-method-override',
    'x-original-method',
    'x-forwarded-method',
  ];
  return names.flatMap((name) => headers.get(name) ?? []).filter(isToken);
}
