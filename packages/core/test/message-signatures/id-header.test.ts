/** A header that is the id of a request: one signature has one id, however its field is written. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { createGate, done, type Gate, type RequestParts, writtenScheme } from '../../src/index.ts';
import { NOW } from '../tokens/mint.ts';

const KEY = 'a secret of thirty-two characters';
const FORMS = { '': '"abc";x', ';sf': '"abc";x', ';bs': ':ImFiYyI7eA==:' } as const;
type Form = keyof typeof FORMS;

const gateOf = (): Gate =>
  createGate({
    scheme: writtenScheme({
      type: 'http-message-signatures',
      components: ['@method'],
      idHeader: 'idempotency-key',
      structuredFields: { 'idempotency-key': 'item' },
    }),
    keys: [KEY],
    now: () => NOW,
  });

/** Signed over `"abc";x`. @param field as it is sent */
function requestOf(forms: readonly Form[], field: string, parameters = ''): RequestParts {
  const names = forms.map((form) => `"idempotency-key"${form}`);
  const params = `("@method"${names.map((name) => ` ${name}`).join('')});created=${NOW / 1000}${parameters}`;
  const lines = names.map((name, i) => `${name}: ${FORMS[forms[i] as Form]}\n`);
  const base = `"@method": POST\n${lines.join('')}"@signature-params": ${params}`;
  const signature = createHmac('sha256', KEY).update(base).digest('base64');
  return {
    method: 'POST',
    url: '/',
    headers: { 'idempotency-key': field, 'signature-input': `a=${params}`, signature: `a=:${signature}:` },
    body: '',
  };
}

const reasonOf = async (gate: Gate, request: RequestParts): Promise<string> => {
  const received = await gate.receive(request, () => done());
  return received.kind === 'refused' ? received.verdict.reason : received.kind;
};

it('is one where the field is spelled otherwise under the same signature', async () => {
  const gate = gateOf();
  expect(await reasonOf(gate, requestOf([';sf'], '"abc";x'))).toBe('done');
  for (const field of ['"abc";  x', '"abc";x=?1', ' "abc";x', '"abc"; x=?1'])
    expect(await reasonOf(gate, requestOf([';sf'], field)), field).toBe('replayed');
});

it.each<[string, readonly Form[]]>([
  ['as it stands', ['']],
  ['serialised anew', [';sf']],
  ['as it stands, and serialised anew', [';sf', '']],
  ['by its bytes', [';bs']],
])('is known again in another signature that covers it %s', async (_how, forms) => {
  const gate = gateOf();
  expect(await reasonOf(gate, requestOf(forms, '"abc";x'))).toBe('done');
  expect(await reasonOf(gate, requestOf(forms, '"abc";x', ';nonce="1"'))).toBe('replayed');
});

it('as it stands is that which is serialised anew, where both are covered', async () => {
  const gate = gateOf();
  expect(await reasonOf(gate, requestOf([';sf', ''], '"abc";x'))).toBe('done');
  expect(await reasonOf(gate, requestOf([''], '"abc";x', ';nonce="1"'))).toBe('replayed');
});
