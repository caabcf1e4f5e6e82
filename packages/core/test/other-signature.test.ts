/** A request whose signature stands under another name: the refusal names that header, wherever the word stands in it. */
import { expect, it } from 'vitest';
import { createGate } from '../src/index.ts';

const gate = createGate({ provider: 'github', keys: ['a secret of thirty-two bytes, yes'] });

const messageFor = async (header: string): Promise<string | undefined> => {
  const verdict = await gate.verify({ method: 'POST', url: '/', headers: { [header]: '1' }, body: '{}' });
  return verdict.ok ? undefined : verdict.message;
};

const WORDS = ['sig', 'Sig', 'SIG', 'hmac', 'Hmac', 'signature', 'Signature'];
const BEFORE = ['', 'x-', 'xy-', 'xyz-', 'x-ss-', 'x-hh-', 'si-', 'hma-'];
const NAMES = WORDS.flatMap((word) => BEFORE.flatMap((before) => [before + word, `${before + word}-v1`]));

it.each(NAMES)('%s is named', async (name) => {
  expect(await messageFor(name)).toContain(`; it has ${name}`);
});

it.each(['x-design', 'x-hmacs', 'x-si-g', 'x-hm-ac', 'signature-input', 'x-assign', 'sih', 'x-hma'])(
  '%s is not a such name',
  async (name) => {
    expect(await messageFor(name)).not.toContain('it has');
  },
);
