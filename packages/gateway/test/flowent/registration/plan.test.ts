import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../../scripts/effort.ts';
import type { FlowentActionDraft } from '../../../src/flowent/flowent-api.ts';
import { isSameSchema } from '../../../src/flowent/registration/canonical-schema.ts';
import { diffAction, differencePaths } from '../../../src/flowent/registration/diff-action.ts';
import {
  callsToApply,
  changeOf,
  limitProblem,
  type Plan,
  planRegistration,
  stepsToApply,
} from '../../../src/flowent/registration/plan.ts';
import { draft, registered } from './memory-platform.ts';

const named = (count: number, prefix: string): readonly FlowentActionDraft[] =>
  Array.from({ length: count }, (_, i) => draft(`${prefix}_${String(i).padStart(3, '0')}`));
const kinds = (plan: Plan): readonly string[] => plan.steps.map(({ kind, name }) => `${kind} ${name}`);

describe('a plan', () => {
  it('creates what is new, updates what differs, and leaves the rest', () => {
    const existing = [draft('same'), draft('old', { description: 'Old.' }), draft('foreign')].map(registered);
    const desired = [draft('same'), draft('old'), draft('new')];
    const plan = planRegistration({ desired, existing, prune: false });
    expect(kinds(plan)).toEqual(['update old', 'create new', 'delete foreign', 'unchanged same']);
    expect(stepsToApply(plan).map(({ name }) => name)).toEqual(['old', 'new']);
    expect(plan).toMatchObject({ actionsAfter: 4, exceedsLimit: false, prune: false });
  });

  it('deletes what only the platform has where it prunes, and only there', () => {
    const existing = [draft('foreign')].map(registered);
    const plan = planRegistration({ desired: [], existing, prune: true });
    expect(stepsToApply(plan).map(({ kind }) => kind)).toEqual(['delete']);
    expect(plan.actionsAfter).toBe(0);
    expect(stepsToApply({ ...plan, prune: false })).toEqual([]);
  });

  it('sends only what differs', () => {
    const existing = [registered(draft('a', { webhook_url: 'https://old.example.com/a' }))];
    const plan = planRegistration({ desired: [draft('a')], existing, prune: false });
    expect(plan.steps).toMatchObject([{ kind: 'update', change: { webhook_url: draft('a').webhook_url } }]);
    expect(Object.keys(changeOf(draft('a'), existing[0] ?? registered(draft('b'))) ?? {})).toEqual([
      'webhook_url',
    ]);
  });

  it('does something about chosen names only, and takes no other of ours for the platform’s own', () => {
    const existing = [draft('b', { description: 'Old.' }), draft('foreign')].map(registered);
    const desired = [draft('a'), draft('b'), draft('c')];
    const plan = planRegistration({ desired, existing, prune: true, only: new Set(['a']) });
    expect(kinds(plan)).toEqual(['create a', 'delete foreign']);
    expect(plan.actionsAfter).toBe(2);
  });

  it('counts a call for the token, one for the list and one for each step', () => {
    const plan = planRegistration({
      desired: named(3, 'a'),
      existing: [registered(draft('x'))],
      prune: false,
    });
    expect(callsToApply(plan)).toBe(5);
    expect(callsToApply({ ...plan, prune: true })).toBe(6);
  });
});

describe('the platform’s 100 actions', () => {
  const existing = named(95, 'theirs').map(registered);

  it('are no problem while they suffice', () => {
    const plan = planRegistration({ desired: named(5, 'ours'), existing, prune: false });
    expect(plan.actionsAfter).toBe(100);
    expect(limitProblem(plan)).toBeUndefined();
  });

  it('are explained where they do not, with what would make room', () => {
    const plan = planRegistration({ desired: named(6, 'ours'), existing, prune: false });
    expect(plan.exceedsLimit).toBe(true);
    expect(limitProblem(plan)).toEqual({
      problem: expect.stringContaining('there would be 101 actions, and the platform allows 100'),
      remedy: expect.stringContaining('95 that only the platform has: countersign actions push --prune'),
    });
  });

  it('keep no update back: it adds nothing', () => {
    const full = named(101, 'a').map((one) => registered({ ...one, description: 'Old.' }));
    const plan = planRegistration({ desired: named(101, 'a'), existing: full, prune: false });
    expect(plan.exceedsLimit).toBe(false);
  });

  it('are made room in before something is created, where it is pruned and must be', () => {
    const plan = planRegistration({ desired: named(6, 'ours'), existing, prune: true });
    expect(limitProblem(plan)).toBeUndefined();
    expect(plan.steps[0]?.kind).toBe('delete');
    const roomy = planRegistration({
      desired: named(6, 'ours'),
      existing: existing.slice(0, 5),
      prune: true,
    });
    expect(roomy.steps[0]?.kind).toBe('create');
  });
});

describe('schemas say the same', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['whatever the order of members', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, true],
    ['whatever the order of required', { required: ['a', 'b'] }, { required: ['b', 'a'] }, true],
    ['deep inside too', { anyOf: [{ required: ['a', 'b'] }] }, { anyOf: [{ required: ['b', 'a'] }] }, true],
    ['not with another enum order: people are shown it', { enum: ['a', 'b'] }, { enum: ['b', 'a'] }, false],
    [
      'not with another order of schemas',
      { anyOf: [{ type: 'a' }, {}] },
      { anyOf: [{}, { type: 'a' }] },
      false,
    ],
    [
      'not with another default',
      { default: { required: ['a', 'b'] } },
      { default: { required: ['b', 'a'] } },
      false,
    ],
    [
      'also of a property that is called default',
      { properties: { default: { required: ['a', 'b'] } } },
      { properties: { default: { required: ['b', 'a'] } } },
      true,
    ],
    [
      'also of a property that is called required',
      { properties: { required: { type: 'string', title: 'x' } } },
      { properties: { required: { title: 'x', type: 'string' } } },
      true,
    ],
    ['not with one member more', { type: 'object' }, { type: 'object', title: 'x' }, false],
    ['not with a member called __proto__', JSON.parse('{"__proto__":{"a":1}}'), {}, false],
    ['not where a number is a text', { minimum: 1 }, { minimum: '1' }, false],
  ])('%s', (_, a, b, same) => {
    expect(isSameSchema(a, b)).toBe(same);
    expect(isSameSchema(b, a)).toBe(same);
  });
});

describe('the difference of an action', () => {
  const before = registered(
    draft('a', {
      description: 'Old.',
      json_schema: {
        type: 'object',
        properties: {
          to: { type: 'string' },
          bcc: { type: 'string' },
          kind: { enum: ['a', 'b'] },
          'a/b~c': { type: 'string' },
        },
        required: ['to', 'bcc'],
        anyOf: [{ minProperties: 1 }, { maxProperties: 3 }],
      },
    }),
  );

  it('is a line for each place', () => {
    const json_schema = {
      required: ['to'],
      type: 'object',
      properties: {
        to: { type: 'array' },
        cc: { type: 'string' },
        kind: { enum: ['a', 'c'] },
        'a/b~c': { type: 'number' },
      },
      anyOf: [{ minProperties: 2 }, { maxProperties: 3 }, {}],
    };
    const differences = diffAction(before, { description: 'New.', json_schema });
    expect(differences).toEqual({
      description: [{ kind: 'changed', path: '', before: 'Old.', after: 'New.' }],
      webhook_url: [],
      json_schema: [
        { kind: 'changed', path: '/anyOf/0/minProperties', before: 1, after: 2 },
        { kind: 'added', path: '/anyOf/2', after: {} },
        { kind: 'changed', path: '/properties/a~1b~0c/type', before: 'string', after: 'number' },
        { kind: 'removed', path: '/properties/bcc', before: { type: 'string' } },
        { kind: 'changed', path: '/properties/kind/enum', before: ['a', 'b'], after: ['a', 'c'] },
        { kind: 'changed', path: '/properties/to/type', before: 'string', after: 'array' },
        { kind: 'added', path: '/properties/cc', after: { type: 'string' } },
        { kind: 'changed', path: '/required', before: ['bcc', 'to'], after: ['to'] },
      ],
    });
    expect(differencePaths(differences).slice(0, 2)).toEqual([
      '/description',
      '/json_schema/anyOf/0/minProperties',
    ]);
  });

  it('says the kind of what took another’s place', () => {
    const { json_schema } = diffAction(before, { json_schema: { type: ['object'], properties: [] } });
    expect(json_schema).toContainEqual({
      kind: 'changed',
      path: '/type',
      before: 'object',
      after: ['object'],
    });
  });

  it('is empty exactly where the schemas say the same, and tells the whole difference', () => {
    const schema = fc.dictionary(
      fc.constantFrom('type', 'required', 'properties', 'anyOf', 'enum', '__proto__', 'a/b'),
      fc.jsonValue({ maxDepth: 4 }),
    );
    fc.assert(
      fc.property(schema, schema, (a, b) => {
        const one = registered(draft('a', { json_schema: a }));
        const { json_schema } = diffAction(one, { json_schema: b });
        expect(json_schema.length === 0).toBe(isSameSchema(a, b));
        const back = diffAction(registered(draft('a', { json_schema: b })), { json_schema: a }).json_schema;
        expect(back.map(({ path }) => path).sort()).toEqual(json_schema.map(({ path }) => path).sort());
      }),
      { seed: 7, numRuns: runs(500) },
    );
  });
});
