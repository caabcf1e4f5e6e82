/** Values made to take long where a token stands: no hypothesis about tokens takes longer over them than over a token of that length. */
import { expect, it } from 'vitest';
import { isTried } from '../../src/explain/hypothesis.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { firstTrial } from '../../src/explain/trial.ts';
import { createGate, requestFrom } from '../../src/index.ts';

const SIZE = 8000;
const MAX_MS = 20;
const fill = (piece: string): string => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);

const VALUES: readonly (readonly [string, string])[] = [
  ['one run of letters', fill('a')],
  ['dashes', fill('-')],
  ['beginnings of a token', fill('eyJ')],
  ['beginnings with a dot each', fill('eyJ.')],
  ['two segments, again and again', fill('eyJhbGciOiJIUzI1NiJ9.')],
  ['words', fill('a ')],
  ['words with a colon', fill('a: ')],
  ['capitals', fill('A_')],
  ['quotes', fill('"')],
  ['percent signs', fill('%2e')],
  ['base64 behind Basic', `Basic ${fill('QUFB')}`],
  ['equals signs', fill('=')],
  ['beginnings of a token, and another letter behind', `${fill('eyJ').slice(0, -2)} !`],
  ['quotes inside', `eyJ0${fill('"').slice(0, -6)}"!`],
  ['a placeholder of many words', `my${fill('token').slice(0, -3)}!`],
];

const GATES = [
  createGate({ provider: 'jwt-bearer', keys: ['a-secret-of-some-length-0123456789'] }),
  createGate({ provider: 'dpop', keys: ['a-secret-of-some-length-0123456789'] }),
  createGate({ provider: { id: 'incode', form: 'basic' }, keys: ['user:a-password-0123456789'] }),
];

/** CPU time of this process, which others do not share, in milliseconds. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

it.each(VALUES)('%s', async (_, value) => {
  for (const gate of GATES)
    for (const before of ['', 'Bearer ', 'DPoP ', 'Basic ']) {
      const authorization = before + value.slice(0, SIZE);
      const request = requestFrom({
        method: 'POST',
        url: `https://api.example/?token=${encodeURIComponent(value).slice(0, SIZE)}`,
        headers: { authorization, 'x-token': value, dpop: value },
        body: '',
      });
      const trial = firstTrial(gate, request, 0);
      const trace = await gate.trace(request);
      for (const row of HYPOTHESES.filter(({ part }) => part === 'token')) {
        const times: number[] = [];
        for (let i = 0; i < 3; i++) {
          const from = spentMs();
          if (isTried(row)) for await (const change of row.changes(trial)) void change;
          else row.sees(trial, trace, {});
          times.push(spentMs() - from);
          if ((times[i] ?? 0) <= MAX_MS) break;
        }
        expect(Math.min(...times), row.id).toBeLessThanOrEqual(MAX_MS);
      }
    }
});
