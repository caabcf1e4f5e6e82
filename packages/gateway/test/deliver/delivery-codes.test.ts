/** The codes that a filter may name are those that deliveries have, and the documented ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_CODE_WORDS } from '@countersign/api';
import { expect, it } from 'vitest';
import type { AttemptCode } from '../../src/deliver/destination.ts';

/** The compiler holds it against the type. */
const ATTEMPT_CODES: Readonly<Record<AttemptCode, true>> = {
  status: true,
  gone: true,
  'aborted-by-receiver': true,
  timeout: true,
  unreachable: true,
  'connection-lost': true,
  'too-many-requests': true,
  'exit-code': true,
  killed: true,
  'not-started': true,
  'not-written': true,
  'not-stored': true,
  'action-failed': true,
  'address-refused': true,
  'body-not-kept': true,
  cancelled: true,
};

it('that a filter may name are those of attempts, and those of the documentation', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/delivering.md'), 'utf8');
  // A table stands between blank lines.
  const table = page.split('\n\n').find((block) => block.includes('\n| `too-many-requests` |')) ?? '';
  const documented = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code),
  );
  expect(documented.length).toBeGreaterThan(15);
  expect(DELIVERY_CODE_WORDS).toEqual(expect.arrayContaining([...documented, ...Object.keys(ATTEMPT_CODES)]));
});
