/** XML that was signed as one program writes it, and arrives as another does. */
import type { TrialHypothesis } from '../hypothesis.ts';
import { bodyText, withTexts } from '../other-body.ts';
import { COMPARED, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

const DECLARATION = /^<\?xml [^>]{1,200}\?>[ \t]*\r?\n?/;
const EMPTY_TAG = /<([\w:.-]{1,100})((?: [\w:.-]{1,100}="[^"<]{0,1000}")*) ?\/>/g;
const EMPTY_PAIR = /<([\w:.-]{1,100})((?: [\w:.-]{1,100}="[^"<]{0,1000}")*)><\/\1>/g;

function* writtenOtherwise(xml: string): Generator<string> {
  const bare = xml.replace(DECLARATION, '');
  const bodies = [bare, bare.replace(/>\s+</g, '><'), bare.replace(EMPTY_TAG, '<$1$2></$1>')];
  bodies.push(
    bare.replace(EMPTY_PAIR, '<$1$2/>'),
    bare.replace(EMPTY_PAIR, '<$1$2 />'),
    bare.replace(EMPTY_TAG, '<$1$2/>'),
  );
  bodies.push(bare.replace(EMPTY_TAG, '<$1$2 />'));
  const [declaration = ''] = DECLARATION.exec(xml) ?? [];
  for (const body of bodies) {
    if (declaration !== '') yield declaration + body;
    yield body;
    for (const quote of ['"', "'"])
      for (const end of ['', '\n'])
        yield `<?xml version=${quote}1.0${quote} encoding=${quote}UTF-8${quote}?>${end}${body}`;
  }
}

/** 42 trials of which most are one text. */
export const BODY_XML: readonly TrialHypothesis[] = [
  {
    id: 'body-xml',
    ...COMPARED,
    *changes(trial) {
      const text = bodyText(trial);
      if (text?.startsWith('<') && text.length <= MAX_CHARS) yield* withTexts(trial, writtenOtherwise(text));
    },
    says: () =>
      'The body is XML that was signed as another program writes it (its declaration, blanks between tags, <a/> or <a></a>): it was parsed and printed again, or the sender signs a different text from the one it sends.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
];

const MAX_CHARS = 32 * 1024;
