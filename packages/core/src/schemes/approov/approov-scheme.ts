/** Approov tokens whose requests are signed as messages too (RFC 9421), by the installation or by the account. */
import { backend } from '#crypto';
import type { ProofKey } from '../../crypto/backend.ts';
import { createKeyRing, type KeyRing, type KeySpec } from '../../keys.ts';
import type { Coverage } from '../../model.ts';
import { type Objection, objection, Passage, type Scheme } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { decodeBase64, encodeBase64url, utf8 } from '../../text/bytes.ts';
import { coverageReport } from '../coverage.ts';
import { fieldLines } from '../message-signatures/field-value.ts';
import { createMessageSignatureScheme } from '../message-signatures/message-signatures.ts';
import type { MessageSignatureOptions } from '../message-signatures/policy.ts';

/** Who signs: `install` with the key in the token’s claim `ipk`, `account` with a secret of the gate’s keys. */
export type MessageSigner = 'install' | 'account';

export interface ApproovOptions {
  /** Whether a request may come without a message signature. One that comes must be right either way. */
  readonly messageSigning: 'optional' | 'required';
  readonly signer: MessageSigner;
  /** What the signature must hold: see `readApproovOptions`. */
  readonly signature: MessageSignatureOptions;
}

/** The id, or its beginning, of the keys that account signatures are made with. */
export const ACCOUNT_KEY_ID = 'account-message';

const FIELDS = ['signature-input', 'signature'] as const;

/** A P-256 key takes 124 characters; the rest is room for other encodings of its curve. */
const MAX_KEY_CHARS = 512;

/** A message signature on its way: its own passage, and, once proved, its identity. */
interface SignedMessage {
  readonly passage: Passage;
  id: string | undefined;
}

/** What has proved a signature, and the text that keeps one signer's nonces apart from another's. */
interface Signer {
  readonly proof: ProofKey;
  readonly scope: string;
}

/** Adds the message signature to a scheme of tokens, which is asked first at every step and stays as it is. */
export function createApproovScheme(token: Scheme, options: ApproovOptions): Scheme {
  const { messageSigning, signer, signature } = options;
  const message = createMessageSignatureScheme(signature);
  const messages = new WeakMap<Passage, SignedMessage>();
  let accountKeys: KeyRing | undefined;
  // A token that is taken once takes its message with it: then the token's identity is the stricter.
  const identifies = messageSigning === 'required' && token.replay === 'none';

  async function signersOf({ claims, nowMs }: Passage): Promise<readonly Signer[] | Objection> {
    if (signer === 'install') {
      const found = await installSigner(claims?.['ipk']);
      return 'reason' in found ? found : [found];
    }
    const usable = (await accountKeys?.usable(nowMs)) ?? [];
    if (usable.length === 0) return objection('unknown-key', 'no key for account signatures is valid now');
    return usable.map(({ proof, hit }) => ({
      scope: 'account',
      proof: {
        ...proof,
        async find(text, signatures) {
          const at = await proof.find(text, signatures);
          if (at >= 0) hit();
          return at;
        },
      },
    }));
  }

  async function confirmMessage(passage: Passage, signed: SignedMessage): Promise<Objection | undefined> {
    const signers = await signersOf(passage);
    if ('reason' in signers) return signers;
    const inner = signed.passage;
    const [reading] = message.readings;
    const base = reading?.message(inner);
    if (!reading || !base || 'reason' in base) return mismatch();
    const prover = await findSigner(signers, base, inner.signatures[0] ?? []);
    if (!prover) return mismatch();
    inner.reading = reading;
    inner.key = {
      // The token says which key it is: a keyid beside it is a name that only the app knows.
      info: { id: inner.namedKeyId ?? signer, state: 'active', hits: 0, warnings: [] },
      isNamed: false,
      variant: 0,
      proof: prover.proof,
      hit() {},
    };
    const fault = await message.confirm(inner);
    if (fault) return fault;
    passage.timestampText = inner.timestampText;
    passage.timestampMs = inner.timestampMs;
    const nonce = nonceOf(inner);
    const identity = nonce === undefined ? base : [utf8(`nonce\0${prover.scope}\0${nonce}`)];
    signed.id = encodeBase64url(await backend.sha256(identity));
    return undefined;
  }

  function nonceOf(inner: Passage): string | undefined {
    return nonces.signedId(inner);
  }
  /** The same judge, asked for the nonce whether or not one is required. */
  const nonces = createMessageSignatureScheme(signature);

  return { ...token, name: token.name, nonceOf } as never as Scheme;
}
