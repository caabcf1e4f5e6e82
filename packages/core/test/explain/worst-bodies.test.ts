/** Bodies made to take long: no hypothesis about bodies takes more than a few times what an ordinary body of that length costs it. */
import { expect, it } from 'vitest';
import { BODY, BODY_RARE } from '../../src/explain/hypotheses/body.ts';
import { isTried } from '../../src/explain/hypothesis.ts';
import { firstTrial } from '../../src/explain/trial.ts';
import { createGate, requestFrom } from '../../src/index.ts';

const SIZE = 120 * 1024;
const gate = createGate({ provider: 'github', keys: ['a-secret-of-some-length-0123456789'] });

const fill = (piece: string, length = SIZE): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

const BODIES: readonly (readonly [string, string])[] = [
  ['blanks, and a letter behind', `${fill(' ')}x`],
  ['a letter among blanks', `x${fill(' \n\0\t')}x`],
  ['equals signs', `${fill('=')}x`],
  ['carriage returns', `${fill('\r')}x`],
  ['line ends', `${fill('\r\n')}x`],
  ['percent signs', fill('%')],
  ['escapes', fill('%5B%5D=')],
  ['brackets', `a=${fill('[1')}`],
  ['ampersands', `a=${fill('&')}`],
  ['a form of many fields', fill('a[]=1&')],
  ['quotes', fill('"')],
  ['backslashes', `"${fill('\\')}"`],
  ['b and quotes', `b'${fill("'")}`],
  ['chunks', fill('1\r\nx\r\n')],
  ['chunks of no length', fill('0000000\r\n')],
  ['numbers and commas', `${fill('1,')}x`],
  ['marks that are out of order', fill('\u0316\u0301\u0327', SIZE / 3)],
  ['entities', fill('&amp;')],
  ['a deep list', fill('[')],
  ['a deep list that ends', `${fill('[', SIZE / 4)}${fill(']', SIZE / 4)}`],
  ['many members', `{${Array.from({ length: 4000 }, (_, i) => `"k${i}":{}`).join()}}`],
  ['a long number', `{"id":${fill('9', 60_000)}}`],
  ['a long fraction', `{"at":"2025-01-01T00:00:00.${fill('0', 60_000)}1Z"}`],
  ['many large numbers', `[${Array.from({ length: 3000 }, () => '1234567890123456800').join()}]`],
  ['few members of much', `{"a":${JSON.stringify(fill('é/<', 20_000))},"b":2,"c":3,"d":4,"e":5}`],
  [
    'base64 in members',
    `{${Array.from({ length: 16 }, (_, i) => `"k${i}":"${fill('QUJD', 3000)}"`).join()}}`,
  ],
  ['capitals in names', `{"${fill('aB', 60_000)}":1}`],
  ['many fractions of few digits', `[${Array.from({ length: 10_000 }, (_, i) => `${i % 9}.5`).join()}]`],
  ['many empty objects', `[${fill('{},', 60_000)}{}]`],
  ['many values far inside', `${'['.repeat(99)}${fill('1,', 60_000)}1${']'.repeat(99)}`],
  ['a form of escapes that are no UTF-8', fill('a=%e9b%ec', 120_000)],
  ['a form of line ends', `[=${fill('=\r\n')}`],
  ['half characters', `{"a":"${fill('\\ud800', 60_000)}"}`],
];

/** CPU time of this process, which others do not share, in milliseconds. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

it.each(BODIES)('%s', async (_, body) => {
  const request = requestFrom({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': '9' },
    body,
  });
  const trial = firstTrial(gate, request, 0);
  const trace = await gate.trace(request);
  const slow: string[] = [];
  for (const row of [...BODY, ...BODY_RARE]) {
    let before = spentMs();
    const check = (what: string): void => {
      const ms = spentMs() - before;
      if (ms > 150) slow.push(`${row.id}, ${what}: ${ms} ms`);
      before = spentMs();
    };
    if (isTried(row)) {
      for await (const change of row.changes(trial)) {
        expect(change.request?.body.length).toBeLessThan(7 * request.body.length + 100);
        check('a change');
      }
    } else row.sees(trial, trace, {});
    check('the rest');
  }
  expect(slow).toEqual([]);
});
