/** Bodies that are signed before they are compressed. */
import { gunzip } from '#gunzip';
import type { MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { counted } from '../text/amounts.ts';
import { isGzip } from '../text/is-gzip.ts';
import type { BodyReading } from './body-reading.ts';
import type { TemplatePassage } from './template-found.ts';

/** What a body that is gzip decompresses to; any other as received. What comes out may be as long as a body may be. */
export const gunzippedBody: BodyReading = {
  name: 'gunzipped',
  leaves: [{ code: 'compressed-body' }],
  prepare,
  read: ({ found, request }) => found.gunzipped ?? request.body,
};

function prepare(passage: TemplatePassage): MaybePromise<Objection | undefined> {
  const { request, maxBodyBytes } = passage;
  // By the bytes: what stands before the gate may have taken the header away, and left the coding.
  if (!isGzip(request.body)) return undefined;
  return gunzip(request.body, maxBodyBytes).then((pieces) => {
    if (pieces === 'too-long') {
      return objection(
        'body-too-large',
        `the body decompresses to more than ${counted(maxBodyBytes, 'byte')}, which are taken at most`,
      );
    }
    if (pieces === 'malformed') {
      return objection(
        'malformed-body',
        'the body begins as gzip does, and is not one whole gzip file',
        'Look for what cuts the body short, or adds to it, on its way.',
      );
    }
    passage.found.gunzipped = pieces;
    return undefined;
  });
}
