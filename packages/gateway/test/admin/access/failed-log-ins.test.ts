/** Whoever guesses waits: by name and by address, longer each time; with a clock of the test's own. */
import { describe, expect, it } from 'vitest';
import { createFailedLogIns } from '../../../src/admin/access/failed-log-ins.ts';
import { Browser, PASSWORD, startConsole } from './browser.ts';

const MINUTE = 60_000;

function limiter() {
  const clock = { nowMs: 1_800_000_000_000 };
  const failures = createFailedLogIns(() => clock.nowMs);
  const fail = (times: number, name: string | undefined, network: (i: number) => string): void => {
    for (let i = 0; i < times; i++) failures.begin(name, network(i));
  };
  return { clock, failures, fail };
}

describe('failed log-ins', () => {
  it('of a name: four are free, then one waits twice as long each time, a minute at most', () => {
    const { failures, fail } = limiter();
    const waits = Array.from({ length: 14 }, (_, i) => {
      fail(1, 'ada', () => `10.0.0.${i}`);
      return failures.waitMs('ada', '192.0.2.1') / 1000;
    });
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(failures.waitMs('grace', '192.0.2.1')).toBe(0);
  });

  it('of an address: nineteen are free whatever the names, then it waits, a quarter of an hour at most', () => {
    const { failures } = limiter();
    const waits = Array.from({ length: 32 }, (_, i) => {
      failures.begin(`name ${i}`, '10.0.0.1');
      return failures.waitMs('another', '10.0.0.1') / 1000;
    });
    expect(waits.slice(18)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    expect(failures.waitMs('another', '10.0.0.2')).toBe(0);
  });

  it('are forgotten of a name by a log-in, of an address not', () => {
    const { failures, fail } = limiter();
    fail(25, 'ada', () => '10.0.0.1');
    failures.begin('ada', '10.0.0.1');
    failures.succeed('ada', '10.0.0.1');
    expect(failures.waitMs('ada', '10.0.0.2')).toBe(0);
    failures.begin(undefined, '10.0.0.1');
    expect(failures.waitMs(undefined, '10.0.0.1')).toBe(64_000);
  });

  it('of a name keep nobody out who has lately logged in from the same network', () => {
    const { failures, fail } = limiter();
    failures.begin('ada', '10.0.0.1');
    failures.succeed('ada', '10.0.0.1');
    fail(40, 'ada', (i) => `192.0.2.${i}`);
    expect(failures.waitMs('ada', '10.0.0.1')).toBe(0);
    expect(failures.waitMs('ada', '10.0.0.2')).toBe(MINUTE);
    fail(20, 'ada', () => '10.0.0.1');
    expect(failures.waitMs('ada', '10.0.0.1')).toBe(1_000);
  });

  it('are forgotten after an hour without any', () => {
    const { clock, failures, fail } = limiter();
    fail(40, 'ada', () => '10.0.0.1');
    clock.nowMs += 59 * MINUTE;
    fail(1, 'ada', () => '10.0.0.1');
    expect(failures.waitMs('ada', '10.0.0.1')).toBe(15 * MINUTE);
    clock.nowMs += 60 * MINUTE;
    expect(failures.waitMs('ada', '10.0.0.1')).toBe(0);
  });

  it('make nobody wait longer than that where the clock is set back', () => {
    const { clock, failures, fail } = limiter();
    fail(40, 'ada', () => '10.0.0.1');
    clock.nowMs -= 50 * MINUTE;
    expect(failures.waitMs('ada', '10.0.0.1')).toBe(15 * MINUTE);
  });

  it('are counted of ten thousand names and as many addresses: the one that was quiet longest is forgotten', () => {
    const { failures, fail } = limiter();
    fail(10, 'ada', () => '10.0.0.1');
    for (let i = 0; i < 9_999; i++) failures.begin(`name ${i}`, `address ${i}`);
    expect(failures.waitMs('ada', 'elsewhere')).toBeGreaterThan(0);
    failures.begin('one more', 'elsewhere');
    expect(failures.waitMs('ada', 'elsewhere')).toBe(0);
  });
});

it('over HTTP: the sixth is told to wait, also with the right password, and is let in afterwards', async () => {
  let nowMs = 1_800_000_000_000;
  const gateway = await startConsole({}, { now: () => nowMs });
  const browser = new Browser(gateway);
  for (let i = 0; i < 5; i++) expect((await browser.logIn('the admin', 'wrong')).status).toBe(401);
  const refused = await browser.logIn('the admin');
  expect([refused.status, refused.headers['retry-after'], JSON.parse(refused.text)]).toEqual([
    429,
    '1',
    expect.objectContaining({
      code: 'too-many-log-ins',
      detail: 'too many log-ins failed: try again in 1 s',
    }),
  ]);
  // Who is not there is kept out in the same way.
  for (let i = 0; i < 5; i++) expect((await browser.logIn('nobody', 'wrong')).status).toBe(401);
  expect((await browser.logIn('nobody')).status).toBe(429);
  nowMs += 1_000;
  expect((await browser.logIn('the admin')).status).toBe(200);
});

it('tries that come together are counted together: no more than five get through', async () => {
  const gateway = await startConsole({}, { now: () => 1_800_000_000_000 });
  const statuses = await Promise.all(
    Array.from(
      { length: 12 },
      async (_, i) => (await new Browser(gateway).logIn('the admin', `wrong ${i}`)).status,
    ),
  );
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(7);
});

it('too many at once are turned away, and not counted', async () => {
  const gateway = await startConsole();
  const answers = await Promise.all(
    Array.from({ length: 30 }, async () => new Browser(gateway).logIn('the viewer', PASSWORD)),
  );
  const busy = answers.filter(({ status }) => status === 503);
  for (const { text, headers } of busy) {
    expect(JSON.parse(text)).toMatchObject({
      code: 'log-in-busy',
      detail: 'too many log-ins are under way: try again in a moment',
    });
    expect(headers['retry-after']).toBe('2');
  }
  expect(answers.every(({ status }) => [200, 429, 503].includes(status))).toBe(true);
});
