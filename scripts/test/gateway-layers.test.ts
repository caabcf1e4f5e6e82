import { expect, it } from 'vitest';
import { upwardImports } from '../gateway-layers.ts';

it.each([
  ['down', { 'stores/a.ts': ['claims/b.ts'] }, []],
  ['its own folder', { 'stores/a.ts': ['stores/b.ts'] }, []],
  ['a file of the root that reaches no higher', { 'stores/a.ts': ['log.ts'], 'log.ts': ['config/b.ts'] }, []],
  ['a file of the root, which may import all', { 'gateway.ts': ['admin/a.ts', 'config/b.ts'] }, []],
  ['up for a named reason', { 'config/a.ts': ['sessions/brokers/all.generated.ts'] }, []],
  [
    'up',
    { 'claims/a.ts': ['stores/b.ts'] },
    ['claims/a.ts imports stores/b.ts: claims/ stands below stores/'],
  ],
  [
    'up by way of the root',
    { 'claims/a.ts': ['x.ts'], 'x.ts': ['y.ts', 'config/b.ts'], 'y.ts': ['admin/b.ts'], 'admin/b.ts': [] },
    ['claims/a.ts imports x.ts: claims/ stands below admin/'],
  ],
  [
    'up from one file of a folder to another, where these are of two layers',
    { 'vendors/all.ts': ['vendors/answer-styles.ts'] },
    ['vendors/all.ts imports vendors/answer-styles.ts: vendors/ stands below vendors/answer-styles.ts'],
  ],
  [
    'from a folder that is new',
    { 'brand-new/a.ts': ['log.ts'] },
    ['brand-new/a.ts is of no layer: name its folder in scripts/gateway-layers.ts'],
  ],
])('an import %s', (_, imports: Record<string, string[]>, problems) => {
  expect(upwardImports(new Map(Object.entries(imports)))).toEqual(problems);
});
