/** What a scheme of certificates declares, and what it must hold so that nothing unsigned is believed. */
import type { PublicKeyAlgorithm } from '../../crypto/backend.ts';
import type { Tolerance } from '../../freshness.ts';
import { SetupError } from '../../setup-error.ts';
import type { MemberSource } from '../part-source.ts';
import type { HostPattern } from './certificate-address.ts';

/** All members are of the JSON body’s top level. */
export interface CertificateOptions {
  readonly name: string;
  readonly certificate: CertificateSource;
  /** The member that holds the signature, in base64. */
  readonly signature: string;
  readonly algorithm: Choice<RsaAlgorithm>;
  /** The members that are signed, in order: a line of the name and a line of the value each. */
  readonly message: Choice<readonly SignedMember[]>;
  /** The member that holds the time, as RFC 3339 has it. */
  readonly timestamp?: string;
  readonly tolerance: Tolerance;
  /** The member that holds the id. */
  readonly id?: string;
  /** The member that holds the event’s type. */
  readonly type?: MemberSource;
  /** Members that must have one of some values. */
  readonly require: readonly RequiredMember[];
  /** What the sender wants to be called for before it sends more. Absent: nothing. */
  readonly confirm?: Confirmation;
  /** What the options are called whose names a provider gives. */
  readonly requireOption?: string;
}

/** What a JSON body’s certificate is, and what is taken of it. */
export interface CertificateSource {
  /** The member that holds its address. */
  readonly member: string;
  /** Whose addresses are taken. */
  readonly hosts: readonly HostPattern[];
  /** The certificate must be for one of these names. */
  readonly names: readonly HostPattern[];
}

/** An address in a message, at one of the certificate’s hosts, that confirms a subscription when it is called. */
export interface Confirmation {
  /** The member that holds it. */
  readonly member: string;
  /** What members hold in such a message. */
  readonly when: ReadonlyMap<string, string>;
}

export type RsaAlgorithm = Extract<PublicKeyAlgorithm, `rsa-pkcs1-${string}`>;

/** The one that is to be preferred comes first. */
export const RSA_ALGORITHMS: readonly RsaAlgorithm[] = [
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'rsa-pkcs1-sha1',
];

/** One for all requests; or one for each value that a member may have. */
export type Choice<T> =
  | { readonly always: T }
  | { readonly member: string; readonly values: ReadonlyMap<string, T> };

export interface SignedMember {
  readonly name: string;
  readonly isOptional: boolean;
}

export interface RequiredMember {
  readonly member: string;
  readonly values: readonly string[];
}

/** All that may be chosen. */
export function alternatives<T>(choice: Choice<T>): readonly T[] {
  return 'always' in choice ? [choice.always] : [...choice.values.values()];
}

/**
 * The first value may hold line breaks, and no other may: then each text is the message of one set of values. From its end the lines are pairs of a
 * name and a value, up to the second member, which is always there; and where a member chooses the list, it is the last of each.
 * @throws SetupError where the declaration leaves something to be guessed, or goes by what is not signed
 */
export function checkCertificateOptions(options: CertificateOptions): void {
  const { message, timestamp, id, require, requireOption } = options;
  for (const members of alternatives(message)) {
    checkMembers(members, 'member' in message ? message.member : undefined);
    const signed = members.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
    const demanded: readonly (readonly [option: string, member: string | undefined])[] = [
      ['timestamp', timestamp],
      ['id', id],
      ...require.map(({ member }) => [requireOption ?? 'require', member] as const),
    ];
    for (const [option, member] of demanded) {
      if (member === undefined || signed.includes(member)) continue;
      throw new SetupError(
        `scheme.${option}`,
        `${member} is not signed: anyone who holds one request could change it`,
        'Name it in every message, without a question mark.',
      );
    }
  }
  checkConfirmation(options);
}

/** What calls out is signed in each message in which it does. */
function checkConfirmation({ confirm, message }: CertificateOptions): void {
  if (confirm === undefined) return;
  const demanded = [confirm.member, ...confirm.when.keys()];
  const signs = (members: readonly SignedMember[]): boolean =>
    demanded.every((name) => members.some((member) => member.name === name && !member.isOptional));
  if (confirm.when.size > 0 && alternatives(message).some(signs)) return;
  throw new SetupError(
    'scheme.confirm',
    'no message signs the address and what tells that it is to be called',
    'Name members that the message covers: { member: SubscribeURL, when: { Type: SubscriptionConfirmation } }.',
  );
}

function checkMembers(members: readonly SignedMember[], chooser: string | undefined): void {
  const names = members.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw unclear(`${twice} stands there twice`, 'Name each member once.');
  if (members.length < 2 || members[0]?.isOptional || members[1]?.isOptional) {
    throw unclear(
      'its first two members may be absent: text could be moved from one value into another',
      'Let it begin with two members that every request has.',
    );
  }
  const last = members.at(-1);
  if (chooser !== undefined && (last?.name !== chooser || last.isOptional)) {
    throw unclear(
      `it does not end with ${chooser}, which chooses between the messages`,
      `Put ${chooser} at the end of each.`,
    );
  }
}

function unclear(problem: string, remedy: string): SetupError {
  return new SetupError('scheme.message', problem, remedy);
}
