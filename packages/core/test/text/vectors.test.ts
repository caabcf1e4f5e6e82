import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joinMessage } from '../../src/crypto/backend.ts';
import { HeaderList } from '../../src/index.ts';
import { Passage } from '../../src/scheme.ts';
import { bodyWithoutMember, reorderedBody } from '../../src/schemes/json-readings.ts';
import { nothingFound } from '../../src/schemes/template-found.ts';
import { duplicateName, parseForm } from '../../src/text/form.ts';
import {
  findMember,
  isJsonFault,
  type JsonFault,
  type JsonObjectText,
  JsonScan,
  scanJsonObject,
  stringValue,
} from '../../src/text/json-text.ts';

interface Case {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
  readonly secret: string;
  readonly expect: 'accept' | 'reject';
  readonly reason?: string;
}

function load(file: string): readonly Case[] {
  const url = new URL(`../../../../vectors/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] }).cases;
}

const bodyOf = (one: Case): Uint8Array => new Uint8Array(Buffer.from(one.bodyBase64, 'base64'));

describe('the Flowent vectors', () => {
  const cases = load('flowent.json');
  const order = ['action_name', 'parameters', 'timestamp', 'test'];

  const readings = [...bodyWithoutMember('signature'), ...reorderedBody(order, 'signature')];

  function matching(one: Case): string {
    const body = bodyOf(one);
    const object = new JsonScan(body, true).run() as JsonObjectText | JsonFault;
    if (isJsonFault(object)) return object.fault;
    const member = findMember(object, 'signature');
    const signature = member && stringValue(object, member);
    const passage = new Passage({ method: 'POST', url: '/', headers: new HeaderList([]), body }, 0, {
      ...nothingFound(),
      json: object,
    });
    for (const reading of readings) {
      const bytes = reading.read(passage);
      const text = bytes === undefined || bytes instanceof Uint8Array ? bytes : joinMessage(bytes);
      if (text && createHmac('sha256', one.secret).update(text).digest('hex') === signature)
        return reading.name;
    }
    return 'none';
  }

  it('each accepted body matches the reading that its sender used', () => {
    const matched = Object.fromEntries(
      cases.filter((one) => one.expect === 'accept').map((one) => [one.name, matching(one)]),
    );
    expect(matched).toEqual({
      'compact, signature last': 'raw',
      'signature first': 'raw',
      'signature in the middle': 'raw',
      'wire has spaces, signed compact': 'compact',
      'wire is indented, signed compact': 'compact',
      'non-ASCII, signed and sent as \\u escapes': 'raw',
      'non-ASCII, signed escaped, sent raw': 'compact-ascii',
      'non-ASCII, signed raw, sent raw': 'raw',
      'go: sorted parameters, HTML escaped': 'raw',
      'go signed, wire raw and unsorted': 'go',
      'go signed, the replacement character sent as its escape': 'go',
      'numbers beyond 2^53 and 1.0 keep their text': 'raw',
      'numbers, wire has spaces': 'compact',
      'a nested member named signature is signed content': 'raw',
      'escapes in strings': 'raw',
      'empty parameters': 'raw',
      'signed test request': 'raw',
      '299 s old': 'raw',
      '299 s ahead': 'raw',
    });
  });

  it.each(cases.filter((one) => one.reason === 'malformed-body' || one.name.includes('__proto__')))(
    'refused by the scanner: $name',
    (one) => expect(isJsonFault(scanJsonObject(bodyOf(one)))).toBe(true),
  );

  it.each(cases.filter((one) => one.reason === 'signature-mismatch'))('matches in no reading: $name', (one) =>
    expect(matching(one)).toBe('none'),
  );
});

describe('the Flow Production Tracking vectors', () => {
  const cases = load('flow-production-tracking.json');

  /** By hand: the lines to sign, sorted by code point, with or without blank fields. */
  function matching(one: Case): string {
    const form = parseForm(one.headers['content-type'], bodyOf(one));
    if ('fault' in form) return form.fault;
    const signature = form.find(({ name }) => name === 'signature')?.value;
    for (const blanks of ['left out', 'kept']) {
      const lines = form
        .filter(({ name, value }) => name !== 'signature' && (blanks === 'kept' || value !== ''))
        .map(({ name, value }) => Buffer.from(`${name}=${value}\r\n`))
        .sort(Buffer.compare);
      if (createHmac('sha1', one.secret).update(Buffer.concat(lines)).digest('hex') === signature)
        return blanks;
    }
    return 'none';
  }

  it.each(cases.filter((one) => one.expect === 'accept'))('is read as it was signed: $name', (one) => {
    expect(matching(one)).toBe(one.name === 'blank field, signed with it' ? 'kept' : 'left out');
  });

  it.each(cases.filter((one) => one.reason === 'signature-mismatch'))(
    'matches in no reading: $name',
    (one) => {
      expect(matching(one)).toBe('none');
    },
  );

  it('shows duplicate names to the scheme, which refuses them', () => {
    const duplicates = cases.filter((one) => one.name.startsWith('duplicate'));
    const found = duplicates.map((one) => {
      const form = parseForm(one.headers['content-type'], bodyOf(one));
      return 'fault' in form ? form.fault : duplicateName(form);
    });
    expect(found).toHaveLength(2);
    expect(found).toContain('signature');
    expect(found).not.toContain(undefined);
  });
});
