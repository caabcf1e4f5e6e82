/** Tokens among other text, and where the gate does not look. */
import { MAX_TOKEN_CHARS } from '../../schemes/jwt/token-text.ts';
import { utf8 } from '../../text/bytes.ts';
import { decoded } from '../../text/decoded.ts';
import { encodeBase64 } from '../../text/encodings.ts';
import { bareText } from '../../text/quotes.ts';
import { shownText } from '../../text/shown-text.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { TOKEN } from '../read-token.ts';
import {
  inTokenPlace,
  OF_THE_MESSAGE,
  placedValue,
  type TokenPlace,
  tokenPlace,
  withoutWords,
} from '../token-place.ts';
import type { Change, Trial } from '../trial.ts';

/** More headers, or parameters, than these are not tried. */
const MAX_NAMES = 12;

/** How a value may stand in the gate’s header: a JSON Web Token is cut out, a secret is taken whole. */
function asPlaced(value: string, { prefix, form }: TokenPlace): readonly string[] {
  if (value === '' || value.length > MAX_TOKEN_CHARS) return [];
  const texts = form === 'signed' ? [TOKEN.exec(value)?.[0] ?? ''] : [withoutWords(value), value];
  const spellings = form === 'basic' ? [...texts, encodeBase64(utf8(value))] : texts;
  return [...new Set(spellings.filter((text) => text !== ''))].map((text) => prefix + text);
}

/** Behind the name of where a token stands with more than the gate takes there. */
const AMONG = ', among other text';

/** Whether the gate takes it as it stands there, once it looks there. */
const isAlone = (value: string, text: string, { prefix, form }: TokenPlace): boolean =>
  (form === 'signed' ? text.slice(prefix.length) : text) === value;

/** @param values by the name of where each stands */
function* placed(
  trial: Trial,
  place: TokenPlace,
  values: readonly (readonly [string, string])[],
): Generator<Change> {
  const likely = values.map(([name, value]) => [shownText(name), asPlaced(value, place), value] as const);
  for (const [name, texts, value] of likely.filter(([, list]) => list.length > 0).slice(0, MAX_NAMES))
    for (const text of texts)
      yield inTokenPlace(trial, place, text, isAlone(value, text, place) ? name : `${name}${AMONG}`);
}

const ELSEWHERE = {
  part: 'token',
  steps: ['extract', 'compare'],
  example: 'token-header',
  isTriedAlone: true,
} as const;

export const TOKEN_ELSEWHERE: readonly TrialHypothesis[] = [
  {
    id: 'token-other-header',
    ...ELSEWHERE,
    *changes(trial) {
      const place = tokenPlace(trial);
      if (!place) return;
      const others = [...trial.request.headers]
        .map(([name, value]) => [name.toLowerCase(), value] as const)
        .filter(([name]) => name !== place.header && !OF_THE_MESSAGE.test(name));
      yield* placed(trial, place, others);
    },
    says: (detail) => `The token is right, and stands in the header ${detail}, where the gate does not look.`,
    mend: (detail) =>
      detail.endsWith(AMONG)
        ? 'Have the client send it in the gate’s header, or have what is before the gate put it there.'
        : `Have the client send it in the gate’s header; or, where that can be set, set header: ${detail}.`,
  },
  {
    id: 'token-in-query',
    ...ELSEWHERE,
    *changes(trial) {
      const place = tokenPlace(trial);
      const query = trial.request.url.split('#', 1)[0]?.split('?')[1] ?? '';
      if (!place || query === '' || query.length > MAX_TOKEN_CHARS) return;
      const parameters = query.split('&').map((pair) => {
        const equals = pair.indexOf('=');
        return [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))] as const;
      });
      yield* placed(trial, place, parameters);
    },
    says: (detail) =>
      `The token is right, and stands in the URL, as its parameter ${detail}, where the gate does not look.`,
    mend: () =>
      'Have the client send it in the gate’s header. URLs are written into logs and histories: fetch a new token in place of this one.',
  },
  {
    id: 'token-among-other-text',
    ...ELSEWHERE,
    *changes(trial) {
      const place = tokenPlace(trial);
      const value = place && placedValue(trial, place);
      const token = place?.form === 'signed' && value !== undefined ? TOKEN.exec(value)?.[0] : undefined;
      if (!place || value === undefined || token === undefined) return;
      // What is a word, quotes or padding is another mistake.
      const [before = '', after = ''] = withoutWords(value).split(token, 2);
      if (bareText(before) === '' && !/[[\]{}<>(),;:&\\]/.test(after)) return;
      yield inTokenPlace(trial, place, place.prefix + token);
    },
    says: () => 'The token is right, and other text stands around it in its header.',
    mend: () =>
      'Have the client send the token alone: of the issuer’s answer the member access_token, of a list of credentials one, and nothing behind it.',
  },
];
