/** The corpus that `explain` is held against: each line has its form, the control is accepted, all else is refused. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProvider, providerIds } from '../../src/index.ts';
import { CORPUS, type CorpusLine, judgeLine, readCorpus } from './corpus-lines.ts';

const lines = readCorpus();
const isBroken = ({ cause }: CorpusLine): boolean => cause !== 'forged' && cause !== 'none';
const MEMBERS = [
  'id',
  'provider',
  'options',
  'scheme',
  'keys',
  'published',
  'now',
  'request',
  'cause',
  'truth',
  'madeBy',
];
const KEY_MEMBERS = ['secret', 'encoding', 'id', 'state', 'fromMs', 'untilMs'];

/** What is wrong with a line, in words. */
function faultsOf(line: CorpusLine): readonly string[] {
  const { provider, options, scheme, keys, published, now, request, cause, truth, madeBy } = line;
  const { method, url, headers, bodyBase64, ...more } = request;
  const rules: readonly (readonly [string, boolean])[] = [
    ['members', Object.keys(line).every((name) => MEMBERS.includes(name)) && Object.keys(more).length === 0],
    ['provider or scheme', (provider === undefined) !== (scheme === undefined)],
    ['options of a provider alone', options === undefined || provider !== undefined],
    [
      'keys',
      keys.length > 0 !== (published !== undefined) &&
        keys.every((key) => Object.keys(key).every((name) => KEY_MEMBERS.includes(name))),
    ],
    ['now in whole seconds', Number.isInteger(now) && now > 1.6e9 && now < 2e9],
    ['method', /^[A-Z]+$/.test(method)],
    ['absolute url', /^https?:\/\/[^/?#]+/.test(url)],
    [
      'headers in pairs',
      headers.every((pair) => pair.length === 2 && pair.every((item) => typeof item === 'string')),
    ],
    ['no line end in a header', headers.flat().every((item) => !/[\r\n\0]/.test(item))],
    ['body in base64', Buffer.from(bodyBase64, 'base64').toString('base64') === bodyBase64],
    ['cause', /^[a-z0-9]+(-[a-z0-9]+)*$/.test(cause)],
    ['truth', /^\S.{10,}\.$/s.test(truth)],
    ['made by a program and its version', /\S/.test(madeBy)],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => `${line.id}: ${rule}`);
}

describe('corpus of broken requests', () => {
  it('has lines of the form that its README says', () => {
    expect(lines.flatMap(faultsOf)).toEqual([]);
  });

  it('names each line once', () => {
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
  });

  it('has 2,000 broken requests, 300 forged ones and 100 of the control at least', () => {
    expect(lines.filter(isBroken).length).toBeGreaterThanOrEqual(2000);
    expect(lines.filter(({ cause }) => cause === 'forged').length).toBeGreaterThanOrEqual(300);
    expect(lines.filter(({ cause }) => cause === 'none').length).toBeGreaterThanOrEqual(100);
  });

  it('has broken requests of every provider, and of eight declared schemes', () => {
    const broken = lines.filter(isBroken);
    // Who signs as another does has that one’s lines.
    const signers = new Set(providerIds.map((id) => findProvider(id)?.signsAs ?? id));
    expect([...signers].filter((id) => !broken.some(({ provider }) => provider === id))).toEqual([]);
    expect(
      new Set(broken.flatMap(({ scheme }) => (scheme ? JSON.stringify(scheme) : []))).size,
    ).toBeGreaterThanOrEqual(8);
  });

  it('takes less than 6 MB', () => {
    const bytes = readdirSync(CORPUS).reduce((sum, file) => sum + statSync(join(CORPUS, file)).size, 0);
    expect(bytes).toBeLessThan(6e6);
  });

  it('has a control that the library accepts, and nothing else that it accepts', async () => {
    const wrong: string[] = [];
    for (const line of lines) {
      const { ok } = await judgeLine(line);
      if (ok !== (line.cause === 'none')) wrong.push(line.id);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});
