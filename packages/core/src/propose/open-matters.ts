/** What one request cannot tell of the scheme that it holds by, and how sure the rest is. */
import { queryOf } from '../effective-request.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import type { Atom } from './atom.ts';
import { declarationsOf } from './declaration.ts';
import type { Match } from './search.ts';

export type OpenCode =
  | 'same-text'
  | 'empty-body'
  | 'empty-query'
  | 'either-alphabet'
  | 'literal-text'
  | 'single-item'
  | 'other-origin'
  | 'changed-body'
  | 'several-providers';

/** A matter that a second request, or the sender’s documentation, settles. Holds no secret, and of the request names only. */
export interface OpenMatter {
  readonly code: OpenCode;
  readonly sentence: string;
}

export type Confidence = 'certain' | 'likely' | 'possible';

/** How the body of an example was changed before it held. */
export type BodyChange = 'final-line-end' | 'compact-json';

/** No search knows more than its request: what nobody thought of remains. */
const HIGHEST = 0.99;

/** By what a matter lowers the probability that another request of the sender is taken. */
const FACTORS: Readonly<Record<OpenCode, number>> = {
  'same-text': 0.85,
  'empty-body': 0.6,
  'empty-query': 0.9,
  'either-alphabet': 0.85,
  'literal-text': 0.96,
  'single-item': 0.98,
  'other-origin': 0.96,
  'changed-body': 0.85,
  'several-providers': 0.95,
};

/** Every code, as the guide lists them. */
export const OPEN_CODES: readonly OpenCode[] = Object.keys(FACTORS) as OpenCode[];

export function openMatters(
  { guess, pieces }: Match,
  request: SignedRequest,
  change: BodyChange | undefined,
): readonly OpenMatter[] {
  const parts = pieces.filter((piece) => typeof piece !== 'string');
  const isSigned = (text: string): boolean => parts.some(({ written }) => written.includes(text));
  const matters: OpenMatter[] = parts.flatMap((part) => part.same.map((other) => sameText(part, other)));
  if (request.body.length === 0) {
    matters.push({
      code: 'empty-body',
      sentence: `The request has no body: whether ${isSigned('body') ? 'a body would stand there' : 'the message has one'} cannot be told.`,
    });
  }
  const namesPath = isSigned('{path}');
  if (namesPath && !isSigned('query') && queryOf(request.url) === '') {
    matters.push({
      code: 'empty-query',
      sentence: 'The request has no query: whether the message has one behind the path cannot be told.',
    });
  }
  if (guess.isEitherAlphabet) {
    matters.push({
      code: 'either-alphabet',
      sentence:
        'The signature reads alike as base64 and as base64url: one with + or - in it tells which it is.',
    });
  }
  if ('list' in guess.signature && !guess.isListed) {
    matters.push({
      code: 'single-item',
      sentence: `One signature stands behind ${guess.word ?? ''}=: that a comma would stand between several is an assumption.`,
    });
  }
  const literal = pieces.find(
    (piece): piece is string => typeof piece === 'string' && /[A-Za-z0-9]/.test(piece),
  );
  if (literal !== undefined) {
    matters.push({
      code: 'literal-text',
      sentence: `${JSON.stringify(literal)} is taken for text that never changes.`,
    });
  }
  if (parts.some(({ origin }) => origin !== undefined)) {
    matters.push({
      code: 'other-origin',
      sentence: 'The signed URL is not that of the request: origin says how the sender writes it.',
    });
  }
  if (change !== undefined) matters.push(changedBody(change));
  return matters;
}

export function severalProviders(ids: readonly string[]): OpenMatter {
  return {
    code: 'several-providers',
    sentence: `The request holds by ${ids.join(', ')} alike: choose by who has sent it.`,
  };
}

export function changedBody(change: BodyChange): OpenMatter {
  return {
    code: 'changed-body',
    sentence:
      change === 'final-line-end'
        ? 'The signature holds without the line end at the end of the body.'
        : 'The signature holds for the body without the white space between its members.',
  };
}

/** Of a scheme of tokens. */
export function claimMatters({ issuer, audience }: RawOptions): readonly OpenMatter[] {
  const names = [...(issuer === undefined ? [] : ['iss']), ...(audience === undefined ? [] : ['aud'])];
  if (names.length === 0) return [];
  return [
    {
      code: 'literal-text',
      sentence: `The token’s ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} taken for what every token of the sender says.`,
    },
  ];
}

function sameText(part: Atom, other: Atom): OpenMatter {
  return {
    code: 'same-text',
    sentence: `${shown(part)} and ${shown(other)} hold the same text in this request: which of them is signed cannot be told.`,
  };
}

function shown({ place, written, origin }: Atom): string {
  if (place === undefined) return origin === undefined ? written : `${written} with origin ${origin}`;
  const [[kind, name] = ['', '']] = Object.entries(place);
  return `the ${WORDS[kind] ?? kind} ${name}`;
}

const WORDS: Readonly<Record<string, string>> = {
  header: 'header',
  query: 'query parameter',
  member: 'JSON member',
  field: 'form field',
  item: 'item',
};

/** From 0 to 1, in hundredths. */
export function probabilityOf(matters: readonly OpenMatter[]): number {
  const probability = matters.reduce((rest, { code }) => rest * FACTORS[code], HIGHEST);
  return Math.round(probability * 100) / 100;
}

export function confidenceOf(probability: number): Confidence {
  if (probability >= 0.9) return 'certain';
  return probability >= 0.7 ? 'likely' : 'possible';
}

function otherAlphabet({ signature }: Match['guess']): string {
  return signature['encoding'] === 'base64' ? 'base64url' : 'base64-unpadded';
}

/** Other declarations that this request holds by as well, the first of each open matter. */
export function otherDeclarations({ base, pieces, guess, scheme }: Match): readonly RawOptions[] {
  const others: RawOptions[] = [];
  for (const [at, piece] of pieces.entries()) {
    if (typeof piece === 'string') continue;
    for (const same of piece.same) others.push(...declarationsOf(base, pieces.with(at, same)).slice(0, 1));
  }
  if (guess.isEitherAlphabet)
    others.push({ ...scheme, signature: { ...guess.signature, encoding: otherAlphabet(guess) } });
  return others;
}
