/** Secrets in what destinations answer. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hiddenAnswer } from '../../src/deliver/hidden-answer.ts';

function hide(answer: string, ...secrets: string[]): string {
  return Buffer.from(hiddenAnswer(Buffer.from(answer, 'latin1'), secrets)).toString('latin1');
}

it('a secret that was sent is not in what is kept of the answer, however it is written', () => {
  expect(hide('you sent: Bearer abc"def', 'Bearer abc"def')).toBe('you sent: [hidden]');
  expect(hide('{"token":"abc\\"def"}', 'Bearer abc"def')).toBe('{"token":"[hidden]"}');
  expect(hide('?t=abc%22def&x=1', 'abc"def')).toBe('?t=[hidden]&x=1');
  expect(hide('the token is abcdef and abcdef', 'Bearer abcdef')).toBe('the token is [hidden] and [hidden]');
  expect(hide('cut: Bearer abc', 'Bearer abcdef')).toBe('cut: [hidden]');
  expect(hide('cut: "abcd', 'Bearer abcdef')).toBe('cut: "[hidden]');
});

it('what holds none stays, byte for byte', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(hiddenAnswer(bytes, ['a secret that is not there'])).toBe(bytes);
  expect(hiddenAnswer(bytes, [])).toBe(bytes);
  // Too short to be one.
  expect(hide('no', 'no')).toBe('no');
});

it('of no cut of no answer anything is left of a secret', () => {
  const secret = 'Kx7Qw2Zp9Lm4';
  fc.assert(
    fc.property(
      fc.string({ maxLength: 20 }),
      fc.string({ maxLength: 20 }),
      fc.nat(60),
      (before, after, length) => {
        const shown = hide(`${before}${secret}${after}`.slice(0, length), `Bearer ${secret}`);
        for (let at = 0; at + 4 <= secret.length; at++)
          if (at === 0) expect(shown).not.toContain(secret.slice(at, at + 4));
      },
    ),
  );
});
