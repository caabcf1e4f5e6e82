/** The tables of docs/conformance.md of what other libraries say: they are of this corpus, and by the rule that they name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSE_WORDS, namesCause } from '../../interop/explained/cause-words.ts';
import { type PeerResult, tableText, withoutOurs, withTable } from '../../interop/explained/table.ts';
import { readCorpus } from '../../packages/core/test/explain-corpus/corpus-lines.ts';

const [, page = ''] = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8').split(
  '<!-- peers -->',
);
const corpus = readCorpus().filter(({ cause }) => cause !== 'none' && cause !== 'forged');

const rowOf = (name: string): readonly string[] =>
  page
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`))
    ?.split('|')
    .map((cell) => cell.trim()) ?? [];

describe('the table of other libraries', () => {
  it.each([
    ['stripe', 'stripe'],
    ['@octokit/webhooks-methods', 'github'],
    ['@slack/bolt', 'slack'],
    ['svix', 'standard-webhooks'],
  ])('has of %s every broken request of the corpus', (name, provider) => {
    const requests = corpus.filter((line) => line.provider === provider).length;
    expect(rowOf(name)[2]).toBe(String(requests));
  });

  it('says which share each names, and ours is more', () => {
    for (const name of ['stripe', '@octokit/webhooks-methods', '@slack/bolt', 'standardwebhooks', 'svix']) {
      const [theirs = 0, ours = 0] = [5, 6].map((at) =>
        Number(/\((\d+) %\)/.exec(rowOf(name)[at] ?? '')?.[1]),
      );
      expect(theirs).toBeGreaterThan(0);
      expect(ours).toBeGreaterThan(theirs);
    }
  });
});

describe('a text names', () => {
  it.each([
    ['Timestamp outside the tolerance zone', 'sender-clock-behind', true],
    ['Timestamp outside the tolerance zone', 'wrong-secret', false],
    ['Message timestamp too old', 'arrived-late', true],
    ['Missing required headers', 'id-header-missing', true],
    ['Missing required headers', 'wrong-secret', false],
    ['Are you passing the raw request body you received?', 'final-newline-added', true],
    ['Are you passing the raw request body you received?', 'secret-in-quotes', false],
    ['signature mismatch', 'body-truncated', false],
    ['unknown signature version', 'signature-prefix-missing', true],
    ['(false, without a text)', 'body-truncated', false],
  ])('%s: %s %s', (text, cause, names) => {
    expect(namesCause(text, cause)).toBe(names);
  });

  it('causes of the corpus, in every row of words', () => {
    const causes = [...new Set(corpus.map(({ cause }) => cause))];
    for (const { of, causes: named } of CAUSE_WORDS)
      expect([of, causes.some((cause) => named.test(cause))]).toEqual([of, true]);
  });
});

describe('the table as text', () => {
  const result: PeerResult = {
    name: 'a|b',
    requests: 4,
    accepted: 1,
    ours: 4,
    texts: [{ text: 'no *signature*', count: 3, named: 2 }],
  };

  it('has shares of all requests, and every text to the letter', () => {
    const text = tableText([{ ...result, name: 'a' }]);
    expect(text).toContain('| a | 4 | 1 | 1 | 2 (50 %) | 4 (100 %) |');
    expect(text).toContain('| a | no \\*signature\\* | 3 | 2 |');
  });

  it('stands between the marks, which must be there', () => {
    expect(withTable('x <!-- peers -->old<!-- /peers --> y', 'new')).toBe(
      'x <!-- peers -->\nnew\n<!-- /peers --> y',
    );
    expect(() => withTable('x', 'new')).toThrow('docs/conformance.md has no <!-- peers -->');
  });

  it('is compared without our own hits, which a busy machine has fewer of', () => {
    const [first, second] = [4, 3].map((ours) => withoutOurs(tableText([{ ...result, name: 'a', ours }])));
    expect(first).toBe(second);
    const named = withoutOurs(tableText([{ ...result, name: 'a', accepted: 0 }]));
    expect(named).not.toBe(first);
  });
});
