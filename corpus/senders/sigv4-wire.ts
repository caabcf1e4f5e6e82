/** A request under AWS Signature Version 4, as its documentation describes it. */
import { createHash, createHmac } from 'node:crypto';
import { type Draft, type Wire, withHeader } from '../base/wire.ts';
import { wireFrom } from './body-senders.ts';
import { secretOf } from './profile.ts';

export const ACCESS_KEY = 'AKIDEXAMPLE';
export const SIGV4_SECRET = secretOf('aws', 40);
export function sigv4Wire(draft: Draft, { secret = SIGV4_SECRET, region = 'us-east-1' } = {}): Wire {
  const { pathname, search, host } = new URL(draft.url);
  const time = `${new Date(draft.at).toISOString().slice(0, 19).replace(/[:-]/g, '')}Z`;
  const scope = `${time.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const names = 'content-type;host;x-amz-date';
  const canonical = [
    draft.method,
    pathname,
    search.slice(1).split('&').sort().join('&'),
    `content-type:${draft.contentType}\nhost:${host}\nx-amz-date:${time}\n`,
    names,
    createHash('sha256').update(draft.body).digest('hex'),
  ].join('\n');
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (derived, word) => createHmac('sha256', derived).update(word).digest(),
      Buffer.from(`AWS4${secret}`),
    );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return withHeader(
    wireFrom(draft, 'aws-sdk-js/3.700.0', [['X-Amz-Date', time]]),
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  );
}
