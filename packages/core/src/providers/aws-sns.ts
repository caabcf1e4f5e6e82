import { HOUR, MINUTE, SECOND } from '../freshness.ts';
import { FLAG, oneOrMore, words } from '../option-row.ts';
import type { OptionReader } from '../options.ts';
import type { Provider } from '../provider.ts';
import { type HostPattern, hostPattern } from '../schemes/certificate/certificate-address.ts';
import {
  type CertificateOptions,
  type Confirmation,
  checkCertificateOptions,
  type RsaAlgorithm,
} from '../schemes/certificate/certificate-options.ts';
import { createCertificateScheme } from '../schemes/certificate/certificate-scheme.ts';
import { signedMember } from '../schemes/certificate/declared-options.ts';
import { member } from '../schemes/json-member.ts';
import { readTolerance } from '../schemes/sender-options.ts';
import { TEMPLATE_VALUES } from '../schemes/template-rows.ts';
import { SetupError } from '../setup-error.ts';

const TOPIC = /arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,256}/.source;
const TOPICS = new RegExp(`^${TOPIC}(?:\\s*,\\s*${TOPIC})*$`);

const HOSTS: readonly HostPattern[] = ['sns.{region}.amazonaws.com', 'sns.{region}.amazonaws.com.cn'].flatMap(
  (text) => hostPattern(text) ?? [],
);
const NAMES: readonly HostPattern[] = [
  ...HOSTS,
  ...[hostPattern('sns.amazonaws.com')].flatMap((pattern) => pattern ?? []),
];

/** 1 signs by SHA-1, and is what a topic has unless it is set otherwise. */
const VERSIONS: Readonly<Record<string, RsaAlgorithm>> = { '1': 'rsa-pkcs1-sha1', '2': 'rsa-pkcs1-sha256' };

const OF_SUBSCRIPTION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject?', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: OF_SUBSCRIPTION,
  UnsubscribeConfirmation: OF_SUBSCRIPTION,
};

/** The end of a subscription holds such an address as well, which would begin it anew. */
const CONFIRMATION: Confirmation = {
  member: 'SubscribeURL',
  when: new Map([['Type', 'SubscriptionConfirmation']]),
};

export const awsSns: Provider<'aws-sns'> = {
  id: 'aws-sns',
  title: 'Amazon SNS',
  summary:
    'Amazon SNS signs the members of each message with RSA; the certificate is fetched from the address in the message, at hosts of SNS alone.',
  source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
  keyVariable: 'AWS_SNS_PUBLIC_KEY',
  setUp:
    'Subscribe the address to the topic over HTTPS, without raw message delivery, and set the topic’s SignatureVersion to 2; the gate fetches the certificates itself, and a gateway confirms the subscription.',
  fetchesKeys: true,
  needs: { topics: 'arn:aws:sns:us-east-1:123456789012:orders' },
  scheme: {
    optionNames: { require: 'topics' },
    options: [
      {
        name: 'topics',
        description:
          'the ARNs of the topics whose messages are taken, a list or a text with commas: SNS signs for whoever has an account, so the signature alone says nothing of whose message it is',
        value: oneOrMore({ type: 'string', pattern: TOPICS.source }),
        default: 'none: it must be given',
        isRequired: true,
      },
      {
        name: 'signatureVersion',
        description: 'the versions of signatures that are taken: 1 (SHA-1), 2 (SHA-256)',
        value: oneOrMore(words(...Object.keys(VERSIONS))),
        default: '1, 2',
      },
      {
        name: 'confirm',
        description:
          'whether subscriptions of these topics are confirmed: a gateway calls the address that SNS signs, a program is told it; false: such a message is one like any other',
        value: FLAG,
        default: 'true',
      },
      {
        name: 'toleranceMs',
        description:
          'how old, and how far ahead, a message may be; or { past, future }; a message that is sent again keeps its time',
        value: TEMPLATE_VALUES.toleranceMs,
        default: '{ past: 3900000, future: 300000 }',
      },
    ],
    create(options) {
      const topics = readTopics(options);
      const versions = options.texts('signatureVersion') ?? Object.keys(VERSIONS);
      const tolerance = readTolerance(options, TOLERANCE) ?? TOLERANCE;
      const confirms = options.flag('confirm') ?? true;
      options.refuseUnread();
      const declared: CertificateOptions = {
        name: 'aws-sns',
        certificate: { member: 'SigningCertURL', hosts: HOSTS, names: NAMES },
        signature: 'Signature',
        algorithm: {
          member: 'SignatureVersion',
          values: new Map(versions.map((version) => [version, algorithmOf(version, options)])),
        },
        message: {
          member: 'Type',
          values: new Map(
            Object.entries(MESSAGES).map(([type, members]) => [type, members.map(signedMember)]),
          ),
        },
        timestamp: 'Timestamp',
        tolerance,
        id: 'MessageId',
        type: member('Type'),
        require: [{ member: 'TopicArn', values: topics }],
        requireOption: 'topics',
        ...(confirms && { confirm: CONFIRMATION }),
      };
      checkCertificateOptions(declared);
      return createCertificateScheme(declared);
    },
  },
  answerWithinMs: 15 * SECOND,
  retriesForMs: HOUR,
  unpublished: ['givesUp'],
  proof: 'signature',
  usualOutcome: 'keep',
  repeats: 'acknowledge',
  replayNote:
    'The signed MessageId is the identity: a message that SNS sends again is known again, with its first time.',
};

/** Retries of HTTP deliveries end an hour after the first, and keep its time. */
const TOLERANCE = { pastMs: 65 * MINUTE, futureMs: 5 * MINUTE };

function readTopics(options: OptionReader): readonly string[] {
  const topics = options.texts('topics');
  if (topics === undefined) {
    throw new SetupError(
      options.path('topics'),
      'it is not given, and SNS signs messages of anybody’s topics',
      'Give the ARNs of your topics, e.g. arn:aws:sns:us-east-1:123456789012:orders.',
    );
  }
  // A variable of the environment holds one text.
  if (topics.every((text) => TOPICS.test(text))) return topics.flatMap((text) => text.split(/\s*,\s*/));
  throw new SetupError(
    options.path('topics'),
    'it holds what is no ARN of a topic',
    'Give the whole ARN, e.g. arn:aws:sns:us-east-1:123456789012:orders.',
  );
}

function algorithmOf(version: string, options: OptionReader): RsaAlgorithm {
  const algorithm = VERSIONS[version];
  if (algorithm) return algorithm;
  throw new SetupError(
    options.path('signatureVersion'),
    'it holds what is no version of signatures',
    'Give 1, 2, or both, as texts.',
  );
}
