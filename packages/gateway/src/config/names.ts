/** What names look like that people write into a configuration. */
import { TOKEN_CHAR } from '@countersign/core/internal/token';

/** Of a gate, a session or a destination. */
export const ENTRY_NAME: RegExp = /^[a-z][a-z0-9-]{0,62}$/;
/** Completes "expected: …". */
export const ENTRY_NAME_EXPECTED =
  'a lower-case letter, then up to 62 lower-case letters, digits and hyphens';
/** Of a header: a token of RFC 9110 §5.6.2. */
export const HEADER_NAME: RegExp = new RegExp(`^${TOKEN_CHAR}+$`);
