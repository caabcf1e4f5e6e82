/** Requests whose path was signed otherwise than the gate read it. */
import { byteString, utf8Text } from '../../text/bytes.ts';
import { decoded } from '../../text/decoded.ts';
import { forwardedHints } from '../forwarded-hints.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import {
  type Address,
  addressOf,
  isCovered,
  type OtherAddress,
  replacing,
  withAddress,
  withMessage,
} from '../other-address.ts';
import { usualPrefixes } from '../path-prefixes.ts';
import { hexIn, percent, strictly } from '../query-forms.ts';
import type { Change, Trial } from '../trial.ts';

/** All of them are tried of the path / twice. */
const MAX_OF_ROOT = 28;

/** In a path with more slashes the rest is not tried. */
const MAX_SLASHES = 8;

/** Among the first so many, two are doubled together as well. */
const MAX_PAIRED = 5;

const PASS_WHOLE_PATH =
  'Have the proxy pass the path on as it came (nginx: proxy_pass http://app; without a path behind the host)';

/** `place-path-forwarded` at most 12 trials, `place-prefix-cut` 56, `place-path-decoded` 23, `place-slashes-merged` 19, the others 1 to 3. */
export const PLACE_PATH: readonly TrialHypothesis[] = [
  {
    id: 'place-path-forwarded',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const { targets, prefixes } = forwardedHints(trial);
      for (const target of targets) {
        const [path = '/', ...query] = target.split('?');
        const other = query.length === 0 ? undefined : query.join('?');
        yield* withPath(trial, () => ({ path, query: other }), path);
        yield* withPath(trial, () => ({ path }), path);
      }
      for (const prefix of prefixes)
        yield* withPath(trial, ({ path }) => ({ path: `${prefix}${path}` }), `${prefix}…`);
    },
    says: (path) =>
      `The sender signed the path ${path}, which a header of a proxy names; the proxy rewrote it on the way to the gate.`,
    mend: () =>
      `${PASS_WHOLE_PATH}; or hand the gate the URL of that header, if only your proxy can write it.`,
    example: 'proxy-path',
  },
  {
    id: 'place-slash-cut',
    part: 'place',
    steps: ['compare'],
    changes: (trial) => withPath(trial, ({ path }) => ({ path: `${path}/` })),
    says: () => 'The sender signed a path that ends with a slash, and the slash was cut off on the way.',
    mend: () =>
      'Give the sender the address as the gate reads it, without the slash at its end; or keep the proxy or router from cutting it.',
    example: 'proxy-path',
  },
  {
    id: 'place-slash-added',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      yield* withPath(trial, ({ path }) => (path.length > 1 ? { path: path.replace(/\/$/, '') } : {}));
      const address = addressOf(trial);
      if (address?.path !== '/' || address.authority === undefined || !isCovered(trial, 'host')) return;
      yield withMessage(trial, replacing(`${address.authority}/`, address.authority));
    },
    says: () => 'The sender signed a path without a slash at its end, and one was added on the way.',
    mend: () =>
      'Give the sender the address with the slash at its end, as it is served; or have no router add one.',
    example: 'proxy-path',
  },
  {
    id: 'place-slashes-merged',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const path = addressOf(trial)?.path ?? '';
      const places = [...path.matchAll(/\//g)].slice(0, MAX_SLASHES);
      const doubled = (...indices: readonly number[]): string =>
        path.replace(/\//g, (slash, at: number) => (indices.includes(at) ? '//' : slash));
      for (const { index } of places) yield* withPath(trial, () => ({ path: doubled(index) }));
      for (const [i, { index }] of places.slice(0, MAX_PAIRED).entries())
        for (const other of places.slice(i + 1, MAX_PAIRED))
          yield* withPath(trial, () => ({ path: doubled(index, other.index) }));
      yield* withPath(trial, () => ({ path: path.replaceAll('/', '//') }));
    },
    says: () =>
      'The sender signed a path with two slashes in a row, and they were merged into one on the way.',
    mend: () =>
      'Give the sender the address with single slashes; or have the proxy leave them (nginx: merge_slashes off; Traefik: sanitizePath false).',
    example: 'proxy-path',
  },
  {
    id: 'place-slashes-doubled',
    part: 'place',
    steps: ['compare'],
    changes: (trial) => withPath(trial, ({ path }) => ({ path: path.replace(/\/{2,}/g, '/') })),
    says: () => 'The sender signed a path with single slashes, and the gate read one with two in a row.',
    mend: () =>
      'Look at where the proxy joins its own path and the request’s: one of them has a slash too many.',
    example: 'proxy-path',
  },
  {
    id: 'place-path-hex-case',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      yield* withPath(trial, ({ path }) => ({ path: hexIn('upper', path) }));
      yield* withPath(trial, ({ path }) => ({ path: hexIn('lower', path) }));
    },
    says: () =>
      'The percent-encoding of the path had hex digits of the other case when it was signed (%2F and %2f).',
    mend: () => `${PASS_WHOLE_PATH}: something on the way normalises the URL.`,
    example: 'proxy-path',
  },
  {
    id: 'place-path-decoded',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const path = addressOf(trial)?.path ?? '';
      // A character that may stand bare, and that some senders encode.
      const chars = (set: RegExp): string => path.replace(set, percent);
      yield* withPath(trial, () => ({ path: eachSegment(path, strictly) }));
      yield* withPath(trial, () => ({ path: eachSegment(path, encodeURIComponent) }));
      for (const set of [/[@:]/g, /@/g, /:/g, /~/g, /,/g, /[[\]{}|^`"<>]/g, /[!'()*]/g])
        yield* withPath(trial, () => ({ path: chars(set) }));
      yield* encodedSlashes(trial, path);
    },
    says: () => 'The sender signed the path percent-encoded, and something on the way decoded it.',
    mend: () =>
      `${PASS_WHOLE_PATH}; in Express use req.originalUrl, in Python the raw path (RAW_URI, raw_path).`,
    example: 'proxy-path',
  },
  {
    id: 'place-path-encoded',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const path = addressOf(trial)?.path ?? '';
      if (!path.includes('%') || !isCovered(trial, 'path')) return;
      // What was encoded twice fits a request; blanks and bytes beyond ASCII fit a message only.
      yield* withPath(trial, () => ({ path: decoded(path) }));
      yield withMessage(trial, replacing(path, utf8Text(decoded(path))));
    },
    says: () => 'The sender signed the path decoded, or encoded once, and it came percent-encoded.',
    mend: () =>
      'Have the sender sign the path as it sends it; or give it an address whose path needs no percent-encoding.',
    example: 'proxy-path',
  },
  {
    id: 'place-path-case',
    part: 'place',
    steps: ['compare'],
    changes: (trial) => withPath(trial, ({ path }) => ({ path: path.toLowerCase() })),
    says: () => 'The sender signed the path in lower case, and sent it with capitals.',
    mend: () => 'Give the sender the address in the spelling in which it is served.',
    example: 'proxy-path',
  },
  {
    id: 'place-prefix-added',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const [, ...segments] = (addressOf(trial)?.path ?? '').split('/');
      for (const count of [1, 2, 3]) {
        if (segments.length <= count) continue;
        const cut = `/${segments.slice(0, count).join('/')}`;
        yield* withPath(trial, () => ({ path: `/${segments.slice(count).join('/')}` }), cut);
      }
    },
    says: (prefix) => `The sender signed the path without ${prefix}, which a proxy puts in front of it.`,
    mend: () => `${PASS_WHOLE_PATH}; or give the sender the address with that path.`,
    example: 'proxy-path',
  },
  {
    id: 'place-prefix-cut',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const prefixes = usualPrefixes(trial);
      const isRoot = addressOf(trial)?.path === '/';
      for (const prefix of isRoot ? prefixes.slice(0, MAX_OF_ROOT) : prefixes) {
        yield* withPath(trial, ({ path }) => ({ path: `${prefix}${path}` }), prefix);
        yield* withPath(trial, ({ path }) => (path === '/' ? { path: prefix } : {}), prefix);
      }
    },
    says: (prefix) =>
      `The sender signed a path that begins with ${prefix}, and a proxy or router cut that off.`,
    mend: () =>
      `${PASS_WHOLE_PATH}: it is cut off by a path in proxy_pass, Traefik’s StripPrefix, Caddy’s handle_path, the stage of an API gateway, or a mounted router (Express: use req.originalUrl).`,
    example: 'proxy-path',
  },
  {
    id: 'place-target-raw',
    part: 'place',
    steps: ['receive'],
    *changes({ request }) {
      if (request.url.length > MAX_URL_CHARS) return;
      for (const toBytes of [byteString, utf8Text]) {
        const url = request.url.replace(/[^\x21-\x7e]+|[\\#]/g, (text) =>
          toBytes(text).replace(/[\s\S]/g, percent),
        );
        if (url !== request.url) yield { request: { ...request, url } };
      }
    },
    says: () =>
      'The URL holds characters that were percent-encoded when it was signed: something on the way decoded it.',
    mend: () =>
      `${PASS_WHOLE_PATH}; in Express use req.originalUrl, in Python the raw path (RAW_URI, raw_path).`,
    example: 'proxy-path',
  },
  {
    id: 'place-fragment',
    part: 'place',
    steps: ['receive'],
    *changes({ request }) {
      const at = request.url.indexOf('#');
      if (at > 0) yield { request: { ...request, url: request.url.slice(0, at) } };
    },
    says: () =>
      'The URL was handed over with its fragment, the part from # on, which is neither sent nor signed.',
    mend: () => 'Hand the gate the request line’s target: the path and the query, without what follows a #.',
    example: 'proxy-path',
  },
];

/** A longer one is left as it is. */
const MAX_URL_CHARS = 4096;

/** The same trial at another path, where the path is signed. */
export function* withPath(
  trial: Trial,
  change: (address: Address) => OtherAddress,
  detail?: string,
): Generator<Change> {
  const address = isCovered(trial, 'path') ? addressOf(trial) : undefined;
  if (address) yield* withAddress(trial, change(address), detail);
}

function eachSegment(path: string, encode: (text: string) => string): string {
  return path
    .split('/')
    .map((segment) => encode(decoded(segment)))
    .join('/');
}

/** One slash that was %2F, in either case. */
function* encodedSlashes(trial: Trial, path: string): Generator<Change> {
  const places = [...path.matchAll(/\//g)].slice(1, MAX_SLASHES);
  for (const { index } of places)
    for (const slash of ['%2F', '%2f'])
      yield* withPath(trial, () => ({ path: `${path.slice(0, index)}${slash}${path.slice(index + 1)}` }));
}
