/** What a stranger wrote, as a log may show it. */
import { describe, expect, it } from 'vitest';
import { shownClaim, shownText } from '../../src/text/shown-text.ts';

describe('shownText', () => {
  it.each([
    ['', ''],
    [' plain ~', ' plain ~'],
    ['a\nb', 'a\\u{a}b'],
    ['\u001f\u007f', '\\u{1f}\\u{7f}'],
    ['ü🚀', '\\u{fc}\\u{1f680}'],
    ['\ud83d', '\\u{d83d}'],
    ['a'.repeat(64), 'a'.repeat(64)],
    ['a'.repeat(65), `${'a'.repeat(64)}…`],
    // Nothing is shown in part.
    [`${'a'.repeat(58)}\n`, `${'a'.repeat(58)}\\u{a}`],
    [`${'a'.repeat(59)}\nb`, `${'a'.repeat(59)}\\u{a}…`],
    [`${'a'.repeat(60)}\nb`, `${'a'.repeat(60)}…`],
    ['🚀'.repeat(1_000), `${'\\u{1f680}'.repeat(7)}…`],
  ])('shows %j', (text, shown) => expect(shownText(text)).toBe(shown));
});

describe('shownClaim', () => {
  it.each([
    [undefined, 'absent'],
    [null, 'null'],
    [7, '7'],
    ['https://a.example/b', '"https://a.example/b"'],
    ['https://a.example/?key=secret', '"https://a.example/?"'],
    ['https://a.example/#key\nsecret', '"https://a.example/#"'],
    [['a?secret', { b: 'c#secret' }], '["a?",{"b":"c#"}]'],
  ])('shows %j as %s', (claim, shown) => expect(shownClaim(claim)).toBe(shown));
});
