/** The options that a provider cannot do without, as the request itself says what they may be. */
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import { credentialScope } from './aws-sigv4.ts';
import { namedTexts } from './named-texts.ts';
import { jsonSegment } from './token-schemes.ts';

/** Of more texts the others are not tried. */
const MAX_CHOICES = 64;
const MAX_CHARS = 128;

/** What options may be, the likeliest first: all of them by their names, or one by any text of the request. */
export function neededOptions(names: readonly string[], request: SignedRequest): readonly RawOptions[] {
  const texts = shortTexts(request);
  const byName = new Map(texts.map(({ name, text }) => [name, text]));
  const named = names.map((name) => [name, byName.get(OTHER_NAMES[name] ?? name)] as const);
  if (named.every(([, text]) => text !== undefined)) return [Object.fromEntries(named)];
  const [only, second] = names;
  if (only === undefined || second !== undefined) return [];
  return [...new Set(texts.map(({ text }) => text))].slice(0, MAX_CHOICES).map((text) => ({ [only]: text }));
}

/** Options whose text has another name in a request: a claim’s, a member’s. */
const OTHER_NAMES: Readonly<Record<string, string>> = { audience: 'aud', topics: 'TopicArn' };

interface ShortText {
  readonly name: string;
  readonly text: string;
}

function shortTexts(request: SignedRequest): readonly ShortText[] {
  const named = namedTexts(request);
  return [
    ...scopeTexts(request),
    ...named.flatMap(({ text }) => claimTexts(text)),
    ...named.flatMap(({ name, text }) => [{ name, text }, ...itemTexts(text)]),
  ].filter(({ text }) => text !== '' && text.length <= MAX_CHARS);
}

function scopeTexts({ headers }: SignedRequest): readonly ShortText[] {
  const scope = credentialScope(headers.get('authorization') ?? '');
  return scope ? Object.entries(scope).map(([name, text]) => ({ name, text })) : [];
}

/** Of a token, its claims that are text; of a path of numbers in them each number. */
function claimTexts(text: string): readonly ShortText[] {
  const payload = /^(?:Bearer )?[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text)?.[1];
  const claims = payload === undefined ? {} : (jsonSegment(payload) ?? {});
  return Object.entries(claims).flatMap(([name, claim]) =>
    [claim]
      .flat()
      .flatMap((value) =>
        typeof value === 'string'
          ? [
              { name, text: value },
              ...(/\d{4,}$/.exec(value) ?? []).map((digits) => ({ name: '', text: digits })),
            ]
          : [],
      ),
  );
}

/** What stands before a bar, a comma or an equals sign. */
function itemTexts(text: string): readonly ShortText[] {
  const item = /^([\w-]{1,64})[|,=]/.exec(text)?.[1];
  return item === undefined ? [] : [{ name: '', text: item }];
}
