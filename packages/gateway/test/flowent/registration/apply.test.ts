import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../../scripts/effort.ts';
import type { FlowentActionDraft, FlowentErrorCode } from '../../../src/flowent/flowent-api.ts';
import { type Applied, applyPlan, type Progress } from '../../../src/flowent/registration/apply.ts';
import { type Plan, planRegistration, stepsToApply } from '../../../src/flowent/registration/plan.ts';
import { draft, failure, type MemoryPlatform, memoryPlatform } from './memory-platform.ts';

const plan = async (
  platform: MemoryPlatform,
  desired: readonly FlowentActionDraft[],
  prune = true,
): Promise<Plan> => planRegistration({ desired, existing: await platform.list(), prune });

const deeds = ({ done, failed, notTried }: Applied): object => ({
  done: done.map(({ step, deed }) => `${step.name} ${deed}`),
  failed: failed.map(({ step, error }) => `${step.name} ${error.code}`),
  notTried: notTried.map(({ name }) => name),
});

describe('applying a plan', () => {
  it('creates, updates with what differs, and deletes, and tells of each step as it is done', async () => {
    const platform = memoryPlatform([draft('a', { description: 'Old.' }), draft('b'), draft('foreign')]);
    const desired = [draft('a'), draft('b'), draft('c')];
    const told: string[] = [];
    const onProgress = (progress: Progress): void =>
      void told.push(`${progress.state} ${progress.step.name}`);
    const applied = await applyPlan({ api: platform, plan: await plan(platform, desired), onProgress });
    expect(deeds(applied)).toEqual({
      done: ['a updated', 'c created', 'foreign deleted'],
      failed: [],
      notTried: [],
    });
    expect(platform.calls).toEqual(['update a description', 'create c', 'delete foreign']);
    expect(platform.actions()).toEqual(desired);
    expect(told).toEqual(['started a', 'done a', 'started c', 'done c', 'started foreign', 'done foreign']);
  });

  it('leaves what only the platform has where it does not prune', async () => {
    const platform = memoryPlatform([draft('foreign')]);
    await applyPlan({ api: platform, plan: await plan(platform, [draft('a')], false) });
    expect(platform.actions().map(({ name }) => name)).toEqual(['a', 'foreign']);
  });

  it('does nothing of a plan that exceeds the platform’s limit', async () => {
    const platform = memoryPlatform([draft('a')]);
    const planned = { ...(await plan(platform, [draft('b')])), exceedsLimit: true };
    expect(deeds(await applyPlan({ api: platform, plan: planned }))).toEqual({
      done: [],
      failed: [],
      notTried: ['b', 'a'],
    });
    expect(platform.calls).toEqual([]);
  });
});

describe('a platform that changed since it was asked', () => {
  it('has an action that was to be created: what differs is updated', async () => {
    const platform = memoryPlatform();
    const planned = await plan(platform, [draft('a'), draft('b')]);
    await platform.create(draft('a', { description: 'Theirs.' }));
    await platform.create(draft('b'));
    platform.calls.length = 0;
    const applied = await applyPlan({ api: platform, plan: planned });
    expect(deeds(applied)).toMatchObject({ done: ['a updated', 'b unchanged'], failed: [] });
    expect(platform.calls).toEqual(['create a', 'update a description', 'create b']);
  });

  it('has lost an action that was to be updated: it is created', async () => {
    const platform = memoryPlatform([draft('a', { description: 'Old.' })]);
    const planned = await plan(platform, [draft('a')]);
    await platform.delete('a');
    expect(deeds(await applyPlan({ api: platform, plan: planned }))).toMatchObject({ done: ['a created'] });
    expect(platform.actions()).toEqual([draft('a')]);
  });

  it('has lost an action that was to be deleted: that is done', async () => {
    const platform = memoryPlatform([draft('a')]);
    const planned = await plan(platform, []);
    await platform.delete('a');
    expect(deeds(await applyPlan({ api: platform, plan: planned }))).toMatchObject({ done: ['a deleted'] });
  });

  it('is left alone by the third turn, if somebody creates and deletes the action all the time', async () => {
    const platform = memoryPlatform();
    const planned = await plan(platform, [draft('a')]);
    const tried: string[] = [];
    platform.before = (call) => {
      tried.push(call);
      throw failure('conflict');
    };
    expect(deeds(await applyPlan({ api: platform, plan: planned }))).toMatchObject({
      failed: ['a conflict'],
    });
    expect(tried).toEqual(['create a', 'create a', 'create a']);
  });
});

describe('errors', () => {
  const failing = async (code: FlowentErrorCode): Promise<object> => {
    const platform = memoryPlatform();
    const planned = await plan(platform, [draft('a'), draft('b'), draft('c')]);
    platform.before = (call) => {
      if (call === 'create b') throw failure(code);
    };
    return deeds(await applyPlan({ api: platform, plan: planned }));
  };

  it.each<FlowentErrorCode>(['validation-failed', 'invalid'])(
    'of one action (%s) do not keep the others back',
    async (code) => {
      expect(await failing(code)).toEqual({
        done: ['a created', 'c created'],
        failed: [`b ${code}`],
        notTried: [],
      });
    },
  );

  it.each<FlowentErrorCode>(['unauthorized', 'rate-limited', 'unavailable', 'timeout', 'malformed-answer'])(
    'that every step would meet (%s) end it',
    async (code) => {
      expect(await failing(code)).toEqual({ done: ['a created'], failed: [`b ${code}`], notTried: ['c'] });
    },
  );

  it('of ours are not taken for the platform’s', async () => {
    const platform = memoryPlatform();
    const planned = await plan(platform, [draft('a')]);
    platform.before = () => {
      throw new TypeError('a bug');
    };
    await expect(applyPlan({ api: platform, plan: planned })).rejects.toThrow('a bug');
  });
});

describe('an abort', () => {
  it('ends after the step in hand', async () => {
    const platform = memoryPlatform();
    const controller = new AbortController();
    const planned = await plan(platform, [draft('a'), draft('b'), draft('c')]);
    const onProgress = ({ state, step }: Progress): void => {
      if (state === 'started' && step.name === 'b') controller.abort();
    };
    const applied = await applyPlan({
      api: platform,
      plan: planned,
      onProgress,
      signal: controller.signal,
    });
    expect(deeds(applied)).toEqual({ done: ['a created', 'b created'], failed: [], notTried: ['c'] });
  });
});

describe('for any actions here and there', () => {
  const action = fc.record({
    name: fc.constantFrom(...'abcdefgh'),
    description: fc.constantFrom('One.', 'Two.'),
    webhook_url: fc.constantFrom('https://a.example.com/a', 'https://b.example.com/a'),
    json_schema: fc.dictionary(fc.constantFrom('type', 'properties', 'required'), fc.jsonValue()),
  });
  const actions = fc.uniqueArray(action, { selector: ({ name }) => name });
  const byName = (drafts: readonly FlowentActionDraft[]): readonly FlowentActionDraft[] =>
    [...drafts].sort((a, b) => (a.name < b.name ? -1 : 1));

  it('a plan, applied, leaves nothing to plan', async () => {
    await fc.assert(
      fc.asyncProperty(actions, actions, fc.boolean(), async (desired, existing, prune) => {
        const platform = memoryPlatform(existing);
        const planned = await plan(platform, desired, prune);
        const applied = await applyPlan({ api: platform, plan: planned });
        expect(applied.done).toHaveLength(stepsToApply(planned).length);
        expect(stepsToApply(await plan(platform, desired, prune))).toEqual([]);
        const kept = existing.filter(({ name }) => !desired.some((one) => one.name === name));
        expect(platform.actions().map(({ name }) => name)).toEqual(
          byName([...desired, ...(prune ? [] : kept)]).map(({ name }) => name),
        );
      }),
      { seed: 11, numRuns: runs(200) },
    );
  });

  it('one that broke off anywhere is finished by the next, and nothing is done twice', async () => {
    await fc.assert(
      fc.asyncProperty(actions, actions, fc.nat(10), async (desired, existing, breakAt) => {
        const whole = memoryPlatform(existing);
        await applyPlan({ api: whole, plan: await plan(whole, desired) });
        const platform = memoryPlatform(existing);
        platform.before = () => {
          if (platform.calls.length === breakAt) throw failure('unavailable');
        };
        const first = await applyPlan({ api: platform, plan: await plan(platform, desired) });
        platform.before = () => {};
        const second = await applyPlan({ api: platform, plan: await plan(platform, desired) });
        expect(second.done.length).toBe(first.failed.length + first.notTried.length);
        expect(platform.calls).toEqual(whole.calls);
        expect(platform.actions()).toEqual(whole.actions());
      }),
      { seed: 12, numRuns: runs(200) },
    );
  });
});
