/** What a page says of JSON Web Tokens, of DPoP proofs, and of secrets that are sent as they are. */

import type { DpopRecipe, SharedTokenRecipe, TokenRecipe } from '@countersign/core/internal/signing-recipe';
import { algorithmName } from './algorithms.ts';
import { durationText } from './answers.ts';
import { algorithmOf } from './dpop-vector.ts';
import type { Explanation } from './explanation.ts';
import type { Handout } from './handout.ts';
import { pairCommands, pairText, secretText } from './key-text.ts';
import { code, row } from './markdown.ts';
import { PLAN_ALGORITHMS, tokenHeaderText } from './token-plan.ts';

export function tokenExplanation(recipe: TokenRecipe, handout: Handout): Explanation {
  if (recipe.dpop) return dpopExplanation(recipe, recipe.dpop, handout);
  const { algorithms, header, prefix, typ, keyEncoding, keySet, binding, uses } = recipe;
  const [algorithm = 'HS256'] = algorithms;
  const signer = PLAN_ALGORITHMS[algorithm];
  const sample = code(tokenHeaderText({ recipe, keyId: handout.keyIdInProof }));
  return {
    proof: 'token',
    rows: [
      row(['token', `header ${code(header)}`, `${behind(prefix)}a JSON Web Token (RFC 7519)`]),
      ...binding.map((name) =>
        row(['bound header', `header ${code(name)}`, 'once; the claim `pay` holds its hash']),
      ),
    ],
    formula: tokenFormula('token', algorithmName(signer)),
    meanings: [
      `- ${code('header')}: a JSON object such as ${sample}. Its ${code('alg')} must be ${oneOf(algorithms)}${typ === undefined ? '' : `, its ${code('typ')} ${code(typ)}`}. It must have no ${code('crit')}.`,
      `- ${code('claims')}: a JSON object with the claims below, each once.`,
      '',
      ...claimRows(recipe),
      '',
      uses === undefined
        ? 'One token is good for many requests until its `exp`: keep it, and make another before it expires. The programs make one for each request, which expires after 5 minutes.'
        : `One token is good for ${uses === 1 ? 'one request' : `${uses} requests`}.`,
    ],
    key: keyOf({ keySet, signer, encoding: handout.signing?.plan.secret?.encoding ?? keyEncoding }),
  };
}

function keyOf({
  keySet,
  signer,
  encoding,
}: {
  readonly keySet: string | undefined;
  readonly signer: (typeof PLAN_ALGORITHMS)[keyof typeof PLAN_ALGORITHMS];
  readonly encoding: string;
}): string {
  if (keySet !== undefined)
    return `The gate fetches its public keys from ${code(keySet)}; the token’s ${code('kid')} names one of them.`;
  return signer.startsWith('hmac-') ? secretText({ encoding, prefix: '' }) : pairText(signer);
}

function behind(prefix: string): string {
  return prefix === '' ? '' : `${code(prefix.trimEnd())}, a space and `;
}

function tokenFormula(name: string, signer: string): string {
  return [
    'message = base64url(header) + "." + base64url(claims)',
    `${name.padEnd('message'.length)} = message + "." + base64url(${signer}(key, message))`,
    '',
    'base64url(…) has no "=" at its end.',
  ].join('\n');
}

function oneOf(texts: readonly string[]): string {
  return texts.map(code).join(' or ');
}

/** Each claim that the gate looks at. */
function claimRows(recipe: TokenRecipe): readonly string[] {
  const { required, startLeewayMs, endLeewayMs, issuers, audiences, binding, ip, uses } = recipe;
  const { bound, requiredValues, maxAgeMs } = recipe;
  const must = (name: string): string => (required.includes(name) ? 'must be there' : 'may be there');
  const rows: Readonly<Record<string, string | undefined>> = {
    exp: `${must('exp')}: Unix seconds; from then on${endLeewayMs === 0 ? '' : ` and ${durationText(endLeewayMs)}`} the token is refused`,
    nbf: `${must('nbf')}: Unix seconds; at most ${durationText(startLeewayMs)} ahead`,
    iat: `${must('iat')}: Unix seconds; at most ${durationText(startLeewayMs)} ahead${maxAgeMs === undefined ? '' : `, and at most ${durationText(maxAgeMs)} old`}`,
    iss: issuers && `must be ${oneOf(issuers)}`,
    aud: audiences && `must be, or be a list that holds, ${oneOf(audiences)}`,
    jti:
      uses === undefined
        ? undefined
        : 'a different text for each token; without one, the whole token is compared',
    pay: binding.length === 0 ? undefined : `must be base64 of the SHA-256 of ${boundText(binding)}`,
    ip: ip ? 'must be the address that the request comes from' : undefined,
    ...Object.fromEntries(Object.entries(requiredValues).map(([name, values]) => [name, valuesText(values)])),
    ...Object.fromEntries(bound.map(({ name, says }) => [name, `must be ${says}`])),
  };
  const further = required.filter((name) => rows[name] === undefined);
  return [
    row(['claim', 'what it must be']),
    row(['---', '---']),
    ...Object.entries(rows).flatMap(([name, text]) => (text === undefined ? [] : [row([code(name), text])])),
    ...further.map((name) => row([code(name), 'must be there'])),
  ];
}

function valuesText(values: readonly (string | number | boolean)[]): string {
  return `must be ${oneOf(values.map((value) => JSON.stringify(value)))}`;
}

function boundText(binding: readonly string[]): string {
  const [first = ''] = binding;
  if (binding.length === 1) return `the value of the header ${code(first)}`;
  return `the values of the headers ${binding.map(code).join(', ')} in this order, each trimmed, with nothing between them`;
}

function dpopExplanation(
  recipe: TokenRecipe,
  { header, algorithms, tolerance, origin }: DpopRecipe,
  { url, method, signing }: Handout,
): Explanation {
  const algorithm = algorithms.find((name) => name === 'ES256') ?? algorithms[0] ?? 'ES256';
  const signer = PLAN_ALGORITHMS[algorithm];
  const { pathname, origin: ownOrigin } = new URL(url);
  const { alg = algorithm } = { ...(signing && { alg: algorithmOf(signing.plan) }) };
  return {
    proof: 'proof',
    rows: [
      row(['access token', 'header `authorization`', '`DPoP`, a space and the token that was issued to you']),
      row(['proof', `header ${code(header)}`, 'a new JSON Web Token for each request (RFC 9449)']),
    ],
    formula: tokenFormula('proof', algorithmName(signer)),
    meanings: [
      `- ${code('header')}: a JSON object of ${code('typ')}, which is ${code('dpop+jwt')}; ${code('alg')}, here ${code(alg)}, one of ${oneOf(algorithms)}; and ${code('jwk')}, the public key as a JSON Web Key.`,
      `- ${code('claims')}: a JSON object with the claims below.`,
      '',
      row(['claim', 'what it must be']),
      row(['---', '---']),
      row([code('jti'), 'a different text for each proof, at most 256 characters']),
      row([code('htm'), `the method: ${code(method)}`]),
      row([code('htu'), `the address without query: ${code(`${origin ?? ownOrigin}${pathname}`)}`]),
      row([code('ath'), 'base64url of the SHA-256 of the access token, without `=` at its end']),
      row([
        code('iat'),
        `Unix seconds; at most ${durationText(tolerance.pastMs)} old or ${durationText(tolerance.futureMs)} ahead`,
      ]),
      '',
      `The access token is signed with ${oneOf(recipe.algorithms)} by whoever issues it, and its claim ${code('cnf')} holds the thumbprint (RFC 7638) of your public key as ${code('jkt')}. What else it must say:`,
      '',
      ...claimRows(recipe),
    ],
    key: `Your own key pair, the one with which you fetched the access token:\n\n${pairCommands(signer)}`,
  };
}

const FORMS: Readonly<Record<SharedTokenRecipe['form'], string>> = {
  plain: 'the secret as it is',
  bearer: '`Bearer`, a space and the secret',
  basic: '`Basic`, a space and the base64 of `USER:PASSWORD`',
};

export function sharedTokenExplanation({ header, form }: SharedTokenRecipe): Explanation {
  return {
    proof: 'secret',
    rows: [row(['secret', `header ${code(header)}`, FORMS[form]])],
    meanings: [
      'Each request carries the secret itself: whoever reads one can send others. Send it only over https.',
    ],
    key: secretText({ encoding: 'utf8', prefix: '' }),
  };
}
