/** What the sender hears, and what to do then. */

import type { Handout } from './handout.ts';
import { code, row } from './markdown.ts';

export function answerLines(handout: Handout): readonly string[] {
  const limit = `${handout.maxBodyBytes.toLocaleString('en')} bytes`;
  return [
    row(['status', 'it means', 'what to do']),
    row(['---', '---', '---']),
    row(['2xx', 'taken', 'Nothing. Do not send it again.']),
    row(['400', 'this is no HTTP request that can be read', 'Mend it; the same request is refused again.']),
    row([
      '401',
      'the signature, its time or another part of the proof is missing or wrong, or stands in a body that cannot be read',
      `${handout.signing ? 'Compare with the test vector below: key, message, encoding, clock.' : 'Compare with this page: key, parts, clock.'} The answer does not say which; whoever runs the gateway can see it.`,
    ]),
    row(['404, 405', 'another address or method', 'Look at both.']),
    row(['409', REPEATS_409[handout.repeat] ?? '', 'See below.']),
    row(['413', `the body is longer than ${limit}`, 'Send less at a time.']),
    row([
      '429, 503',
      'too much at once, or for a moment not available',
      `Wait as long as ${code('Retry-After')} says, and send it again.`,
    ]),
    row(['other 5xx, or no answer', 'it may have been taken or not', 'Send it again as is said below.']),
    '',
    ...retryLines(handout),
  ];
}

const REPEATS_409: Readonly<Record<string, string>> = {
  refuse: 'the same request was taken already, or is on its way',
  acknowledge: 'the same request is still on its way',
  'first-answer': 'the same request is still on its way',
  'by-id': 'the same request is still on its way, or was taken already',
  run: 'does not occur here',
};

const REPEATED: Readonly<Record<string, string>> = {
  refuse: 'It hears 409 where the first one was taken: then all is well, and nothing is to be done.',
  acknowledge: 'It hears 2xx where the first one was taken, and is not run twice.',
  'first-answer': 'It hears the first one’s answer where that was taken, and is not run twice.',
  'by-id': 'It is not run twice.',
  run: 'It is run again: this gate does not look for repeats.',
};

function retryLines(handout: Handout): readonly string[] {
  const { coverage, repeat, signing, isSingleUse } = handout;
  const heard = `${REPEATED[repeat] ?? ''}${repeat === 'run' ? '' : ' A 409 with `Retry-After` says that the first one is still on its way: try again later.'}`;
  const tolerance = toleranceOf(handout);
  const within =
    tolerance === undefined ? '' : ` for ${durationText(tolerance)}; after that its time is too old`;
  const once = onceOf(handout);
  switch (coverage.replay) {
    case 'signed-id':
      if (once !== undefined) return [`**Sending again.** ${once} ${heard}`];
      return [
        `**Sending again.** Give each request an id of its own, and keep that id when you send it again; a new time and a new signature are right. ${heard}`,
      ];
    case 'message':
      return [
        `**Sending again.** Send the very same request: same body, same time${signing?.plan.hasNonce ? ', same nonce' : ''}, same signature. That is good${within || ' at any time'}. ${heard} Signed anew it is another request, and is run again if the first one was taken.${isSingleUse ? ' The nonce is used up once anything may have been done.' : ''}`,
      ];
    case 'none':
      return ['**Sending again.** Requests are not told apart here: whatever is sent again is run again.'];
  }
}

/** How long a request is taken after it was signed. */
function toleranceOf({ recipe: of }: Handout): number | undefined {
  if (of?.kind === 'message-signature') return of.recipe.maxAgeMs;
  return of?.kind === 'template' && of.recipe.timestamp ? of.recipe.tolerance.pastMs : undefined;
}

/** What is used up, and what is made anew then. */
function onceOf({ recipe: of, isSingleUse }: Handout): string | undefined {
  if (!isSingleUse) return undefined;
  if (of?.kind === 'message-signature') {
    return 'A nonce is good for one request, and is used up once anything may have been done. Signed anew with another nonce it is another request, and is run again.';
  }
  if (of?.kind !== 'token') return undefined;
  if (of.recipe.dpop) {
    return 'A proof is good for one request, and is used up once anything may have been done: make a new one each time, with a `jti` of its own. With a new proof a request that was taken is run again.';
  }
  const times = of.recipe.uses === 1 ? 'once' : `${of.recipe.uses} times`;
  return `A token is taken ${times}, told by its claim \`jti\`. With a new token a request that was taken is run again.`;
}

/** `5 minutes`, `90 seconds`. */
export function durationText(ms: number): string {
  const [amount, unit] = ms % 60_000 === 0 && ms > 0 ? [ms / 60_000, 'minute'] : [ms / 1000, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
