/** Tokens whose own times are what is wrong with them, whatever clock they are held against. */
import { SECOND } from '../../freshness.ts';
import { duration } from '../../text/amounts.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { withToken } from '../other-options.ts';
import { tokenOf } from '../read-token.ts';
import type { Trial } from '../trial.ts';

/** No token is as old: a smaller number is a length in seconds. */
const YEAR_2001_S = 978_307_200;

/** The claims of time that are numbers. */
function timesOf(trial: Trial): Readonly<Partial<Record<'exp' | 'nbf' | 'iat', number>>> {
  const { exp, nbf, iat } = tokenOf(trial)?.claims ?? {};
  return {
    ...(typeof exp === 'number' && { exp }),
    ...(typeof nbf === 'number' && { nbf }),
    ...(typeof iat === 'number' && { iat }),
  };
}

export const TOKEN_TIMES: readonly TrialHypothesis[] = [
  {
    id: 'token-not-yet-valid',
    part: 'time',
    steps: ['fresh'],
    example: 'clock',
    *changes(trial) {
      const { nbf, iat } = timesOf(trial);
      const nowS = trial.nowMs / SECOND;
      // Where it was issued ahead of our time, a clock is wrong.
      if (nbf === undefined || !(nbf > nowS) || (iat !== undefined && iat > nowS)) return;
      const leewayMs = Math.ceil((nbf - nowS) * SECOND);
      yield* withToken(trial, (options) => ({ ...options, leewayMs }), duration(leewayMs));
    },
    says: (ahead) => `The token is good, but only from ${ahead} from now on, as its claim nbf says.`,
    mend: () =>
      'Look at the issuer’s clock and at this machine’s (timedatectl, chronyc tracking), and at what the issuer adds to nbf; or have the client send the token once its time has come. leewayMs allows for small differences of clocks.',
  },
  {
    id: 'token-ends-before-issued',
    part: 'time',
    steps: ['fresh'],
    *changes(trial) {
      const { exp, iat } = timesOf(trial);
      if (exp === undefined) return;
      const isLength = exp < YEAR_2001_S;
      if (!isLength && (iat === undefined || exp > iat)) return;
      const leewayMs = Math.ceil(trial.nowMs - exp * SECOND) + SECOND;
      const detail = isLength
        ? `${exp}, a number of seconds from now and no time`
        : exp === iat
          ? 'the very time at which it was issued (iat)'
          : `${duration((Number(iat) - exp) * SECOND)} before it was issued (iat)`;
      if (leewayMs > 0) yield* withToken(trial, (options) => ({ ...options, leewayMs }), detail);
    },
    says: (detail) => `The token is good but for its claim exp, which is ${detail}.`,
    mend: () =>
      'Have the issuer write the time at which the token ends, in Unix seconds of UTC: Math.floor(Date.now() / 1000) + 3600.',
  },
];
