/** What a page says of a sender: how it delivers, how it tests an address, how it comes to a new key, how its repeats are told. */
import { type Repeats, testMethodsOfProvider } from '@countersign/core';
import { senderLimits } from '@countersign/core/coverage';
import type { PageFacts } from './page-facts.ts';

const REPEATS: Readonly<Record<Repeats, string>> = {
  acknowledge: 'is acknowledged with 200 and an empty body, and your code does not run again.',
  refuse: 'is refused with 409.',
  'by-id':
    'is acknowledged with 200 and an empty body where the request has a signed id, else refused with 409.',
};

export function repeatLines({ provider, scheme, coverage: { replay } }: PageFacts): readonly string[] {
  const { acknowledgement } = scheme;
  return [
    `- Replay (\`${replay}\`): ${provider.replayNote}`,
    `- A repeat ${REPEATS[provider.repeats]}`,
    ...(acknowledgement === undefined
      ? []
      : [
          `- What was taken is answered with 200 and \`${acknowledgement}\`: any other answer is a failure to the sender. A gate that forwards passes your program’s answer on, so your program must say it.`,
        ]),
  ];
}

/** How long it waits and goes on, and what a gate does about each. */
export function deliveryLines({ provider }: PageFacts): readonly string[] {
  const limits = senderLimits(provider);
  if (limits === undefined) return [];
  const { answerWithinMs, retriesForMs } = provider;
  return [
    `- ${limits}`,
    ...(answerWithinMs === undefined
      ? []
      : [
          '- In time: a gate with `keep` answers as soon as the event is stored, however long your code takes. One that forwards or runs an action is warned of where its own limit is longer (`slow-upstream`, `slow-action`). In a program, put long work into a queue.',
        ]),
    ...(retriesForMs === undefined
      ? []
      : [
          '- Sent again: a gate of this provider remembers what it took for at least as long, and warns where it is told to forget earlier (`forgets-before-sender`).',
        ]),
  ];
}

/** Undefined where the sender tests no address, as far as it is known. */
export function handshakeText({ provider: { id }, scheme: { handshakes } }: PageFacts): string | undefined {
  if (handshakes.length === 0) return undefined;
  const methods = testMethodsOfProvider(id);
  const signed = handshakes.some(({ isSigned }) => isSigned);
  const how = [
    ...methods.map((method) => `by an unsigned ${method}`),
    ...(signed ? ['by a signed POST'] : []),
    ...(!signed && methods.length === 0 ? ['by an unsigned POST'] : []),
  ].join(' or ');
  return `Before it delivers, the sender tests the address ${how}. Gate and adapters answer the test by themselves; no action and no handler runs.`;
}

/** How two keys are held at the same time. */
export function rotationText(facts: PageFacts): string {
  const { keyVariable } = facts;
  if (keyVariable === undefined)
    return 'There is nothing to do: the keys are fetched from the sender, kept for a while, and fetched again when a request names one that is not known.';
  const second = `the gate a second entry of \`keys\`, \`{ id: old, secret: "\${env:${keyVariable}_OLD}", state: retiring, until: 2030-01-01 }\``;
  return `For a while both keys must be good. Give a program a list, \`[process.env.${keyVariable}, process.env.${keyVariable}_OLD]\`, and ${second}; then take the old one out. ${pickedBy(facts)} [Step by step](../guides/rotate-a-key.md), also without a restart.`;
}

/** What of a request says which key it is of. */
function pickedBy({ scheme }: PageFacts): string {
  const { signature, keyId } = scheme.declared.options as {
    readonly signature?: { readonly list?: object; readonly places?: object };
    readonly keyId?: object;
  };
  if (keyId !== undefined || scheme.keys.idPlace !== undefined)
    return 'Where a request names its key by an id, the entry in `keys` must have that `id`.';
  if (signature?.list !== undefined || signature?.places !== undefined)
    return 'A request may carry several signatures, as during a rotation at the sender: one by a key of the gate is enough.';
  if (scheme.proof === 'token')
    return 'A token that names its key (`kid`) leaves out keys that have another name.';
  return 'Nothing in a request says which key signed it: each is tried, and the verdict names the one that held.';
}
