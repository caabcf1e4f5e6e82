/** What forms a scheme's keys have, and what reads those of two halves. */
import type {
  KeyedHashAlgorithm,
  MacAlgorithm,
  ProofKey,
  PublicKeyAlgorithm,
  PublicKeyMaterial,
} from '../crypto/backend.ts';
import type { KeyEncoding } from './key-spec.ts';
import type { KeyWarning } from './key-warning.ts';

/** One form of a scheme's keys. Where a scheme has several, a key's prefix tells which it is. */
export type KeyForm = SecretForm | PublicKeyForm;

interface TextForm {
  /** Which of the scheme's signature labels this key proves; 0 where there is one. */
  readonly variant: number;
  readonly encoding: Exclude<KeyEncoding, 'prefixed'>;
  /** Cut off before decoding, e.g. `whsec_`. */
  readonly prefix?: string;
  /** Where the prefix goes on with letters, digits and underscores up to this, which is cut off with it: `-` of `signkey-test-`. */
  readonly prefixEnd?: string;
  /** How the platform's keys begin, where that is part of the key: for words about another one. */
  readonly begins?: string;
  /** The least length that a standard demands, in bytes; a shorter key is warned of, a shorter JWK refused. */
  readonly least?: { readonly bytes: number; readonly source: string };
}

/** Who has the key can sign. `shared-token` compares the proof with the secret itself. */
export interface SecretForm extends TextForm {
  readonly kind: 'secret';
  readonly algorithm: MacAlgorithm | KeyedHashAlgorithm | 'shared-token';
  /** What computes it where that is not the runtime’s own HMAC. Made by `keyedHashForm` and `digestedKeyForm`. */
  readonly computed?: ComputedProof;
}

/** A proof by a secret that a scheme brings the making of: others do without. */
export interface ComputedProof {
  /** Length of a signature in bytes. */
  readonly signatureBytes: number;
  createProofKey(secret: Uint8Array): ProofKey | Promise<ProofKey>;
}

/** A public key, or a private one. Made by `publicKeyForm`, which brings what reads it: a scheme of secrets does without. */
export interface PublicKeyForm extends TextForm {
  readonly kind: 'public' | 'private';
  readonly algorithm: PublicKeyAlgorithm;
  readonly keys: PublicKeyReader;
}

/** What was read of a key's text, before it is looked at as a key. */
export interface KeyContent<Form extends KeyForm = KeyForm> {
  readonly form: Form;
  /** What it was read as: an encoding, the form’s prefix, or `bytes`. */
  readonly readAs: string;
  readonly bytes: Uint8Array;
  readonly notes: readonly KeyWarning[];
  /** Whether the text is the key to the letter. */
  readonly isLiteral?: boolean;
  /** Whether the bytes are DER already. */
  readonly isDer?: boolean;
}

export interface KeyTextFault {
  readonly problem: string;
  readonly remedy: string;
  /** Whether the text is known to be something else, DER apart. */
  readonly isOther?: boolean;
}

/** Reads public and private keys, and makes them ready to prove. */
export interface PublicKeyReader {
  /** The DER inside a PEM. */
  readPem(text: string): Uint8Array | KeyTextFault;
  /** A text whose encoding is not given. */
  readText(text: string, form: PublicKeyForm): KeyContent<PublicKeyForm> | KeyTextFault;
  /** What the text looks like, where its bytes are no key. */
  faultOf(content: KeyContent<PublicKeyForm>, text: string, encoding: KeyEncoding): KeyTextFault | undefined;
  materialOf(content: KeyContent<PublicKeyForm>): PublicKeyMaterial;
  /** How strong a sound key is, in bits; undefined where it is none. */
  strengthBits(material: PublicKeyMaterial): number | undefined;
  /** @throws KeyFault where the material is no key of this algorithm. */
  createProofKey(algorithm: PublicKeyAlgorithm, material: PublicKeyMaterial): ProofKey | Promise<ProofKey>;
  /** Length of a signature in bytes; undefined where it varies. */
  signatureBytes(algorithm: PublicKeyAlgorithm): number | undefined;
}
