/** Requests whose method was another when they were signed. */
import { shownText } from '../../text/shown-text.ts';
import { isToken } from '../../text/token.ts';
import { declaredAs } from '../declared.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { isCovered } from '../other-address.ts';
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
    says: (sign) =>
      `The request is a GET without a body, and its ${sign} is still there: a redirect (301, 302 or 303) turned a POST into a GET, and the body that was signed is gone.`,
    mend: () => GIVE_FINAL_ADDRESS,
    example: 'redirect',
  },
  {
    id: 'place-get-without-body',
    part: 'place',
    steps: ['canonical', 'compare'],
    certainty: 'possible',
    sees: (trial) => {
      // Who says that there is none, and of no type, sent none.
      const isSaid = trial.request.headers.get('content-length') === '0';
      return isWithoutBody(trial) && !isSaid && lostBody(trial) === undefined ? '' : undefined;
    },
    says: () =>
      'The request is a GET without a body, and the signature covers a body: if the sender sent a POST, a redirect (301, 302 or 303) made this of it.',
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
      const lower = declaredAs(trial.scheme, 'template') ? [] : [request.method.toLowerCase()];
      // `message-method-lower-case` says so of a template.
      const methods = [...overriding(trial), ...METHODS, ...lower];
      for (const method of new Set(methods))
        if (method !== request.method) yield { request: { ...request, method }, detail: shownText(method) };
    },
    says: (method) => `The sender signed the method ${method}, and the request came with another.`,
    mend: () =>
      `Look for what changes the method: a redirect, a method override, a proxy. ${GIVE_FINAL_ADDRESS}`,
    example: 'redirect',
  },
];

/** The header that speaks of a body which is gone. */
function lostBody(trial: Trial): string | undefined {
  const { headers } = trial.request;
  if (!isWithoutBody(trial)) return undefined;
  return ['content-type', 'content-digest'].find((name) => headers.count(name) > 0);
}

/** Whether it is a GET that has no body and a proof of one. */
function isWithoutBody(trial: Trial): boolean {
  const { method, body } = trial.request;
  const isGet = method === 'GET' || method === 'HEAD';
  if (!isGet || body.length > 0) return false;
  return trial.scheme.proof === 'signature' && isCovered(trial, 'body') && isProofThere(trial);
}

/** Some headers of a proof need not be there: a nonce, a key’s id. */
function isProofThere({ scheme, request }: Trial): boolean {
  return scheme.headers.proof.some((name) => request.headers.get(name) !== undefined);
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
