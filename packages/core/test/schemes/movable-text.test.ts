/** Of which messages the report says that text could be moved in them, and between which parts. */
import { describe, expect, it } from 'vitest';
import { createGate, type GateOptions } from '../../src/index.ts';
import type { CoverageWarning } from '../../src/model.ts';

const KEY = 'a-secret-of-20-bytes!';

/** What the report of a gate with such a message says of text that moves. */
function movable(message: string | readonly string[]): readonly CoverageWarning[] {
  const texts = [message].flat();
  const every = (field: string): boolean => texts.every((text) => text.includes(field));
  const some = (field: string): boolean => texts.some((text) => text.includes(field));
  const { coverage } = createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      message,
      ...(every('{timestamp}') && { timestamp: { header: 'x-timestamp', unit: 's' } }),
      ...(some('{id}') && { id: 'x-id' }),
      ...(some('{nonce}') && { nonce: 'x-nonce' }),
    },
    keys: [KEY],
  } as GateOptions);
  return coverage.warnings.filter(({ code }) => code.startsWith('movable-'));
}

const between = (...parts: readonly [string, string]): CoverageWarning => ({ code: 'movable-text', parts });

describe('a part before the body ends', () => {
  const escaped = (char: string): string => (char === '\\' ? '\\\\' : char);

  it.each<[field: string, ends: string, goesOn: string]>([
    // No token has a space, a slash or a line break; of letters, digits and these marks it may be made.
    ['{method}', ' /:\n"', 'aZ0-._~!#$%&*+^`|'],
    ['{host}', '/?#@ \nA', 'az09-._~:[]'],
    ['{path}', '?# \n\\\u007f', '/a.:@!~-'],
    ['{query}', '# \n\u007f', '?/&=a!~\\'],
    ['{url}', '# \n\u007f', '?/&=a!~\\:'],
    ['{header:x-a}', '\n\r\0', ' a:/\t~'],
  ])('%s at each of %j, and at none of %j', (field, ends, goesOn) => {
    for (const char of ends) {
      expect(movable(`${field}${escaped(char)}{body}`), JSON.stringify(char)).toEqual([]);
      expect(movable(`{body}${escaped(char)}${field}`), JSON.stringify(char)).toEqual([]);
    }
    for (const char of goesOn) {
      expect(movable(`${field}${escaped(char)}{body}`), char).toEqual([between(field, '{body}')]);
      expect(movable(`{body}${escaped(char)}${field}`), char).toEqual([between('{body}', field)]);
    }
  });

  it('where the first character behind it is none of its own, whatever comes next; and begins behind the last one', () => {
    expect(movable('{path}?a{body}')).toEqual([]);
    expect(movable('{path}a?{body}')).toEqual([between('{path}', '{body}')]);
    expect(movable('{body}a?{path}')).toEqual([]);
    expect(movable('{body}?a{path}')).toEqual([between('{body}', '{path}')]);
  });
});

describe('two parts with nothing between them', () => {
  it.each<[message: string, ...pairs: CoverageWarning[]]>([
    ['{method}{body}', between('{method}', '{body}')],
    // A path begins with a slash, a URL with its scheme.
    ['{method}{path}'],
    ['{host}{path}'],
    ['{path}{path}', between('{path}', '{path}')],
    ['{header:x-a}{path}', between('{header:x-a}', '{path}')],
    ['{method}{url}'],
    ['{host}{url}', between('{host}', '{url}')],
    ['{method}{host}', between('{method}', '{host}')],
    ['{nonce}{body}.{id}', between('{nonce}', '{body}')],
    ['{body}{id}', between('{body}', '{id}')],
    ['{timestamp}{body}'],
    // A digest shows both its ends.
    ['{body:sha256:hex}'],
    ['{body:sha256:hex}{path}'],
    ['{path}{body:sha256:hex}'],
  ])('%s', (message, ...pairs) => {
    expect(movable(message)).toEqual(pairs);
  });
});

describe('a part that falls away', () => {
  it.each<[message: string, ...pairs: CoverageWarning[]]>([
    ['{?a:{header:x};?}b:{body}'],
    ['{timestamp};{?a:{header:x};?}'],
    ['{id};{?a:{header:x};?}'],
    // The body may end as it does, and so may what else may hold anything.
    ['{body}{?,a:{header:x};?}', between('{body}', '{?,a:{header:x};?}')],
    ['{body}\n{?a:{header:x};?}', between('{body}', '{?a:{header:x};?}')],
    ['{header:x-a}{?a:{header:x};?}', between('{header:x-a}', '{?a:{header:x};?}')],
  ])('%s', (message, ...pairs) => {
    expect(movable(message)).toEqual(pairs);
  });
});

describe('of several parts that may hold anything', () => {
  it('the body does, and the others show where they end', () => {
    expect(movable('{path}/{body}.{id}')).toEqual([between('{path}', '{body}')]);
    expect(movable('{url}{form:sorted}.{id}')).toEqual([
      between('{url}', '{form:sorted}'),
      { code: 'movable-form-text' },
    ]);
  });

  it('where there is no body, it is the one that lets all others show it', () => {
    expect(movable('{path}/{id}')).toEqual([]);
    expect(movable('{id}/{path}')).toEqual([]);
    expect(movable('{id}.{query}.{nonce}')).toEqual([]);
    expect(movable('{query}.{path}')).toEqual([between('{query}', '{path}')]);
  });
});

describe('of several messages', () => {
  const guessed: CoverageWarning = { code: 'movable-between-messages' };

  it.each<[when: string, first: string, second: string, guessed: boolean]>([
    ['a nonce and its separator before the body are all that differs', '{nonce}.{body}', '{body}', false],
    ['an id and its separator are', '{id}.{body}', '{body}', false],
    ['they are, behind a time', '{timestamp}:{nonce}:{body}', '{timestamp}:{body}', false],
    ['what parts them could be of the nonce: a letter', '{nonce}a{body}', '{body}', true],
    ['what parts them could be of the nonce: padding', '{nonce}={body}', '{body}', true],
    ['nothing parts them', '{nonce}{body}', '{body}', true],
    ['the nonce does not stand before the body', '{nonce}.{method} {body}', '{method} {body}', true],
    ['the nonce stands last', '{body}.{nonce}.', '{body}.', true],
    ['the second is another one besides', '{nonce}.{body}', '{body}\n{method}', true],
    ['the shorter one comes first', '{body}', '{nonce}.{body}', true],
    ['a method makes the difference', '{method}\n{body}', '{body}', true],
  ])('where %s: %s, %s', (_, first, second, isGuessed) => {
    expect(movable([first, second]).filter(({ code }) => code === guessed.code)).toEqual(
      isGuessed ? [guessed] : [],
    );
  });

  it('each could be taken for another where there are three', () => {
    expect(movable(['{nonce}.{body}', '{body}', '{method}'])).toContainEqual(guessed);
  });
});
