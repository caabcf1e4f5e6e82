/**
 * Prevents: a test run that nobody waits for, and a search that is too short to find anything.
 * `npm test` tries a part of what `npm run test:long` tries, by the same properties and seeds: of a search some cases, of
 * a table one row of each kind. What nothing smaller stands for is in both.
 */

/** Whether this is a long run. */
export const isLong: boolean = process.env['COUNTERSIGN_TEST_LONG'] === '1';

/** For the title of a test that this run leaves out. */
export const leftOutReason: string = ` (skipped: ${isLong ? 'the whole of ' : ''}npm run test:long runs it)`;

/** For the title of a test that a short run leaves out. */
export const longReason: string = isLong ? '' : leftOutReason;

/** The share of a long search that a short run does. */
const SHORT_SHARE = 1 / 50;

/** The share of what a long run searches that it searches on WebCrypto once more. */
const WEB_SHARE = 1 / 5;

/** Fewer cases than these find little. */
const FEWEST = 20;

/** How much of each search and of each table a run tries. */
export interface Effort {
  /** How many cases to try, of those that a long run tries. */
  runs(long: number): number;
  /** How many, where a short run does `short` and a long one up to `long`. */
  between(short: number, long: number): number;
  /** The rows of a table: of a short run the first of each kind; of a long one all, or those and as many as its share. */
  rowsOf<Row>(rows: readonly Row[], kindOf: (row: Row) => string): readonly Row[];
  /**
   * The rows of a table where all are of one kind: of a short run one in `every`, and others in another `turn`; of a long one
   * all, or as many as its share.
   */
  someOf<Row>(rows: readonly Row[], every: number, turn?: number): readonly Row[];
}

/** @param longShare of a long run: the share of each long search to do, at most 1; undefined: a short run */
export function effortOf(longShare: number | undefined): Effort {
  const step = Math.floor(1 / (longShare ?? SHORT_SHARE));
  return {
    runs: (long) => Math.min(long, Math.max(FEWEST, Math.ceil(long * (longShare ?? SHORT_SHARE)))),
    between: (short, long) => Math.ceil(short + (long - short) * (longShare ?? 0)),
    rowsOf(rows, kindOf) {
      const kinds = new Set<string>();
      return rows.filter((row, i) => {
        const count = kinds.size;
        return kinds.add(kindOf(row)).size > count || (longShare !== undefined && i % step === 0);
      });
    },
    someOf(rows, every, turn = 0) {
      const among = longShare === undefined ? every : Math.min(every, step);
      return rows.filter((_, i) => (i + turn) % among === 0);
    },
  };
}

/**
 * What a long run does of each long search, as `COUNTERSIGN_TEST_SHARE` says: CI does less on a slow machine.
 * @throws for what is no number from a short run’s share to 1
 */
export function readLongShare(text = '1'): number {
  const value = Number(text);
  if (value >= SHORT_SHARE && value <= 1) return value;
  throw new RangeError(
    `COUNTERSIGN_TEST_SHARE is "${text}": it is the share of each long search to do, from ${SHORT_SHARE} to 1`,
  );
}

const longShare = isLong ? readLongShare(process.env['COUNTERSIGN_TEST_SHARE']) : undefined;

/** For the environment of the tests that run on WebCrypto. */
export const webEnvironment: Readonly<Record<string, string>> =
  longShare === undefined
    ? {}
    : { COUNTERSIGN_TEST_SHARE: `${Math.max(SHORT_SHARE, longShare * WEB_SHARE)}` };

export const { runs, between, rowsOf, someOf }: Effort = effortOf(longShare);

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
