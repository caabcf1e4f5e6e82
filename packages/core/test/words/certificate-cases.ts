/** Refusals of messages that name their certificate, and gates of them that cannot be set up. */
import { sign } from 'node:crypto';
import { certificateDer, certificatePem, pemOfCertificate } from '../support/certificates.ts';
import { OTHER_RSA_PAIR, RSA_PAIR } from '../support/rsa-pairs.ts';
import { gateOf, type RefusalCase } from './refusal-case.ts';
import type { SetupCase } from './setup-cases.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const URL_OF_CERTIFICATE = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem';

const answering =
  (text: string, status = 200): typeof fetch =>
  async () =>
    new Response(text, { status });

const gate = (fetching = answering(certificatePem()), options: object = {}): object => ({
  provider: { id: 'aws-sns', topics: TOPIC, ...options },
  keys: [],
  fetch: fetching,
});

const NOTIFICATION = {
  Type: 'Notification',
  MessageId: 'm-1',
  TopicArn: TOPIC,
  Message: 'an order\nof two lines',
  Timestamp: '2025-10-09T08:53:20.000Z',
  SignatureVersion: '2',
  SigningCertURL: URL_OF_CERTIFICATE,
};

/** A message with these members, signed by the certificate’s key; a member that is undefined is left out. */
function message(members: object = {}): RefusalCase['request'] {
  const json: Record<string, unknown> = { ...NOTIFICATION, ...members };
  const names = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
  const lines = names.flatMap((name) => (json[name] === undefined ? [] : [`${name}\n${json[name]}\n`]));
  const signature = sign('sha256', Buffer.from(lines.join('')), RSA_PAIR.privateKey).toString('base64');
  return { body: JSON.stringify({ Signature: signature, ...json }) };
}

const AS_SIGNED =
  'The sender must write it as it signs it; look for what parses the body and writes it anew.';
const OTHER_VALUE =
  'If requests of that one are to be taken, add it to the gate’s; else somebody has the address who should not.';
const OTHER_HOST = 'The request is forged; or the sender has other hosts than those that the gate takes.';
const ANOTHER =
  'Compare it with what the sender publishes; where it has ended, the sender must sign with a newer one.';
const PART = 'Look for a proxy that drops or doubles the part, and at what the sender signs.';

const atAddress = (when: string, SigningCertURL: unknown, fault: string): RefusalCase => ({
  when,
  gate: gate(),
  request: message({ SigningCertURL }),
  says: `the certificate’s address in the JSON member SigningCertURL ${fault}`,
  remedy: OTHER_HOST,
});

const notTaken = (when: string, pem: string, fault: string): RefusalCase => ({
  when,
  gate: gate(answering(pem)),
  request: message(),
  says: `the certificate of ${URL_OF_CERTIFICATE} is not taken: ${fault}`,
  remedy: ANOTHER,
});

export const certificateCases: readonly RefusalCase[] = [
  {
    when: 'a message without its signature',
    gate: gate(),
    request: message({ Signature: undefined }),
    says: 'the request has no signature in its JSON member Signature',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'a message whose signature is a number',
    gate: gate(),
    request: message({ Signature: 7 }),
    says: 'the signature is not strict base64',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a message with a short signature',
    gate: gate(),
    request: message({ Signature: 'AAAA' }),
    says: 'the signature is 3 bytes long, which no signature of RSA is',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a version of signatures that is none of the gate’s',
    gate: gate(undefined, { signatureVersion: '2' }),
    request: message({ SignatureVersion: '1' }),
    says: 'the JSON member SignatureVersion is 1; the gate takes 2',
    remedy: 'Have the sender sign by one of these; what it signs by is set where it is set up.',
  },
  {
    when: 'a message of another topic',
    gate: gate(),
    request: message({ TopicArn: `${TOPIC}-2` }),
    says: `the JSON member TopicArn is ${TOPIC}-2, and the gate takes other values`,
    remedy: OTHER_VALUE,
  },
  {
    when: 'a message of no topic',
    gate: gate(),
    request: message({ TopicArn: undefined }),
    says: 'the JSON member TopicArn is not there, or no text, and the gate takes other values',
    remedy: OTHER_VALUE,
  },
  {
    when: 'a message of another type',
    gate: gate(),
    request: message({ Type: 'Alarm' }),
    says: 'the JSON member Type is Alarm; there are messages of Notification, SubscriptionConfirmation, UnsubscribeConfirmation',
    remedy: PART,
  },
  {
    when: 'a message without a member that is signed',
    gate: gate(),
    request: message({ MessageId: undefined }),
    says: 'the body has no JSON member MessageId, which is signed',
    remedy: PART,
  },
  {
    when: 'a signed member that is a list',
    gate: gate(),
    request: message({ Message: ['a'] }),
    says: 'the JSON member Message is not a text',
    remedy: AS_SIGNED,
  },
  {
    when: 'a line break in a signed member that has one line',
    gate: gate(),
    request: message({ MessageId: 'a\nSubject\nb' }),
    says: 'the JSON member MessageId holds a line break',
    remedy: AS_SIGNED,
  },
  {
    when: 'a signed member, and another case of its name beside it',
    gate: gate(),
    request: message({ message: 'another order' }),
    says: 'the message covers the member Message, and "message" stands beside it, which many readers take for the same',
    remedy:
      'The sender must write the name once, in one way. If it is genuine, have the gate’s message cover all of the body or the query.',
  },
  {
    when: 'a message of more than a megabyte',
    gate: { ...gate(), maxBodyBytes: 3_000_000 },
    request: message({ Message: 'x'.repeat(1_100_000) }),
    says: 'the JSON members that are signed are longer than 1 MB',
    remedy: 'Have the sender send less.',
  },
  {
    when: 'a message whose time is no time',
    gate: gate(),
    request: message({ Timestamp: 'now' }),
    says: 'the timestamp is not of the form YYYY-MM-DDTHH:MM:SS, a fraction if any, and Z or an offset such as +02:00',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  atAddress('a certificate of nowhere', undefined, 'is not there, or no text'),
  atAddress(
    'a certificate’s address without TLS',
    'http://sns.us-east-1.amazonaws.com/a.pem',
    'is not an https address',
  ),
  atAddress(
    'a certificate’s address with a port',
    'https://sns.us-east-1.amazonaws.com:8443/a.pem',
    'names more than a host',
  ),
  atAddress(
    'a certificate in somebody’s bucket',
    'https://sns.s3.amazonaws.com/a.pem',
    'is at a host that the gate does not take certificates from',
  ),
  atAddress(
    'a certificate’s address with a query',
    'https://sns.us-east-1.amazonaws.com/a.pem?b',
    'is not that of a .pem file',
  ),
  atAddress(
    'a certificate’s address in capitals',
    'https://SNS.us-east-1.amazonaws.com/a.pem',
    'is written otherwise than a URL writes it',
  ),
  atAddress(
    'a certificate’s address of 600 characters',
    `https://sns.us-east-1.amazonaws.com/${'a'.repeat(560)}.pem`,
    'has 600 characters; at most 512 are read',
  ),
  {
    when: 'a certificate that is not to be had',
    gate: gate(answering('', 403)),
    request: message(),
    says: `the certificate of ${URL_OF_CERTIFICATE} could not be fetched: it answered 403`,
    remedy: 'Look at the network between the gate and that host; requests are taken again once it answers.',
  },
  notTaken('a page in place of a certificate', '<html>', 'it is not a PEM of a certificate'),
  notTaken(
    'a certificate that is cut off',
    pemOfCertificate(certificateDer().subarray(0, -9)),
    'it is cut off or damaged',
  ),
  notTaken(
    'a certificate that has ended',
    certificatePem({ endMs: Date.UTC(2025, 9, 1) }),
    'it ended 2025-10-01T00:00:01Z',
  ),
  notTaken(
    'a certificate for another name',
    certificatePem({ commonName: 'sns.amazonaws.com', names: ['sns.example'] }),
    'it is for none of the names that the gate asks for',
  ),
  {
    when: 'a message that another certificate’s key signed',
    gate: gate(answering(certificatePem({ publicKey: OTHER_RSA_PAIR.publicKey }))),
    request: message(),
    says: 'none of the keys proves the request',
    remedy:
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s; `countersign explain` shows the bytes that must be signed.',
  },
];

const declared = (changes: object): (() => unknown) => {
  const scheme = {
    type: 'certificate',
    certificate: { member: 'cert', hosts: 'keys.example', names: 'keys.example' },
    signature: 'sig',
    algorithm: 'rsa-pkcs1-sha256',
    message: ['note', 'id', 'at'],
    ...changes,
  };
  return () => gateOf({ scheme, keys: [] });
};

const provider =
  (options: object): (() => unknown) =>
  () =>
    gateOf({ provider: { id: 'aws-sns', topics: TOPIC, ...options }, keys: [] });

export const certificateSetups: readonly SetupCase[] = [
  {
    when: 'messages of any topic',
    act: provider({ topics: undefined }),
    says: 'provider.topics: it is not given, and SNS signs messages of anybody’s topics. Give the ARNs of your topics, e.g. arn:aws:sns:us-east-1:123456789012:orders.',
  },
  {
    when: 'a topic’s name in place of its ARN',
    act: provider({ topics: 'orders' }),
    says: 'provider.topics: it holds what is no ARN of a topic. Give the whole ARN, e.g. arn:aws:sns:us-east-1:123456789012:orders.',
  },
  {
    when: 'a version of signatures that there is not',
    act: provider({ signatureVersion: ['2', '3'] }),
    says: 'provider.signatureVersion: it holds what is no version of signatures. Give 1, 2, or both, as texts.',
  },
  {
    when: 'signing by certificates that are fetched',
    act: () =>
      gateOf({ provider: { id: 'aws-sns', topics: TOPIC }, keys: [] }).sign({
        method: 'POST',
        url: '/',
        body: '{}',
      }),
    says: 'keys: the keys of certificates are public. To sign, give the gate a private key as its key.',
  },
  {
    when: 'a draft of a type that there is not',
    act: () =>
      gateOf({
        provider: { id: 'aws-sns', topics: TOPIC },
        keys: [RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' })],
      }).sign({ method: 'POST', url: '/', body: '{"Type":"Alarm"}' }),
    says: 'request.body: its member Type chooses no message. Give one of Notification, SubscriptionConfirmation, UnsubscribeConfirmation.',
  },
  {
    when: 'a draft of a version by which the gate does not sign',
    act: () =>
      gateOf({
        provider: { id: 'aws-sns', topics: TOPIC },
        keys: [RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' })],
      }).sign({ method: 'POST', url: '/', body: '{"SignatureVersion":"1"}' }),
    says: 'request.body: its member SignatureVersion is not that of rsa-pkcs1-sha256, by which the gate signs. Give 2, or leave it out.',
  },
  {
    when: 'certificates of any host',
    act: declared({ certificate: { member: 'cert', hosts: '*.example', names: 'keys.example' } }),
    says: 'scheme.certificate.hosts: "*.example" is not a host’s name. Give e.g. sns.us-east-1.amazonaws.com, in lower case; {region} stands for the name of any region.',
  },
  {
    when: 'certificates of hosts that nobody names',
    act: declared({ certificate: { member: 'cert', names: 'keys.example' } }),
    says: 'scheme.certificate.hosts: it is not given. Give it, e.g. sns.us-east-1.amazonaws.com.',
  },
  {
    when: 'a secret’s algorithm for certificates',
    act: declared({ algorithm: 'hmac-sha256' }),
    says: 'scheme.algorithm: "hmac-sha256" is not an algorithm of certificates. One of rsa-pkcs1-sha256, rsa-pkcs1-sha384, rsa-pkcs1-sha512, rsa-pkcs1-sha1.',
  },
  {
    when: 'a choice between messages of no member',
    act: declared({ message: { values: { a: ['note', 'id', 'at'] } } }),
    says: 'scheme.message.member: it is not given. Give it, e.g. Type.',
  },
  {
    when: 'an id that the certificate’s key does not sign',
    act: declared({ id: 'order' }),
    says: 'scheme.id: order is not signed: anyone who holds one request could change it. Name it in every message, without a question mark.',
  },
  {
    when: 'a member that is signed twice',
    act: declared({ message: ['note', 'id', 'note'] }),
    says: 'scheme.message: note stands there twice. Name each member once.',
  },
  {
    when: 'a text that could be moved into one that is absent',
    act: declared({ message: ['note', 'subject?', 'id'] }),
    says: 'scheme.message: its first two members may be absent: text could be moved from one value into another. Let it begin with two members that every request has.',
  },
  {
    when: 'messages that do not end with what chooses them',
    act: declared({ message: { member: 'kind', values: { a: ['kind', 'note', 'id'] } } }),
    says: 'scheme.message: it does not end with kind, which chooses between the messages. Put kind at the end of each.',
  },
  {
    when: 'how old a message of certificates may be, where it has no time',
    act: declared({ toleranceMs: 1000 }),
    says: 'scheme.toleranceMs: there is no timestamp that it could be for. Leave it out, or say where the timestamp sits.',
  },
];
