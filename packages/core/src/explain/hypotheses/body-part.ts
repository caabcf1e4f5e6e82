/** What the rows about bodies have in common. */
import type { TrialHypothesis } from '../hypothesis.ts';

type BodyRow = Pick<TrialHypothesis, 'part' | 'steps'>;

/** Where a body that is no longer what its scheme expects is refused: it may not even be parsed. */
export const BODY_STEPS: BodyRow = { part: 'body', steps: ['extract', 'canonical', 'compare'] };

/** Of a body that is still of its kind. */
export const COMPARED: BodyRow = { part: 'body', steps: ['compare'] };

export const RAW: string = 'Hand the gate the raw body, before any parser: the bytes as they came.';

export const STAYS_COMPRESSED: string =
  'Hand the gate the body as it came: look for what decompresses it. express.raw does, unless Content-Encoding is taken off before it; Apache does with SetInputFilter DEFLATE.';

export const SIGN_WHAT_IS_SENT: string =
  'If it is raw, the sender must sign the very bytes that it sends: make the body once, sign that, send that.';
