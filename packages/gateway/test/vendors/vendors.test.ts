/** What the gateway knows of platforms, as a configuration and an action's test use it: for every provider. */
import { providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { defineAction } from '../../src/actions/define-action.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { testAction } from '../../src/testing/index.ts';
import { VENDORS, vendorOf } from '../../src/vendors/all.ts';
import { proofOf } from '../harness.ts';

const register = { apiUrl: 'https://platform.example/api', apiToken: 'a token of the platform' };

it('a vendor is a provider’s, and no two are the same one’s', () => {
  const ids = VENDORS.map(({ provider }) => provider);
  expect(providers.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(providers)('a gate of $id that answers', (provider) => {
  const vendor = vendorOf(provider.id);
  const parse = (answer: object) =>
    parseConfig(
      {
        store: 'memory:',
        gates: {
          g: { path: '/a/:action', ...proofOf(provider), answer: { actions: 'a.mjs', ...answer } },
        },
      },
      { baseDir: '/', env: {} },
    ).config.gates[0]?.outcome;

  it('looks as its platform wants it, and is listed where that asks, unless it says otherwise', () => {
    expect(parse({})).toMatchObject({ as: vendor.as, list: vendor.asksForActions });
    expect(parse({ as: 'json', list: !vendor.asksForActions })).toMatchObject({
      as: 'json',
      list: !vendor.asksForActions,
    });
  });

  it('registers its actions where the platform takes that, and nowhere else', () => {
    if (vendor.takesRegistrations) expect(parse({ register })).toHaveProperty('register.apiUrl');
    else expect(() => parse({ register })).toThrow(ConfigError);
  });
});

it.each(VENDORS)(
  'what $provider sends runs the action that it names, with its input',
  async ({ provider }) => {
    const action = defineAction({
      name: 'say',
      description: 'Says it.',
      input: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      run: ({ text }) => `it is ${text}`,
    });
    const answer = await testAction(action, { text: 'hello' }, { provider });
    expect(answer.reason).toBeUndefined();
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('it is hello');
  },
);
