/** Secrets that a sender sends, where it should have signed with them. */
import { queryOf } from '../../effective-request.ts';
import { HeaderList } from '../../headers.ts';
import { createSharedTokenScheme } from '../../schemes/shared-token.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { basicTexts, OF_THE_MESSAGE, withoutWords } from '../token-place.ts';
import type { Change, Trial } from '../trial.ts';
import { asText, takesSecrets } from './key-part.ts';

/** More places are not tried. */
const MAX_PLACES = 16;
/** Nor longer texts. */
const MAX_CHARS = 1024;
/** A shorter one may stand there by chance. */
const MIN_CHARS = 8;

/** What names a request or an endpoint: a gate that has this for its key has the wrong one. */
const OF_AN_ID = /(?:^|[-_.])(?:u?u?id|guid|nonce|event|topic|delivery)$/i;

const CARRIER = 'authorization';
/** Made once: a gate is built once for all places. */
const SECRET_ALONE = createSharedTokenScheme({ name: 'secret-sent', header: CARRIER, form: 'plain' });

export const SECRET_ELSEWHERE: readonly TrialHypothesis[] = [
  {
    id: 'algorithm-secret-sent-elsewhere',
    part: 'algorithm',
    steps: ['extract', 'compare'],
    example: 'signature-encoding',
    changes: secretSent,
    says: (place) =>
      `The request carries the gate’s secret itself, in its ${place}: the sender sends the secret, and signs nothing with it.`,
    mend: () =>
      'Replace the secret, which everybody on the way and every log of requests has seen. Have the sender sign with the new one and never send it; or, if all it can do is send a token, use a scheme of type shared-token.',
  },
];

/** Each text that may be the secret, alone. The engine compares it, in constant time. */
function* secretSent(trial: Trial): Generator<Change> {
  if (!takesSecrets(trial) || declaredAs(trial.scheme, 'shared-token')) return;
  const keys = trial.keys?.flatMap((key) =>
    typeof key.secret === 'string' && key.secret.length >= MIN_CHARS ? [asText(key, key.secret.trim())] : [],
  );
  if (keys === undefined || keys.length === 0) return;
  for (const { place, text } of [...headersOf(trial), ...parametersOf(trial)].slice(0, MAX_PLACES)) {
    for (const secret of new Set([text, withoutWords(text), ...basicTexts(text)])) {
      if (secret.length < MIN_CHARS || secret.length > MAX_CHARS) continue;
      const headers = new HeaderList([CARRIER, secret]);
      yield { request: { ...trial.request, headers }, scheme: SECRET_ALONE, keys, detail: place };
    }
  }
}

interface Placed {
  readonly place: string;
  readonly text: string;
}

function headersOf({ request, scheme }: Trial): readonly Placed[] {
  const ofSignature = declaredAs(scheme, 'template') ? scheme.headers.proof : [];
  return [...request.headers].flatMap(([spelling, text]) => {
    const name = spelling.toLowerCase();
    const isOther = ofSignature.includes(name) || OF_THE_MESSAGE.test(name) || OF_AN_ID.test(name);
    return isOther ? [] : [{ place: `header ${shownText(name)}`, text }];
  });
}

function parametersOf({ request }: Trial): readonly Placed[] {
  const query = queryOf(request.url);
  if (query === '' || query.length > MAX_CHARS) return [];
  return [...new URLSearchParams(query)].flatMap(([name, text]) =>
    OF_AN_ID.test(name) ? [] : [{ place: `URL’s parameter ${shownText(name)}`, text }],
  );
}
