import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FlowentActionDraft } from '../../../src/flowent/flowent-api.ts';
import {
  type Registrar,
  type RegistrarTarget,
  startRegistrar,
} from '../../../src/flowent/registration/registrar.ts';
import { draft, failure, type MemoryPlatform, memoryPlatform } from './memory-platform.ts';

interface Watched {
  readonly registrar: Registrar;
  /** `level message action`. */
  readonly lines: string[];
  readonly fields: object[];
  /** How long the waits were. */
  readonly waitsMs: number[];
  /** Lets the time of one wait pass, and resolves when the look after it is over. */
  look(): Promise<void>;
}

/** A registrar whose time passes when the test says so. */
const start = (targets: readonly Partial<RegistrarTarget>[], random = 0.5): Watched => {
  const lines: string[] = [];
  const fields: object[] = [];
  const waitsMs: number[] = [];
  let pass: () => void = () => {};
  let waiting: () => void = () => {};
  let nextWait = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const note =
    (level: string) =>
    (values: object, message = ''): void => {
      fields.push(values);
      lines.push(`${level} ${message}${'action' in values ? ` ${String(values.action)}` : ''}`);
    };
  const registrar = startRegistrar({
    targets: targets.map((target) => ({
      apiUrl: 'https://platform.example.com/api',
      api: memoryPlatform(),
      everyMs: 600_000,
      drafts: () => [],
      ...target,
    })),
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    random: () => random,
    wait: (ms, signal) => {
      waitsMs.push(ms);
      waiting();
      return new Promise((resolve) => {
        pass = resolve;
        signal.addEventListener('abort', () => resolve());
      });
    },
  });
  onTestFinished(() => registrar.close());
  return {
    registrar,
    lines,
    fields,
    waitsMs,
    async look() {
      await nextWait;
      nextWait = new Promise<void>((resolve) => {
        waiting = resolve;
      });
      pass();
      await nextWait;
    },
  };
};

const keeping = (
  platform: MemoryPlatform,
  desired: readonly FlowentActionDraft[],
): Partial<RegistrarTarget> => ({ api: platform, drafts: () => desired });

describe('when the gateway starts', () => {
  it('registers what is missing or differs, and reports it', async () => {
    const platform = memoryPlatform([draft('b', { description: 'Old.' })]);
    const { registrar, lines } = start([keeping(platform, [draft('a'), draft('b')])]);
    const [report] = await registrar.firstRun;
    expect(report?.applied?.done.map(({ deed, step }) => `${deed} ${step.name}`)).toEqual([
      'updated b',
      'created a',
    ]);
    expect(platform.actions()).toEqual([draft('a'), draft('b')]);
    expect(lines).toEqual(['info registered with the platform b', 'info registered with the platform a']);
  });

  it('never deletes what only the platform has', async () => {
    const platform = memoryPlatform([draft('foreign')]);
    const { registrar, look } = start([keeping(platform, [])]);
    await registrar.firstRun;
    await look();
    expect(platform.calls).toEqual([]);
  });

  it('looks after several accounts, and one that fails does not keep the others back', async () => {
    const broken = memoryPlatform();
    broken.list = () => Promise.reject(failure('unauthorized'));
    const platform = memoryPlatform();
    const { registrar } = start([keeping(broken, [draft('a')]), keeping(platform, [draft('a')])]);
    const [first, second] = await registrar.firstRun;
    expect(first).toMatchObject({ plan: undefined, error: { code: 'unauthorized' } });
    expect(second?.applied?.done).toHaveLength(1);
  });
});

describe('afterwards', () => {
  it('undoes what somebody changed or deleted on the platform, and logs what differed', async () => {
    const platform = memoryPlatform();
    const { registrar, look, lines, fields } = start([keeping(platform, [draft('a'), draft('b')])]);
    await registrar.firstRun;
    await platform.update('a', { description: 'Theirs.', json_schema: { type: 'object' } });
    await platform.delete('b');
    lines.length = 0;
    fields.length = 0;
    await look();
    expect(platform.actions()).toEqual([draft('a'), draft('b')]);
    expect(lines).toEqual([
      'warn the platform’s copy of the action differs: it is registered again a',
      'warn the platform has lost the action: it is registered again b',
      'info registered with the platform a',
      'info registered with the platform b',
    ]);
    expect(fields[0]).toEqual({
      platform: 'https://platform.example.com/api',
      action: 'a',
      differences: ['/description', '/json_schema/properties', '/json_schema/required'],
    });
  });

  it('says nothing where nothing differs', async () => {
    const platform = memoryPlatform([draft('a')]);
    const { registrar, look, lines } = start([keeping(platform, [draft('a')])]);
    await registrar.firstRun;
    await look();
    await look();
    expect(lines).toEqual([]);
  });

  it('takes the actions as they are then', async () => {
    const platform = memoryPlatform();
    let desired = [draft('a')];
    const { registrar, look } = start([{ api: platform, drafts: () => desired }]);
    await registrar.firstRun;
    desired = [draft('a'), draft('b')];
    await look();
    expect(platform.calls).toEqual(['create a', 'create b']);
  });

  it.each([
    [0, 540_000],
    [0.5, 600_000],
    [0.999, 659_880],
  ])('waits its time, give or take a tenth (%d: %d ms)', async (random, ms) => {
    const { registrar, look, waitsMs } = start([{}], random);
    await registrar.firstRun;
    await look();
    expect(waitsMs).toEqual([ms, ms]);
  });
});

describe('what fails', () => {
  it('is logged with its remedy, and tried again at the next look without being called drift', async () => {
    const platform = memoryPlatform();
    const { registrar, look, lines, fields } = start([keeping(platform, [draft('a'), draft('b')])]);
    platform.before = (call) => {
      if (call === 'create a') throw failure('validation-failed');
    };
    const [report] = await registrar.firstRun;
    expect(report).toMatchObject({ error: { code: 'validation-failed' } });
    expect(lines).toEqual([
      'info registered with the platform b',
      'error not registered with the platform: tried again later a',
    ]);
    expect(fields[1]).toMatchObject({ remedy: 'Do something.' });
    platform.before = () => {};
    lines.length = 0;
    await look();
    expect(lines).toEqual(['info registered with the platform a']);
  });

  it('of a platform that is away is tried again, and drift is known after that', async () => {
    const platform = memoryPlatform();
    const { list } = platform;
    const { registrar, look, lines } = start([keeping(platform, [draft('a')])]);
    await registrar.firstRun;
    platform.list = () => Promise.reject(failure('unavailable'));
    await look();
    platform.list = list;
    await platform.delete('a');
    lines.length = 0;
    await look();
    expect(lines[0]).toBe('warn the platform has lost the action: it is registered again a');
  });

  it('waits as long as the platform asks', async () => {
    const platform = memoryPlatform();
    const { registrar, look, waitsMs } = start([keeping(platform, [draft('a')])]);
    platform.before = () => {
      throw failure('rate-limited', 3_600_000);
    };
    await registrar.firstRun;
    platform.before = () => {};
    await look();
    expect(waitsMs).toEqual([3_600_000, 600_000]);
  });

  it('because of the platform’s limit is explained, and nothing is registered', async () => {
    const theirs = Array.from({ length: 100 }, (_, i) => draft(`theirs_${i}`));
    const platform = memoryPlatform(theirs);
    const { registrar, fields } = start([keeping(platform, [draft('a')])]);
    await registrar.firstRun;
    expect(platform.calls).toEqual([]);
    expect(fields).toMatchObject([
      {
        error: { message: expect.stringContaining('there would be 101 actions') },
        remedy: expect.stringContaining('the 100 that only the platform has'),
      },
    ]);
  });

  it('of ours does not end the gateway', async () => {
    const { registrar, look, lines } = start([
      {
        drafts: () => {
          throw new TypeError('a bug');
        },
      },
    ]);
    const [report] = await registrar.firstRun;
    expect(report?.error).toBeInstanceOf(TypeError);
    await look();
    expect(lines).toHaveLength(2);
  });
});

describe('closing', () => {
  it('waits for the step in hand, and begins no other', async () => {
    const platform = memoryPlatform();
    const { create } = platform;
    let finish: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      platform.create = async (one) => {
        resolve();
        await new Promise<void>((go) => {
          finish = go;
        });
        return create(one);
      };
    });
    const { registrar } = start([keeping(platform, [draft('a'), draft('b')])]);
    await begun;
    let closed = false;
    const closing = registrar.close().then(() => {
      closed = true;
    });
    await turn();
    expect(closed).toBe(false);
    finish();
    await closing;
    expect(platform.actions()).toEqual([draft('a')]);
    await registrar.close();
  });

  it('ends a wait', async () => {
    const { registrar, waitsMs } = start([{}]);
    await registrar.firstRun;
    await registrar.close();
    expect(waitsMs.length).toBeLessThan(2);
  });

  it('by the timer of its own as well', async () => {
    const registrar = startRegistrar({
      targets: [{ apiUrl: '', api: memoryPlatform(), everyMs: 600_000, drafts: () => [] }],
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    await registrar.firstRun;
    await turn();
    const startMs = performance.now();
    await registrar.close();
    // Of the 10 min that it would wait.
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});
