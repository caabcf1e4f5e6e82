/** Every attack, in the order of the table. */
import type { Attack } from '../engine/model.ts';
import { FORM_ATTACKS } from './body-forms.ts';
import { BYTE_ATTACKS } from './bytes.ts';
import { CLOCK_ATTACKS } from './clocks.ts';
import { GATE_ATTACKS } from './gates.ts';
import { HEADER_ATTACKS } from './headers.ts';
import { ISSUER_ATTACKS } from './issuers.ts';
import { MOVE_ATTACKS } from './moves.ts';
import { PROOF_ATTACKS } from './proofs.ts';
import { SPELLING_ATTACKS } from './spellings.ts';
import { TOKEN_ATTACKS } from './tokens.ts';

export const ATTACKS: readonly Attack[] = [
  ...BYTE_ATTACKS,
  ...SPELLING_ATTACKS,
  ...HEADER_ATTACKS,
  ...FORM_ATTACKS,
  ...MOVE_ATTACKS,
  ...PROOF_ATTACKS,
  ...TOKEN_ATTACKS,
  ...ISSUER_ATTACKS,
  ...CLOCK_ATTACKS,
  ...GATE_ATTACKS,
];
