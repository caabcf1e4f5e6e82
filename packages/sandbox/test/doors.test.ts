import { SetupError } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { startFlowentPlatform, startIncodePlatform, startSite } from '../src/index.ts';

const DOORS: Readonly<Record<string, (options: unknown) => Promise<unknown>>> = {
  startFlowentPlatform: (options) => startFlowentPlatform(options as never),
  startIncodePlatform: (options) => startIncodePlatform(options as never),
  startSite: (options) => startSite(options as never),
};

describe.each(Object.entries(DOORS))('%s', (_name, start) => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a port', 8080],
    ['a list', []],
    ['a misspelt option', { items: [], prot: 1 }],
    ['a port as text', { items: [], port: '8080' }],
    ['a port beyond all', { items: [], port: 65_536 }],
    ['a clock that is a date', { items: [], now: new Date(0) }],
  ])('refuses %s in words', async (_what, options) => {
    await expect(start(options)).rejects.toBeInstanceOf(SetupError);
  });
});
