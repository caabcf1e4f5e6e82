/** Prevents: a header text that is no byte string, and is proved as the bytes that its chars would be cut to. */
import { expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import { createGate, HeaderList } from '../src/index.ts';
import { everyScheme } from './support/every-scheme.ts';

const NOW = 1_760_000_000_000;

it.each(everyScheme)('$name refuses a char above U+00FF in each header of the proof', async (sample) => {
  const gate = createGate({ ...sample.options, now: () => NOW });
  const genuine = await sample.sign(NOW);
  expect(await gate.verify(genuine)).toMatchObject({ ok: true });
  const { proof, covered, bound, token } = gate.scheme.headers;
  const { flat } = genuine.headers;
  for (const [i, value] of flat.entries()) {
    const name = flat[i - 1]?.toLowerCase() ?? '';
    if (i % 2 === 0 || ![...proof, ...covered, ...bound, ...token].includes(name)) continue;
    for (const at of someOf(
      [...value].map((_, place) => place),
      5,
      i,
    )) {
      const other = String.fromCharCode(value.charCodeAt(at) + 0x100);
      const text = value.slice(0, at) + other + value.slice(at + 1);
      const verdict = await gate.verify({ ...genuine, headers: new HeaderList(flat.with(i, text)) });
      expect(verdict, `${name}: ${text}`).toMatchObject({ ok: false });
    }
  }
});
