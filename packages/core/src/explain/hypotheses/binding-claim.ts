/** Tokens that are genuine, and bound to another value than the request has, to none, or in another form. */
import { backend } from '#crypto';
import { boundText } from '../../schemes/jwt/binding.ts';
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64, encodeBase64url, encodeHex } from '../../text/encodings.ts';
import type { JsonObject } from '../../text/is-object.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { tokenDeclared, withToken } from '../other-options.ts';
import { tokenOf } from '../read-token.ts';
import type { Change, Trial } from '../trial.ts';

interface Binding {
  readonly names: readonly string[];
  readonly claims: JsonObject;
}

/** Undefined where the gate wants none, or the token cannot be read. */
function bindingOf(trial: Trial): Binding | undefined {
  const { binding: names = [], bindingMode } = tokenDeclared(trial.scheme)?.options ?? {};
  const claims = tokenOf(trial)?.claims;
  return names.length === 0 || bindingMode === 'off' || !claims ? undefined : { names, claims };
}

/** A row of what is wrong with the binding alone: the rest is judged without it. @param detail undefined where it is something else */
function unboundRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  detail: (binding: Binding, trial: Trial) => string | undefined | Promise<string | undefined>,
): TrialHypothesis {
  return {
    ...row,
    part: 'token',
    steps: ['compare'],
    example: 'binding',
    isTriedAlone: true,
    async *changes(trial): AsyncGenerator<Change> {
      const binding = bindingOf(trial);
      const text = binding && (await detail(binding, trial));
      if (text !== undefined)
        yield* withToken(trial, (options) => ({ ...options, bindingMode: 'off' }), text);
    },
  };
}

function absent({ names }: Binding, { request }: Trial): readonly string[] {
  return names.filter((name) => !request.headers.single(name));
}

/** Each way to write a hash, but the gate’s own. */
const FORMS: readonly (readonly [string, (hash: Uint8Array) => string])[] = [
  ['in hex', encodeHex],
  ['in hex', (hash) => encodeHex(hash).toUpperCase()],
  ['in base64url', encodeBase64url],
  ['in base64url', (hash) => encodeBase64(hash).replaceAll('+', '-').replaceAll('/', '_')],
  ['in base64 without its padding', (hash) => encodeBase64(hash).replace(/=+$/, '')],
  ['in base64 of its hex', (hash) => encodeBase64(utf8(encodeHex(hash)))],
];

/** How the claim is written of the header’s value, or of what stands behind its first word. */
async function otherForm(
  { names, claims: { pay } }: Binding,
  { request }: Trial,
): Promise<string | undefined> {
  const whole = boundText(names, request.headers);
  if (whole === undefined || typeof pay !== 'string') return undefined;
  for (const text of new Set([whole, whole.trim(), whole.replace(/^[A-Za-z][\w-]*\s+/, '')])) {
    const bytes = utf8(text);
    if (pay === text) return 'the value itself, and no hash of it';
    if (pay === encodeBase64(bytes) || pay === encodeBase64url(bytes))
      return 'base64 of the value, and no hash of it';
    const [sha256, sha512] = await Promise.all([backend.sha256([bytes]), backend.sha512([bytes])]);
    const form = FORMS.find(([, write]) => write(sha256) === pay);
    if (form) return `its SHA-256 ${form[0]}`;
    if ([...FORMS, ['', encodeBase64] as const].some(([, write]) => write(sha512) === pay))
      return 'its SHA-512';
  }
  return undefined;
}

export const BINDING_CLAIM: readonly TrialHypothesis[] = [
  unboundRow(
    {
      id: 'binding-encoding',
      says: (detail) =>
        `The token is bound to the header’s value, and its claim pay is ${detail}, where the gate wants base64, with its padding, of the SHA-256.`,
      mend: () =>
        'Have the client bind the bytes of the SHA-256 as its SDK takes them, and whoever mints tokens write pay in plain base64, with + and / and =.',
    },
    otherForm,
  ),
  unboundRow(
    {
      id: 'binding-missing',
      says: (detail) =>
        `The token is genuine, and is bound to nothing: it has no claim pay, and the gate wants it bound to ${detail}.`,
      mend: () =>
        'Have the client hand the header’s value to its SDK before it fetches a token, on each way through the app; or set the gate’s bindingMode to optional while older clients are about.',
    },
    ({ names, claims }) => (typeof claims['pay'] === 'string' ? undefined : names.join(', ')),
  ),
  unboundRow(
    {
      id: 'binding-header-missing',
      says: (detail) =>
        `The token is genuine, and the header that it must be bound to did not come, or came more than once: ${detail}.`,
      mend: (detail) =>
        `Have the client send ${detail} with each request that has a token; and look for a redirect, a proxy or a front end that drops or doubles it: HTTP clients leave Authorization out when they follow a redirect to another host.`,
    },
    (binding, trial) => {
      const names = absent(binding, trial);
      return names.length > 0 ? names.join(', ') : undefined;
    },
  ),
  unboundRow(
    {
      id: 'binding-other-value',
      says: (detail) => `The token is genuine, and was bound to another value than came in ${detail}.`,
      mend: () =>
        'Have the client bind the new value and fetch a new token whenever the header’s value changes: after a login or a refresh. If the client binds what it sends, look for a proxy that puts a value of its own there. A captured token that is sent with other credentials looks the same.',
    },
    (binding, trial) => {
      const { names, claims } = binding;
      if (typeof claims['pay'] !== 'string' || absent(binding, trial).length > 0) return undefined;
      const words = names.flatMap((name) =>
        /^basic /i.test(trial.request.headers.get(name) ?? '') ? [name] : [],
      );
      const others = words.length === 0 ? '' : ', which holds Basic credentials: a proxy’s own, it may be';
      return `${names.join(', ')}${others}`;
    },
  ),
];
