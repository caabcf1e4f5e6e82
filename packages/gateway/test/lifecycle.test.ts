/** One list of what is open: ended from its end, within its time, whatever one part does. */
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import { closedBy, Lifecycle, type Part } from '../src/lifecycle.ts';

const NEVER = new Promise<void>(() => {});

/** A lifecycle with the parts a, b and c, and what became of them. */
function opened(changes: Partial<Record<'a' | 'b' | 'c', Partial<Part>>> = {}) {
  const events: string[] = [];
  const lifecycle = new Lifecycle((name) => events.push(`${name} is late`));
  for (const name of ['a', 'b', 'c'] as const) {
    const { drain, close } = changes[name] ?? {};
    lifecycle.add(name, {
      drain(untilMs) {
        events.push(`drain ${name}`);
        return drain?.(untilMs);
      },
      close() {
        events.push(`close ${name}`);
        return close?.();
      },
    });
  }
  return { lifecycle, events };
}

const fromNow = (ms: number): number => performance.now() + ms;
const ENDED = ['drain c', 'drain b', 'drain a', 'close c', 'close b', 'close a'];

describe('a stop', () => {
  it('drains all parts, then closes them, the last opened first', async () => {
    const { lifecycle, events } = opened();
    expect(lifecycle.isEnding).toBe(false);
    await lifecycle.drain(fromNow(1_000));
    expect(lifecycle.isEnding).toBe(true);
    await lifecycle.close();
    expect(events).toEqual(ENDED);
  });

  it('that is hurried waits for no drain, and closes', async () => {
    const { lifecycle, events } = opened({ b: { drain: () => NEVER } });
    const startMs = performance.now();
    const ended = lifecycle.drain(fromNow(60_000)).then(() => lifecycle.close());
    lifecycle.hurry();
    await ended;
    expect(performance.now() - startMs).toBeLessThan(500);
    expect(events).toEqual(ENDED);
  });

  it('that is hurried while a part closes for ever leaves it after a second', async () => {
    const { lifecycle, events } = opened({ c: { close: () => NEVER } });
    await lifecycle.drain(fromNow(60_000));
    const startMs = performance.now();
    const ended = lifecycle.close();
    lifecycle.hurry();
    await ended;
    expect(performance.now() - startMs).toBeLessThan(2_000);
    expect(events).toContain('c is late');
  });

  it('tells every part before it waits for one', async () => {
    const first = Promise.withResolvers<void>();
    const { lifecycle, events } = opened({ c: { drain: () => first.promise } });
    const drained = lifecycle.drain(fromNow(60_000));
    expect(events).toEqual(['drain c', 'drain b', 'drain a']);
    first.resolve();
    await drained;
  });

  it('tells a part until when it is waited for', async () => {
    const told: number[] = [];
    const { lifecycle } = opened({ b: { drain: (untilMs) => void told.push(untilMs) } });
    await lifecycle.drain(1_234_567);
    expect(told).toEqual([1_234_567]);
  });

  it.each(['a', 'b', 'c'] as const)(
    'ends in its time where %s drains for ever, and closes all',
    async (name) => {
      const { lifecycle, events } = opened({ [name]: { drain: () => NEVER } });
      const startMs = performance.now();
      await lifecycle.drain(fromNow(50));
      await lifecycle.close();
      expect(performance.now() - startMs).toBeLessThan(900);
      expect(events).toEqual(ENDED);
    },
  );

  it.each(someOf(['a', 'b', 'c'] as const, 3))(
    'leaves %s, which closes for ever, and closes the others',
    async (name) => {
      const { lifecycle, events } = opened({ [name]: { close: () => NEVER } });
      const startMs = performance.now();
      await lifecycle.drain(fromNow(0));
      await lifecycle.close();
      expect(performance.now() - startMs).toBeLessThan(2_000);
      expect(events.filter((event) => event.startsWith('close'))).toEqual(['close c', 'close b', 'close a']);
      expect(events.filter((event) => event.endsWith('late'))).toEqual([`${name} is late`]);
    },
  );

  it.each([
    ['drain', 'throws', { drain: () => fail() }],
    ['drain', 'rejects', { drain: async () => fail() }],
    ['close', 'throws', { close: () => fail() }],
    ['close', 'rejects', { close: async () => fail() }],
  ] as const)('closes all, and tells of it, where a %s %s', async (_, __, change) => {
    const { lifecycle, events } = opened({ b: change });
    await lifecycle.drain(fromNow(1_000));
    await expect(lifecycle.close()).rejects.toThrow('a part fails');
    expect(events).toEqual(ENDED);
  });

  it('closes each part once', async () => {
    const { lifecycle, events } = opened();
    await Promise.all([lifecycle.close(), lifecycle.close()]);
    await lifecycle.close();
    expect(events).toEqual(['close c', 'close b', 'close a']);
  });
});

describe('a part that is replaced', () => {
  const other = (events: string[]): Part => ({
    drain: () => void events.push('drain new b'),
    close: () => void events.push('close new b'),
  });

  it('is drained and closed while the others live, and its place is the new one’s', async () => {
    const { lifecycle, events } = opened();
    await lifecycle.replace('b', other(events), fromNow(60_000));
    expect(events).toEqual(['drain b', 'close b']);
    events.length = 0;
    await lifecycle.drain(fromNow(60_000));
    await lifecycle.close();
    expect(events).toEqual(['drain c', 'drain new b', 'drain a', 'close c', 'close new b', 'close a']);
  });

  it('is closed in its time where it drains for ever', async () => {
    const { lifecycle, events } = opened({ b: { drain: () => NEVER } });
    await lifecycle.replace('b', other(events), fromNow(20));
    expect(events).toEqual(['drain b', 'close b']);
  });

  it.each(['drain', 'close'] as const)(
    'is closed where it fails in its %s, and the replacement says so',
    async (step) => {
      const failing = { [step]: () => Promise.reject(new Error('lost')) };
      const { lifecycle, events } = opened({ b: failing });
      await expect(lifecycle.replace('b', other(events), fromNow(60_000))).rejects.toThrow('lost');
      expect(events).toEqual(['drain b', 'close b']);
      await lifecycle.drain(fromNow(60_000));
      await lifecycle.close();
      expect(events.slice(2)).toEqual([
        'drain c',
        'drain new b',
        'drain a',
        'close c',
        'close new b',
        'close a',
      ]);
    },
  );

  it('is drained and closed once by a stop that comes meanwhile, before what it uses', async () => {
    const drained = Promise.withResolvers<void>();
    const { lifecycle, events } = opened({ b: { drain: () => drained.promise } });
    const replaced = lifecycle.replace('b', other(events), fromNow(60_000));
    const stopped = lifecycle.drain(fromNow(60_000)).then(() => lifecycle.close());
    drained.resolve();
    await Promise.all([replaced, stopped]);
    expect(events.filter((event) => event === 'drain b' || event === 'close b')).toEqual([
      'drain b',
      'close b',
    ]);
    expect(events.indexOf('close b')).toBeLessThan(events.indexOf('close a'));
    expect(events).toContain('close new b');
  });

  it('stays where a stop has begun, and the new one is closed', async () => {
    const { lifecycle, events } = opened();
    await lifecycle.drain(fromNow(60_000));
    await lifecycle.replace('b', other(events), fromNow(60_000));
    await lifecycle.close();
    expect(events.slice(3)).toEqual(['close new b', 'close c', 'close b', 'close a']);
  });

  it('is not drained while something still uses it', async () => {
    const { lifecycle, events } = opened();
    const unused = Promise.withResolvers<void>();
    const replaced = lifecycle.replace('b', other(events), fromNow(60_000), unused.promise);
    await lifecycle.remove('a', fromNow(60_000));
    expect(events).toEqual(['drain a', 'close a']);
    unused.resolve();
    await replaced;
    expect(events).toEqual(['drain a', 'close a', 'drain b', 'close b']);
  });

  it('may be replaced again before it has ended: each ends once', async () => {
    const { lifecycle, events } = opened();
    const unused = Promise.withResolvers<void>();
    const first = lifecycle.replace('b', other(events), fromNow(60_000), unused.promise);
    await lifecycle.remove('b', fromNow(60_000));
    expect(events).toEqual(['drain new b', 'close new b']);
    unused.resolve();
    await first;
    expect(events.slice(2)).toEqual(['drain b', 'close b']);
    expect(lifecycle.has('b')).toBe(false);
  });

  it('must be there', async () => {
    const { lifecycle, events } = opened();
    await expect(lifecycle.replace('d', other(events), fromNow(60_000))).rejects.toThrow(
      'no part is called d',
    );
  });
});

describe('a part that is opened later', () => {
  it('stands before the one that will use it', async () => {
    const { lifecycle, events } = opened();
    lifecycle.add(
      'd',
      closedBy(() => void events.push('close d')),
      'c',
    );
    await lifecycle.close();
    expect(events).toEqual(['close c', 'close d', 'close b', 'close a']);
  });
});

describe('a start that fails', () => {
  it.each([0, 1, 2, 3])('closes the %i parts that were opened, and drains none', async (count) => {
    const events: string[] = [];
    const lifecycle = new Lifecycle(() => {});
    for (let i = 0; i < count; i++)
      lifecycle.add(
        `${i}`,
        closedBy(() => void events.push(`close ${i}`)),
      );
    await lifecycle.close();
    expect(events).toEqual(Array.from({ length: count }, (_, i) => `close ${count - 1 - i}`));
  });
});

function fail(): never {
  throw new Error('a part fails');
}
