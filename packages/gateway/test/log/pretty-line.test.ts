/** The log at a terminal: a line a request, and nothing in it that a terminal would act on. */
import { REFUSALS, type RefusalReason } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prettyLine } from '../../src/log/pretty-line.ts';

const accepted = {
  level: 'info',
  time: '2026-01-01T00:00:00.000Z',
  requestId: 'ab-1',
  gate: 'github',
  method: 'POST',
  path: '/webhooks/github',
  verdict: 'accepted',
  keyId: 'now',
  claim: 'committed',
  status: 200,
  durationMs: 1.25,
};
const print = (record: object, color = false): string => prettyLine(`${JSON.stringify(record)}\n`, { color });
const lines = (record: object): string[] => print(record).trimEnd().split('\n');

describe('a request', () => {
  it('that is accepted takes one line', () => {
    expect(lines(accepted)).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\d\.\d{3} {2}✓ 200 accepted {12} {2}github {2}POST \/webhooks\/github {2}key now {2}1\.25 ms {2}ab-1$/,
      ),
    ]);
  });

  it.each(Object.keys(REFUSALS) as RefusalReason[])(
    'refused as %s has what happened and what to do under it',
    (reason) => {
      const { status, step, remedy } = REFUSALS[reason];
      const [first, second, third] = lines({
        ...accepted,
        verdict: 'refused',
        reason,
        step,
        status,
        message: 'the request is 400 s old',
        remedy,
      });
      expect(first).toContain(`✗ ${status} ${reason}`);
      expect(first).toContain(`step ${step}`);
      expect(second?.trim()).toBe('the request is 400 s old');
      expect(third?.trim()).toBe(`→ ${remedy}`);
    },
  );

  it('refused for a fault that needs other words has its own remedy under it; one that is taken has none', () => {
    const refused = {
      ...accepted,
      verdict: 'refused',
      reason: 'signature-mismatch',
      message: 'another body',
    };
    expect(lines({ ...refused, status: 401, remedy: 'Look at the proxy.' })[2]?.trim()).toBe(
      '→ Look at the proxy.',
    );
    expect(lines({ ...refused, status: 200, reason: 'replayed', remedy: 'Nothing.' })).toHaveLength(2);
  });

  it('whose outcome threw shows the error’s stack, and its cause', () => {
    const error = {
      type: 'Error',
      message: 'no',
      stack: 'Error: no\n    at a.ts:1',
      cause: { message: 'why' },
    };
    expect(
      lines({ ...accepted, status: 500, error })
        .slice(1)
        .map((line) => line.trim()),
    ).toEqual(['Error: no', 'at a.ts:1', 'caused by', 'why']);
  });
});

it('another event is its message and its fields, on one line', () => {
  const line = print({
    level: 'warn',
    time: accepted.time,
    gate: 'g',
    keyId: 'old',
    msg: 'the key is short',
    n: 3,
  });
  expect(line).toMatch(/^\S+ {2}WARN {3}the key is short {2}gate=g n=3\n$/);
});

it('shows what a terminal would act on as its escape, wherever it stands', () => {
  const wild = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(wild, wild, wild, (path, message, extra) => {
      const text = print({
        ...accepted,
        path,
        message,
        reason: 'expired',
        extra,
        gate: extra,
        requestId: message,
      });
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
      expect(text.split('\n').length).toBeLessThanOrEqual(4);
    }),
  );
});

it.each([
  [{ change: 'opened', state: 'open', count: 3 }, '! issue opened', '3 failures'],
  [{ change: 'returned', state: 'open', count: 1 }, '! issue returned', '1 failure'],
  [{ change: 'closed', state: 'closed', count: 3 }, '– issue closed', '3 failures'],
])(
  'a change of an issue says whose it is, and how to look at one that is open: %j',
  (more, change, count) => {
    const issue = { id: 'i1', destination: 'shop', reason: 'status', ...more };
    const [line = '', remedy] = lines({ time: accepted.time, gate: 'github', issue });
    expect(line.split(/ {2,}/).slice(1)).toEqual([change, 'github → shop', 'status', count]);
    expect(remedy?.trim()).toBe(more.state === 'open' ? '→ countersign issues show i1' : undefined);
  },
);

it('a change of an issue of requests that led to no gate says so', () => {
  const issue = { id: 'i1', reason: 'no-gate', change: 'acknowledged', state: 'acknowledged', count: 1 };
  expect(lines({ time: accepted.time, issue })[0]?.split(/ {2,}/)[2]).toBe('no gate');
});

describe('an attempt to deliver', () => {
  const delivery = { destination: 'shop', event: 'e1', attempt: 1, tookMs: 12 };
  const attempt = (more: object): string[] =>
    lines({ time: accepted.time, gate: 'github', delivery: { ...delivery, ...more } });

  it.each([
    [{ code: 'delivered', status: 200, state: 'delivered' }, '✓ 200 delivered', '12 ms'],
    [{ code: 'delivered', status: 0, state: 'delivered' }, '✓ exit 0 delivered', '12 ms'],
    [{ code: 'delivered', state: 'delivered' }, '✓ delivered', '12 ms'],
    [{ code: 'exit-code', status: 3, state: 'waiting', dueAt: accepted.time }, '✗ exit 3', '12 ms'],
    [{ code: 'status', status: 500, state: 'waiting', dueAt: accepted.time }, '✗ 500 status', '12 ms'],
    [{ code: 'skipped', state: 'cancelled', tookMs: 0 }, '– skipped', '<1 ms'],
  ])('says how it ended: %j', (more, end, took) => {
    expect(attempt(more)[0]?.split(/ {2,}/).slice(1)).toEqual([
      end,
      'github → shop',
      'attempt 1',
      took,
      'e1',
    ]);
  });

  it('that was the last names what is dead, and no other', () => {
    expect(attempt({ code: 'status', status: 500, state: 'dead' })[1]?.trim()).toBe(
      '→ No further attempt is made. Once it is mended: countersign deliveries redrive --event e1 --destination shop',
    );
  });
});

it('colours only where it is told to', () => {
  expect(print(accepted)).not.toContain('\x1b');
  expect(print(accepted, true)).toContain('\x1b[32m✓ 200 accepted');
});

it('gives back what is not a record', () => {
  expect(prettyLine('not json\n', { color: false })).toBe('not json\n');
});
