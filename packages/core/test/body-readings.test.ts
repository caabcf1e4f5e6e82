import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs, someOf } from '../../../scripts/effort.ts';
import { joinMessage } from '../src/crypto/backend.ts';
import { createGate, HeaderList } from '../src/index.ts';
import { Passage } from '../src/scheme.ts';
import { bodyWithoutField } from '../src/schemes/form-readings.ts';
import { bodyWithoutMember, reorderedBody } from '../src/schemes/json-readings.ts';
import { nothingFound, type TemplatePassage } from '../src/schemes/template-found.ts';
import { inOrder, type JsonMember } from '../src/text/json-text.ts';
import { dice, escaped, jsonValue, spaced, text, utf8 } from './text/json-generators.ts';
import { print, scanned } from './text/whole-json.ts';

const ORDER = ['action_name', 'parameters', 'timestamp', 'test'];

const post = (body: Uint8Array) => ({ method: 'POST', url: '/', headers: new HeaderList([]), body });

function passageOf(body: Uint8Array): TemplatePassage {
  return new Passage(post(body), 0, nothingFound());
}

describe('the readings of a body that carries its own signature', () => {
  const readings = [...bodyWithoutMember('signature'), ...reorderedBody(ORDER, 'signature')];

  it('are all texts that a sender can have signed, and few of them twice', () => {
    let read = 0;
    let distinct = 0;
    fc.assert(
      fc.property(jsonValue, fc.integer(), fc.nat(23), dice, (value, time, turn, roll) => {
        const entries: [string, unknown][] = [
          ['action_name', 'n'],
          ['parameters', value],
          ['timestamp', time],
          ['signature', 'x'],
        ];
        for (let i = 0; i < turn % 4; i++) entries.push(entries.shift() as [string, unknown]);
        if (turn % 3 === 0) entries.reverse();
        const json = JSON.stringify(Object.fromEntries(entries));
        const wire = utf8(roll(2) ? spaced(escaped(json, roll), roll) : json);
        const passage = passageOf(wire);
        const object = scanned(wire);
        passage.found.json = object;
        const texts = readings.flatMap((reading) => {
          const message = reading.read(passage);
          if (message === undefined) return [];
          const bytes = message instanceof Uint8Array ? message : joinMessage(message);
          return bytes ? [text(bytes)] : [];
        });
        const kept = object.members.filter(({ name }) => name !== 'signature');
        const ordered = inOrder(object, ORDER, 'signature') as readonly JsonMember[];
        for (const wanted of [
          print(object, kept, 'compact'),
          print(object, kept, 'ascii'),
          print(object, ordered, 'go'),
          print(object, ordered, 'ascii'),
        ]) {
          if (wanted !== undefined) expect(texts).toContain(wanted);
        }
        read += texts.length;
        distinct += new Set(texts).size;
      }),
      { numRuns: runs(2000), seed: 20_261_125 },
    );
    expect(distinct / read).toBeGreaterThan(0.8);
  });

  it.each(someOf([1000, 60_000, 200_000, 400_000], 2))(
    'prove a body of %i bytes by each of them, at once or in slices, and none that was changed',
    async (size) => {
      const secret = 'a secret of thirty-two characters';
      const now = 1_760_000_000_000;
      const gate = createGate({ provider: 'flowent', keys: [secret], now: () => now });
      const filler = 'é<b> &\u2028\n'.repeat(size / 14);
      const payload = {
        action_name: 'n',
        parameters: { b: filler, a: [1, { z: 1, y: 2 }] },
        timestamp: now / 1000,
      };
      const { createHmac } = await import('node:crypto');
      const go = (value: unknown): string =>
        JSON.stringify(value).replace(
          /[<>&\u2028]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      const sortedPayload = { ...payload, parameters: { a: [1, { y: 2, z: 1 }], b: filler } };
      const ascii = (json: string): string =>
        json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
      const json = JSON.stringify(payload);
      for (const [reading, signed] of [
        ['raw', json],
        ['compact', json],
        ['compact-ascii', ascii(json)],
        ['go', go(sortedPayload)],
        ['reordered-ascii', ascii(json)],
      ] as const) {
        const signature = createHmac('sha256', secret).update(signed).digest('hex');
        const { action_name, ...rest } = payload;
        const wired =
          reading === 'reordered-ascii' ? { ...rest, action_name, signature } : { ...payload, signature };
        const body = JSON.stringify(wired, null, reading === 'compact' ? 1 : 0);
        const request = post(utf8(body));
        const verdict = gate.verify(request);
        expect(verdict instanceof Promise).toBe(size >= 200_000);
        expect(await verdict).toMatchObject({ ok: true, reading });
        const changed = post(utf8(body.replace('"z":1', '"z":2')));
        if (reading !== 'compact')
          expect(await gate.verify(changed)).toMatchObject({ ok: false, reason: 'signature-mismatch' });
      }
    },
  );
});

describe('a form without one field', () => {
  it.each([
    ['sig=x', ''],
    ['sig=x&a=1', 'a=1'],
    ['a=1&sig=x', 'a=1'],
    ['a=1&sig=x&b=2', 'a=1&b=2'],
    ['a=1&s%69g=x&b=%32', 'a=1&b=%32'],
    ['&sig=x&a', '&a'],
    ['a=1&&sig=x', 'a=1&'],
    ['a=sig&b', 'a=sig&b'],
    ['sig', ''],
  ])('%s is %j', (body, expected) => {
    const [reading] = bodyWithoutField('sig');
    const message = reading?.read(passageOf(utf8(body)));
    const bytes = message instanceof Uint8Array || message === undefined ? message : joinMessage(message);
    expect(bytes && text(bytes)).toBe(expected);
  });
});
