/** Media types against Node’s `MIMEType`, and times against `Date`. */
import { MIMEType } from 'node:util';
import { type MediaType, parseMediaType } from '../../packages/core/src/text/media-type.ts';
import { require, target } from '../target.ts';

export const mediaType = target<MediaType | undefined>({
  about: 'what is taken is what MIMEType reads, with the same parameters',
  words: ['multipart/form-data; boundary=x', ';charset="utf-8"', '\\"', ';;', '; a=b', ' ;\t'],
  read: (input) => parseMediaType(Buffer.from(input).toString('latin1')),
  judge(input, media) {
    if (!media) return;
    const theirs = new MIMEType(Buffer.from(input).toString('latin1'));
    require(theirs.essence === media.type, 'the type is another one');
    const parameters = JSON.stringify([...media.parameters]);
    require(JSON.stringify([...theirs.params]) === parameters, 'the parameters are other ones');
  },
});
