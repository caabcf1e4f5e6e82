/** The rows of the options of AWS Signature Version 4. */
import { FLAG, HEADER_NAME, MILLISECONDS, type OptionRow, oneOrMore, TEXT } from '../../option-row.ts';
import { TEMPLATE_VALUES } from '../template-rows.ts';

const SCOPE_TEXT = { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' } as const;

export const SIGV4_ROWS: readonly OptionRow[] = [
  {
    name: 'region',
    description: 'the region in the credential scope of the sender’s signatures, e.g. us-east-1',
    value: SCOPE_TEXT,
    default: 'none: it must be given',
    isRequired: true,
  },
  {
    name: 'service',
    description:
      'the service in that scope, e.g. execute-api; for s3 the path is signed as it is, for any other it is encoded once more',
    value: SCOPE_TEXT,
    default: 'none: it must be given',
    isRequired: true,
  },
  {
    name: 'signedHeaders',
    description:
      'headers that must be signed besides host, x-amz-date and each x-amz-* that a request has, e.g. content-type',
    value: oneOrMore(HEADER_NAME),
    default: 'none',
  },
  {
    name: 'toleranceMs',
    description: 'how old, and how far ahead, a request may be; or { past, future }',
    value: TEMPLATE_VALUES.toleranceMs,
    default: '300000',
  },
  {
    name: 'unsignedPayload',
    description:
      'whether UNSIGNED-PAYLOAD is taken in place of the body’s SHA-256, and what signing writes: the body is then not proved',
    value: FLAG,
    default: 'false',
  },
  {
    name: 'presigned',
    description:
      'whether presigned URLs are taken too: the signature stands in the query, and says for how long it is good. Of s3 they do not prove the body: unsignedPayload must be set',
    value: FLAG,
    default: 'false',
  },
  {
    name: 'maxLifetimeMs',
    description: 'for how long a presigned URL may be good',
    value: MILLISECONDS,
    default: '604800000, as AWS has it; of presigned only',
  },
  {
    name: 'origin',
    description: 'scheme and host as the sender knows them, behind a proxy or without TLS',
    value: TEXT,
    default: 'the request’s Host field, or what a trusted proxy says of it',
  },
];
