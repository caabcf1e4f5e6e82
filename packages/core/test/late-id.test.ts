import { describe, expect, it } from 'vitest';
import { createGate, done } from '../src/index.ts';

const SECRET = 'a secret of thirty-two characters';
const NOW = 1_760_000_000_000;

describe.each([
  ['stripe', 'id'],
  ['slack', 'event_id'],
] as const)('the signed id in the body of %s', (provider, member) => {
  const gate = createGate({ provider, keys: [SECRET], now: () => NOW });
  const accepted = async (body: string) => {
    const verdict = await gate.verify(await gate.sign({ method: 'POST', url: '/', body }));
    if (!verdict.ok) throw new Error(verdict.message);
    return verdict;
  };
  const body = JSON.stringify({ a: { [member]: 'no' }, [member]: 'evt_1' });

  it('is there whenever it is asked for', async () => {
    const verdict = await accepted(body);
    expect(verdict.id).toBe('evt_1');
    expect(verdict.id).toBe('evt_1');
    expect({ ...verdict }).toMatchObject({ ok: true, id: 'evt_1', keyId: 'key-1' });
  });

  it('is in the verdict’s JSON, asked for or not', async () => {
    const verdict = JSON.parse(JSON.stringify(await accepted(body)));
    expect(verdict).toMatchObject({ ok: true, provider, id: 'evt_1', keyId: 'key-1', timestampMs: NOW });
    expect(verdict.evidence.bodyBytes).toBe(body.length);
  });

  it.each(['', 'no JSON', '[]', '{}', '{"ID":1}', `{"${member}":"a","${member}":"b"}`, `{"${member}":{}}`])(
    'is none in %j',
    async (other) => {
      const verdict = await accepted(other);
      expect(verdict.id).toBeUndefined();
      expect(verdict.id).toBeUndefined();
      expect(Object.keys(JSON.parse(JSON.stringify(verdict)))).not.toContain('id');
    },
  );

  it('tells repeats, whatever else the body says', async () => {
    const receive = async (text: string) =>
      (await gate.receive(await gate.sign({ method: 'POST', url: '/', body: text }), ({ id }) =>
        done(id),
      )) as {
        kind: string;
        value?: string;
      };
    expect(await receive(`{"${member}":"evt_2","n":1}`)).toMatchObject({ kind: 'done', value: 'evt_2' });
    expect(await receive(`{"${member}":"evt_2","n":2}`)).toMatchObject({ kind: 'refused' });
  });
});
