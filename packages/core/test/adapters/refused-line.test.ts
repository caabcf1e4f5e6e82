/** What an adapter logs of a refused request where nobody says otherwise. */
import { expect, it, vi } from 'vitest';
import { settingsOf } from '../../src/adapters/settings.ts';
import type { Refused } from '../../src/index.ts';
import { REFUSALS } from '../../src/refusals.ts';

function lineOf(refused: Partial<Refused>): string {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  try {
    settingsOf().onRefused({ ok: false, provider: 'github', ...refused } as Refused);
    return String(warn.mock.calls[0]?.[0]);
  } finally {
    warn.mockRestore();
  }
}

it.each(Object.entries(REFUSALS))(
  'the line of %s has its message and its remedy to their ends',
  (reason, { remedy }) => {
    const message = `${'a sentence of some length, '.repeat(8)}to its end`;
    expect(lineOf({ reason: reason as Refused['reason'], message, remedy })).toBe(
      `countersign refused a request to github (${reason}): ${message}. ${remedy}`,
    );
  },
);

it('what a scheme of somebody’s own quotes cannot move the terminal’s cursor or begin a line', () => {
  const line = lineOf({
    reason: 'malformed-request',
    message: 'it was \u001b[2Ja\r\nb\u2028c\u202ed',
    remedy: 'Mend it.',
  });
  expect(line).toBe(
    'countersign refused a request to github (malformed-request): it was \\u{1b}[2Ja\\u{d}\\u{a}b\\u{2028}c\\u{202e}d. Mend it.',
  );
});
