/** What the demo's page shows, of the stream that it comes from. */
import type { LiveView, StreamPart, VerdictView } from '@countersign/api';
import { allScenarios } from '@countersign/sandbox';
import { expect, it } from 'vitest';
import { RecentVerdicts } from '../../src/demo/recent-verdicts.ts';

const verdict = (requestId: string): VerdictView => ({
  time: '2026-01-02T03:04:05.678Z',
  requestId,
  method: 'POST',
  path: '/hmac',
  verdict: 'refused',
  reason: 'signature-mismatch',
  remedy: 'Compare the keys.',
  status: 401,
  durationMs: 1,
});

async function* streamOf(
  ...requestIds: readonly (string | undefined)[]
): AsyncGenerator<StreamPart<VerdictView>> {
  for (const id of requestIds)
    yield id === undefined ? { kind: 'lost', count: 3 } : { kind: 'item', id: `a-${id}`, item: verdict(id) };
}

it('shows a verdict under its scenario’s title, whoever else sends meanwhile, and passes over what was lost', async () => {
  const [first, second] = allScenarios();
  if (first === undefined || second === undefined) throw new Error('there are scenarios');
  const verdicts = new RecentVerdicts();
  verdicts.attribute('1', first);
  verdicts.attribute('3', second);
  await verdicts.follow(streamOf('1', '2', undefined, '3'), () => {});
  expect(verdicts.rows).toEqual([
    { ...verdict('1'), system: first.provider, title: first.title },
    { ...verdict('2'), system: undefined, title: undefined },
    { ...verdict('3'), system: second.provider, title: second.title },
  ]);
});

it('remembers the last fifty', async () => {
  const verdicts = new RecentVerdicts();
  await verdicts.follow(streamOf(...Array.from({ length: 60 }, (_, n) => String(n))), () => {});
  expect(verdicts.rows.map(({ requestId }) => Number(requestId))).toEqual(
    Array.from({ length: 50 }, (_, n) => n + 10),
  );
});

it('hears of a cause beside its verdict, and not of a request that it has forgotten', async () => {
  const finding = { id: 'body-newline-added', certainty: 'proved', sentence: 'What.', mend: 'Do.' } as const;
  const causes: unknown[] = [];
  const verdicts = new RecentVerdicts();
  async function* stream(): AsyncGenerator<StreamPart<LiveView>> {
    yield* streamOf('1');
    for (const requestId of ['1', '2'])
      yield {
        kind: 'item',
        id: `b-${requestId}`,
        item: { time: verdict('1').time, requestId, gate: 'hmac', finding },
      };
  }
  await verdicts.follow(stream(), (row) => void causes.push(row));
  const explained = { ...verdict('1'), system: undefined, title: undefined, finding };
  expect({ causes, rows: verdicts.rows }).toEqual({ causes: [explained], rows: [explained] });
});
