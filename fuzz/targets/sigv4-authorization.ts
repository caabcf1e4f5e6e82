/** The header of AWS Signature Version 4. */
import { HeaderList } from '@countersign/core';
import type { Objection } from '../../packages/core/src/objection.ts';
import {
  readAuthorization,
  type SigV4Authorization,
} from '../../packages/core/src/schemes/aws-sigv4/authorization.ts';
import { require, target } from '../target.ts';
import { textOf } from './gate-verdict.ts';

const SIGNATURE = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';

export const sigv4Authorization = target<SigV4Authorization | Objection>({
  about:
    'what is taken is written with the same three items and no others; signed names are in order, each once',
  words: [
    `AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=${SIGNATURE}`,
    'AWS4-HMAC-SHA256 ',
    'Credential=A/20150830/r/s/aws4_request,',
    'SignedHeaders=a;b,',
    `Signature=${SIGNATURE},`,
    ';host',
  ],
  read: (input) => readAuthorization(new HeaderList(['authorization', textOf(input)])),
  judge(input, authorization) {
    if ('reason' in authorization) return;
    const { accessKeyId, date, region, service, signedHeaders, signature } = authorization;
    const items = [
      `Credential=${accessKeyId}/${date}/${region}/${service}/aws4_request`,
      `SignedHeaders=${signedHeaders.join(';')}`,
      `Signature=${Buffer.from(signature).toString('hex')}`,
    ];
    const [, ...rest] = textOf(input).split('AWS4-HMAC-SHA256 ');
    const theirs = rest.join('AWS4-HMAC-SHA256 ').replaceAll(' ', '').split(',');
    require(theirs.toSorted().join() === items.toSorted().join(), 'it has other items');
    require(signedHeaders.join() ===
      [...new Set(signedHeaders)].toSorted().join(), 'names are out of order, or twice');
  },
});
