/** How the gateway answers, and what to do then. */

import type { Handout } from './handout.ts';
import { code, row } from './markdown.ts';

export function answerLines(handout: Handout): readonly string[] {
  const limit = `${handout.maxBodyBytes.toLocaleString('en')} bytes`;
  return [
    row(['status', 'meaning', 'what to do']),
    row(['---', '---', '---']),
    row(['2xx', 'accepted', 'Nothing. Do not send it again.']),
    row(['400', 'not a readable HTTP request', 'Fix it; the same request will be refused again.']),
    row([
      '401',
      'the signature, its time or another part of the proof is missing or wrong, or sits in a body that cannot be parsed',
      `${handout.signing ? 'Compare with the test vector below: key, message, encoding, clock.' : 'Compare with this page: key, parts, clock.'} The answer does not say which; whoever runs the gateway can look it up.`,
    ]),
    row(['404, 405', 'wrong address or method', 'Check both.']),
    row(['409', REPEATS_409[handout.repeat], 'See below.']),
    row(['413', `the body is longer than ${limit}`, 'Send less at once.']),
    row([
      '429, 503',
      'too many requests at once, or unavailable for the moment',
      `Wait for as long as ${code('Retry-After')} says, then send it again.`,
    ]),
    row([
      'other 5xx, or no answer',
      'it may or may not have been accepted',
      'Send it again as described below.',
    ]),
    '',
    ...retryLines(handout),
  ];
}

const REPEATS_409: Readonly<Record<Handout['repeat'], string>> = {
  refuse: 'the same request was accepted before, or is still being handled',
  acknowledge: 'the same request is still being handled',
  'first-answer': 'the same request is still being handled',
  'by-id': 'the same request is still being handled, or was accepted before',
  run: 'does not occur here',
};

const REPEATED: Readonly<Record<Handout['repeat'], string>> = {
  refuse: 'If the first one was accepted, it is answered 409: all is well, and there is nothing to do.',
  acknowledge: 'If the first one was accepted, it is answered 2xx and does not run twice.',
  'first-answer': 'If the first one was accepted, it gets the same answer and does not run twice.',
  'by-id': 'It does not run twice.',
  run: 'It runs again: this gate does not look for repeats.',
};

function retryLines(handout: Handout): readonly string[] {
  const { coverage, repeat, signing, isSingleUse } = handout;
  const answered = `${REPEATED[repeat]}${repeat === 'run' ? '' : ' A 409 with `Retry-After` means that the first one is still being handled: try again later.'}`;
  const tolerance = toleranceOf(handout);
  const within =
    tolerance === undefined ? '' : ` for ${durationText(tolerance)}; after that its timestamp is too old`;
  const once = onceOf(handout);
  switch (coverage.replay) {
    case 'signed-id':
      if (once !== undefined) return [`**Sending again.** ${once} ${answered}`];
      return [
        `**Sending again.** Give each request its own id, and keep that id when you send it again, with a new time and a new signature. ${answered}`,
      ];
    case 'message':
      return [
        `**Sending again.** Send exactly the same request: same body, same time${signing?.plan.hasNonce ? ', same nonce' : ''}, same signature. That works${within || ' at any time'}. ${answered} If you sign it again, it is a new request, and runs again even if the first one was accepted.${isSingleUse ? ' The nonce is used up as soon as anything may have been done.' : ''}`,
      ];
    case 'none':
      return [
        '**Sending again.** This gate does not tell requests apart: whatever you send again runs again.',
      ];
  }
}

/** How long a request is accepted after it was signed. */
function toleranceOf({ recipe: of }: Handout): number | undefined {
  if (of?.kind === 'message-signature') return of.recipe.maxAgeMs;
  return of?.kind === 'template' && of.recipe.timestamp ? of.recipe.tolerance.pastMs : undefined;
}

/** What is used up, and what must be new then. */
function onceOf({ recipe: of, isSingleUse }: Handout): string | undefined {
  if (!isSingleUse) return undefined;
  if (of?.kind === 'message-signature') {
    return 'A nonce is good for one request, and is used up as soon as anything may have been done. If you sign it again with another nonce, it is a new request, and runs again.';
  }
  if (of?.kind !== 'token') return undefined;
  if (of.recipe.dpop) {
    return 'A proof is good for one request, and is used up as soon as anything may have been done: make a new one each time, with its own `jti`. With a new proof, a request that was accepted runs again.';
  }
  const times = of.recipe.uses === 1 ? 'once' : `${of.recipe.uses} times`;
  return `A token is accepted ${times}, recognised by its claim \`jti\`. With a new token, a request that was accepted runs again.`;
}

/** `5 minutes`, `90 seconds`. */
export function durationText(ms: number): string {
  const [amount, unit] = ms % 60_000 === 0 && ms > 0 ? [ms / 60_000, 'minute'] : [ms / 1000, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
