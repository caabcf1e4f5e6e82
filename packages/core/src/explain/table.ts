/** The hypotheses, in the order of likelihood: of several that hold, the first is told first. */

import { BODY } from './hypotheses/body.ts';
import { KEY } from './hypotheses/key.ts';
import type { Hypothesis } from './hypothesis.ts';

export const HYPOTHESES: readonly Hypothesis[] = [...KEY, ...BODY];
