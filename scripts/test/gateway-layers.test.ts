import { expect, it } from 'vitest';
import { upwardImports } from '../gateway-layers.ts';

it.each([
  ['down', { 'stores/a.ts': ['config/b.ts'] }, []],
  ['its own folder', { 'stores/a.ts': ['stores/b.ts'] }, []],
  ['a file of the root that stands below', { 'claims/a.ts': ['call.ts'], 'call.ts': ['paths/b.ts'] }, []],
  ['the file that puts all together', { 'gateway.ts': ['admin/a.ts', 'config/b.ts'] }, []],
  ['up for a named reason', { 'config/a.ts': ['sessions/brokers/all.generated.ts'] }, []],
  [
    'up',
    { 'stores/a.ts': ['claims/b.ts'] },
    ['stores/a.ts imports claims/b.ts: stores/ stands below claims/'],
  ],
  [
    'up to a file of the root',
    { 'claims/a.ts': ['dry-start.ts'] },
    ['claims/a.ts imports dry-start.ts: claims/ stands below dry-start.ts'],
  ],
  [
    'up from a file of the root',
    { 'call.ts': ['outcomes/b.ts'] },
    ['call.ts imports outcomes/b.ts: call.ts stands below outcomes/'],
  ],
  [
    'up from one file of a folder to another, where these are of two layers',
    { 'vendors/all.ts': ['vendors/answer-styles.ts'] },
    ['vendors/all.ts imports vendors/answer-styles.ts: vendors/ stands below vendors/answer-styles.ts'],
  ],
  [
    'from a folder that is new',
    { 'brand-new/a.ts': ['call.ts'] },
    ['brand-new/a.ts is of no layer: name it, or its folder, in scripts/gateway-layers.ts'],
  ],
  [
    'from a file of the root that is new',
    { 'brand-new.ts': [] },
    ['brand-new.ts is of no layer: name it, or its folder, in scripts/gateway-layers.ts'],
  ],
])('an import %s', (_, imports: Record<string, string[]>, problems) => {
  expect(upwardImports(new Map(Object.entries(imports)))).toEqual(problems);
});
