/** The options of a scheme of certificates, as a configuration gives them. */
import { DEFAULT_TOLERANCE } from '../../freshness.ts';
import { notGiven, type OptionReader, oneOfRemedy } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { isObject } from '../../text/is-object.ts';
import { member } from '../json-member.ts';
import { checkMemberPath } from '../member-path.ts';
import type { MemberSource } from '../part-source.ts';
import { readTolerance } from '../sender-options.ts';
import { readHosts } from './certificate-address.ts';
import {
  type CertificateOptions,
  type CertificateSource,
  type Choice,
  type Confirmation,
  checkCertificateOptions,
  type RequiredMember,
  RSA_ALGORITHMS,
  type RsaAlgorithm,
  type SignedMember,
} from './certificate-options.ts';

/** Reads and completes the options. @throws SetupError naming the option and the remedy. */
export function readCertificateOptions(options: OptionReader): CertificateOptions {
  const certificate = readSource(options);
  const signature = options.text('signature');
  const algorithm = readChoice(options, 'algorithm', readAlgorithm);
  const message = readChoice(options, 'message', readMembers);
  const timestamp = options.text('timestamp');
  const tolerance = readTolerance(options);
  const id = options.text('id');
  const type = options.text('eventType');
  const require = readRequired(options);
  const confirm = readConfirmation(options);
  options.refuseUnread();
  if (!certificate)
    throw notGiven(options, 'certificate', 'Give it, e.g. { member: NAME, hosts: […], names: […] }.');
  if (signature === undefined) throw notGiven(options, 'signature', 'Give it, e.g. Signature.');
  if (!algorithm) throw notGiven(options, 'algorithm', 'Give it, e.g. rsa-pkcs1-sha256.');
  if (!message)
    throw notGiven(options, 'message', 'Give it, e.g. [Message, MessageId, "Subject?", Timestamp].');
  if (tolerance && timestamp === undefined) {
    throw new SetupError(
      options.path('toleranceMs'),
      'there is no timestamp that it could be for',
      'Leave it out, or say where the timestamp sits.',
    );
  }
  const read: CertificateOptions = {
    name: 'certificate',
    certificate,
    signature,
    algorithm,
    message,
    tolerance: tolerance ?? DEFAULT_TOLERANCE,
    require,
    ...(timestamp !== undefined && { timestamp }),
    ...(id !== undefined && { id }),
    ...(confirm && { confirm }),
    ...(type !== undefined && { type: typeMember(type, options) }),
  };
  checkCertificateOptions(read);
  return read;
}

function typeMember(path: string, options: OptionReader): MemberSource {
  checkMemberPath(path, options.path('eventType'));
  return member(path);
}

function readSource(options: OptionReader): CertificateSource | undefined {
  const reader = options.object('certificate');
  if (!reader) return undefined;
  const place = reader.text('member');
  const hosts = readHosts(reader, 'hosts');
  const names = readHosts(reader, 'names');
  reader.refuseUnread();
  if (place === undefined) throw notGiven(reader, 'member', 'Give it, e.g. SigningCertURL.');
  if (!hosts) throw notGiven(reader, 'hosts', 'Give it, e.g. sns.us-east-1.amazonaws.com.');
  if (!names) throw notGiven(reader, 'names', 'Give it, e.g. sns.amazonaws.com.');
  return { member: place, hosts, names };
}

/** One value; or `{ member, values: { VALUE: … } }`. */
function readChoice<T>(
  options: OptionReader,
  name: string,
  read: (reader: OptionReader, name: string) => T | undefined,
): Choice<T> | undefined {
  if (!isObject(options.raw(name)) || Array.isArray(options.raw(name))) {
    const always = read(options, name);
    return always === undefined ? undefined : { always };
  }
  const reader = options.object(name) as OptionReader;
  const member = reader.text('member');
  const values = reader.object('values');
  const names = values?.names() ?? [];
  reader.refuseUnread();
  if (member === undefined) throw notGiven(reader, 'member', 'Give it, e.g. Type.');
  if (!values || names.length === 0) throw notGiven(reader, 'values', 'Give it, e.g. { VALUE: … }.');
  return { member, values: new Map(names.map((value) => [value, read(values, value) as T])) };
}

function readAlgorithm(options: OptionReader, name: string): RsaAlgorithm | undefined {
  const text = options.text(name);
  const algorithm = RSA_ALGORITHMS.find((candidate) => candidate === text);
  if (text === undefined || algorithm) return algorithm;
  throw new SetupError(
    options.path(name),
    `"${text}" is not an algorithm of certificates`,
    oneOfRemedy(text, RSA_ALGORITHMS),
  );
}

/** `Subject?` may be absent. */
function readMembers(options: OptionReader, name: string): readonly SignedMember[] | undefined {
  return options.texts(name)?.map(signedMember);
}

export function signedMember(text: string): SignedMember {
  return text.endsWith('?')
    ? { name: text.slice(0, -1), isOptional: true }
    : { name: text, isOptional: false };
}

function readConfirmation(options: OptionReader): Confirmation | undefined {
  const reader = options.object('confirm');
  if (!reader) return undefined;
  const member = reader.text('member');
  const values = reader.object('when');
  const names = values?.names() ?? [];
  reader.refuseUnread();
  if (member === undefined) throw notGiven(reader, 'member', 'Give it, e.g. SubscribeURL.');
  if (!values || names.length === 0)
    throw notGiven(reader, 'when', 'Give it, e.g. { Type: SubscriptionConfirmation }.');
  return { member, when: new Map(names.map((name) => [name, values.text(name) ?? ''])) };
}

function readRequired(options: OptionReader): readonly RequiredMember[] {
  const reader = options.object('require');
  if (!reader) return [];
  return reader.names().map((member) => ({
    member,
    values: reader.texts(member) ?? [],
  }));
}
