/**
 * Prevents: a test run that nobody waits for, and a search that is too short to find anything.
 * `npm test` tries a part of what `npm run test:long` tries, by the same properties and seeds: of a search some cases, of
 * a table one row of each kind. What nothing smaller stands for is in both.
 */

/** Whether this is a long run. */
export const isLong: boolean = process.env['COUNTERSIGN_TEST_LONG'] === '1';

/** For the title of a test that a short run leaves out. */
export const longReason: string = isLong ? '' : ' (skipped: npm run test:long runs it)';

/** The share of a long search that a short run does. */
const SHORT_SHARE = 1 / 50;

/** Fewer than these find little. */
const FEWEST = 20;

/** How many cases to try now, of those that a long run tries. */
export function runs(long: number): number {
  return isLong ? long : Math.min(long, Math.max(FEWEST, Math.ceil(long * SHORT_SHARE)));
}

/** The rows of a table to try now: a short run tries the first of each kind. */
export function rowsOf<Row>(rows: readonly Row[], kindOf: (row: Row) => string): readonly Row[] {
  if (isLong) return rows;
  const firsts = new Map<string, Row>();
  for (const row of rows) if (!firsts.has(kindOf(row))) firsts.set(kindOf(row), row);
  return [...firsts.values()];
}

/** The rows of a table to try now, where all are of one kind: a short run tries one in `every`, and others in another `turn`. */
export function someOf<Row>(rows: readonly Row[], every: number, turn = 0): readonly Row[] {
  return rows.filter((_, i) => isLong || (i + turn) % every === 0);
}

/** The engine's tests that run on WebCrypto as well: in a short run one of each kind of scheme, and which keys are taken. */
export const ON_WEB_CRYPTO: readonly string[] = isLong
  ? [
      'packages/core/test/{vectors,schemes,keys,any-input,refuse-head}.test.ts',
      'packages/core/test/keys/*.test.ts',
      'packages/core/test/request-from.test.ts',
      'packages/core/test/client/*.test.ts',
      'packages/core/test/message-signatures/*.test.ts',
      'packages/core/test/responses/*.test.ts',
      'packages/core/test/tokens/*.test.ts',
      'packages/core/test/approov/*.test.ts',
      'packages/core/test/{claims,schemes,time}/*.test.ts',
    ]
  : [
      'packages/core/test/vectors.test.ts',
      'packages/core/test/schemes.test.ts',
      'packages/core/test/keys/asymmetric-key.test.ts',
      'packages/core/test/keys/key-halves.test.ts',
      'packages/core/test/keys/key-json.test.ts',
      'packages/core/test/keys/unusable-key.test.ts',
      'packages/core/test/message-signatures/{rfc9421,web-bot-auth,published-keys}.test.ts',
      'packages/core/test/responses/response-gate.test.ts',
      'packages/core/test/responses/rfc9421-responses.test.ts',
      'packages/core/test/tokens/algorithms.test.ts',
      'packages/core/test/tokens/dpop.test.ts',
    ];
