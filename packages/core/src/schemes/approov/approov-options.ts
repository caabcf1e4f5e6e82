/** The options of Approov message signing, as a configuration gives them. */
import { MINUTE } from '../../freshness.ts';
import type { CoverageWarning } from '../../model.ts';
import type { OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { parseComponent, type SignatureComponent } from '../message-signatures/component.ts';
import type { MessageSignatureOptions } from '../message-signatures/policy.ts';
import { readOrigin } from '../origin-option.ts';

/** Who signs: `install` with the key in the token’s claim `ipk`, `account` with a secret of the gate’s keys. */
export type MessageSigner = 'install' | 'account';

export interface ApproovOptions {
  /** Whether a request may come without a message signature. One that comes must be right either way. */
  readonly messageSigning: 'optional' | 'required';
  readonly signer: MessageSigner;
  /** What the signature must hold; its label names the signer, its components the token’s header. */
  readonly signature: MessageSignatureOptions;
  /** What the token’s options leave open, signed or not. */
  readonly tokenWarnings: readonly CoverageWarning[];
}

const DETAILS = ['signer', 'origin', 'maxAgeMs', 'futureMs', 'nonce'] as const;

const DEFAULT_MAX_AGE_MS: number = 5 * MINUTE;

/**
 * Reads `messageSigning` and what belongs to it; undefined where it is off.
 * @param header the lower-case name of the header that carries the token: a signature must cover it
 * @throws SetupError naming the option and the remedy.
 */
export function readApproovOptions(
  options: OptionReader,
  header: string,
): Omit<ApproovOptions, 'tokenWarnings'> | undefined {
  const messageSigning = options.oneOf('messageSigning', ['off', 'optional', 'required']) ?? 'off';
  if (messageSigning === 'off') {
    const idle = DETAILS.find((name) => options.has(name));
    if (idle === undefined) return undefined;
    throw new SetupError(
      options.path(idle),
      'messageSigning is off, and this belongs to it',
      'Set messageSigning to required or optional, or leave this out.',
    );
  }
  const signer = options.oneOf('signer', ['install', 'account']) ?? 'install';
  const origin = readOrigin(options);
  const needsNonce = options.oneOf('nonce', ['optional', 'required']) === 'required';
  return {
    messageSigning,
    signer,
    signature: {
      name: 'approov',
      label: signer,
      algorithm: signer === 'install' ? 'ecdsa-p256-sha256' : 'hmac-sha256',
      components: ['@method', '@target-uri', header, 'content-digest'].map(componentOf),
      required: needsNonce ? ['created', 'nonce'] : ['created'],
      maxAgeMs: options.milliseconds('maxAgeMs') ?? DEFAULT_MAX_AGE_MS,
      futureMs: options.milliseconds('futureMs') ?? MINUTE,
      digest: 'sha-256',
      context: {
        ...(origin !== undefined && { origin }),
        structureRemedy: 'Have the app cover the field as it is, without sf.',
      },
      remedies: {
        label:
          'The signatures that it has are others’: set the gate’s signer to who signs, install or account.',
        required: 'Have the app sign with a nonce, or leave out the gate’s nonce.',
        components: 'Have the app’s message signing cover it.',
      },
    },
  };
}

/** A header’s name, in lower case, is a component as it is written. */
function componentOf(name: string): SignatureComponent {
  return parseComponent(name) as SignatureComponent;
}
