/** A header that is looked for in request after request is found as in a single one, however its name is spelled meanwhile. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeaderList, singleHeader } from '../src/headers.ts';

const NAMES = ['x-sig', 'X-Sig', 'X-SIG', 'x-sih', 'x_sig', 'x-si', 'x-sign', 'x-\u017fig', ''];

const lists = fc.array(
  fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('', 'a', 'b')), { maxLength: 4 }),
  { maxLength: 8 },
);

it.each(['x-sig', 'X-SIG'])('%s', (name) => {
  const found: Record<string, number> = {};
  fc.assert(
    fc.property(lists, (requests) => {
      const single = singleHeader(name);
      for (const fields of requests) {
        const headers = new HeaderList(fields.flat());
        const value = single(headers);
        expect(value).toBe(headers.single(name));
        found[typeof value] = (found[typeof value] ?? 0) + 1;
      }
    }),
  );
  // Absent, once, and twice.
  expect(Object.keys(found).sort()).toEqual(['object', 'string', 'undefined']);
});
