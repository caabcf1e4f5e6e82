/** Limits of the sources made so small that short inputs come to them, and what is done in slices is done in many. */

/** What stands in a source, and what is put in its place; by the end of the source's path. */
const REPLACEMENTS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'core/src/text/bytes.ts': [['SLICE_BYTES: number = 128 * 1024', 'SLICE_BYTES: number = 61']],
  'core/src/text/json-object.ts': [
    ['MAX_DEPTH = 200', 'MAX_DEPTH = 12'],
    ['MAX_MEMBERS = 10_000', 'MAX_MEMBERS = 60'],
  ],
  'core/src/text/json-scan.ts': [
    ['MAX_NUMBER_BYTES = 4300', 'MAX_NUMBER_BYTES = 100'],
    ['MAX_RUN_BYTES: number = 64 * 1024', 'MAX_RUN_BYTES: number = 200'],
    ['SLICE_MEMBERS = 2000', 'SLICE_MEMBERS = 7'],
  ],
  'gateway/src/loop-slices.ts': [['SLICE_BYTES: number = 128 * 1024', 'SLICE_BYTES: number = 61']],
  'gateway/src/stores/json-walk.ts': [['SLICE_LOOKS = 2_000', 'SLICE_LOOKS = 7']],
  'core/src/text/json-print.ts': [
    ['CHUNK_BYTES = 64 * 1024', 'CHUNK_BYTES = 53'],
    ['READ_BYTES = 64 * 1024', 'READ_BYTES = 47'],
  ],
  'core/src/text/form-field.ts': [['MAX_FIELDS = 1000', 'MAX_FIELDS = 30']],
  'core/src/text/multipart.ts': [['MAX_HEADER_BYTES = 128 * 1024', 'MAX_HEADER_BYTES = 800']],
  'core/src/schemes/message-signatures/structured-fields.ts': [
    ['MAX_CHARS = 22 * 1024', 'MAX_CHARS = 1500'],
    ['MAX_ITEMS = 2048', 'MAX_ITEMS = 100'],
  ],
  'core/src/schemes/signature-text.ts': [['MAX_SIGNATURE_CHARS = 8 * 1024', 'MAX_SIGNATURE_CHARS = 2000']],
  'core/src/schemes/jwt/token-text.ts': [
    ['MAX_TOKEN_CHARS: number = 8 * 1024', 'MAX_TOKEN_CHARS: number = 2000'],
  ],
};

/** @throws Error where a limit does not stand in its source any more as it is written here */
export function withSmallLimits(path: string, source: string): string {
  const [, replacements = []] = Object.entries(REPLACEMENTS).find(([end]) => path.endsWith(`/${end}`)) ?? [];
  return replacements.reduce((text, [written, small]) => {
    if (!text.includes(written)) throw new Error(`${path} has no ${written}: mend fuzz/small-limits.ts`);
    return text.replace(written, small);
  }, source);
}
