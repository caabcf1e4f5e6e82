/** The README of the corpus: what is in it, counted from its lines. */
import type { Line } from './base/finish.ts';

/** An id is file, cause, sender and a number. */
const senderOf = ({ id }: Line): string => id.split('/')[2] ?? '';

export function readme(lines: readonly Line[]): string {
  const of = (cause: (name: string) => boolean): number => lines.filter((line) => cause(line.cause)).length;
  const broken = of((cause) => cause !== 'forged' && cause !== 'none');
  const versions = [
    ...new Set(lines.flatMap(({ madeBy }) => madeBy.split(', ').filter((word) => /\d\.\d|^GNU/.test(word)))),
  ].sort();
  return `# Broken requests, and what broke each

${lines.length} signed requests as they stand at a receiver: ${broken} that something broke on the way, at the sender or in the receiver's settings, ${of((cause) => cause === 'forged')} that are forged, and
${of((cause) => cause === 'none')} genuine ones as a control. They were made, by the programs of \`corpus/\` (its README says how), without looking at how \`explain\` finds causes, so that what it says can be
held against what really happened. Those of \`reported.jsonl\` are what public bug reports and first-day mistakes are about, as people
described them. Each broken request was genuine before: the library accepted it with the same keys at the same time, and refuses what became of it.

One JSON object a line:

| member | what it is |
| --- | --- |
| \`id\` | file, cause, sender and a number |
| \`provider\` and \`options\`, or \`scheme\` | as the library takes them |
| \`keys\` | the receiver's: \`{ secret, encoding?, id?, state?, fromMs?, untilMs? }\` |
| \`now\` | Unix seconds at the receiver |
| \`request\` | \`method\`, \`url\` (absolute, as the receiver knows it), \`headers\` as received, \`bodyBase64\` |
| \`cause\` | the true cause: one slug for one cause, whoever the sender is; \`forged\`, or \`none\` for the control |
| \`truth\` | a sentence that says what happened |
| \`madeBy\` | the program that did it, with its version |

No secret here guards anything: all are made from their names. Keys and senders are the same throughout; bodies and times differ.

## Causes

${table(lines)}

## What a request does not show

Some causes leave nothing in a request by which they could be told from others; of these the most that can be said is what all of them have in common.

${ALIKE.map((item) => `- ${item}`).join('\n')}

## Made by

${versions.join(', ')}.

## What could not be made, and why

${NOT_MADE.map((item) => `- ${item}`).join('\n')}
`;
}

const ALIKE = [
  '`wrong-secret`, `wrong-public-key` and `forged` with a random secret or signature: no key of the receiver matches.',
  '`sender-clock-behind` and `arrived-late`, and `proof-too-old`: the proof is right and old. `time-zone-mistake` is off by a whole number of half hours, as the others may be.',
  '`signature-header-missing`: whether the sender does not sign or a proxy dropped the header.',
  '`body-lost`, `body-truncated`, `body-became-object-object`, `undecodable-bytes-replaced`, `letters-replaced-for-charset`, `members-changed-by-middleware`, `body-printed-as-language-literal` and `body-printed-again-with-other-values`: the signed bytes are gone. What arrived may show it; no key proves it.',
  '`forged` by an edited body, and a body that was changed in good faith where the change cannot be undone.',
];

const NOT_MADE = [
  'Bodies that nginx decompresses: its `gunzip` works on answers alone. Express and Apache did it.',
  'What nginx makes of a blank or a letter beyond ASCII in `$uri`: raw bytes, which are no legal target; its other respellings are here.',
  'Headers that HAProxy joins or writes in another case: it leaves lines apart, and names of headers have no case here. Apache joined them.',
  'Byte order marks by Notepad, line ends by Git on Windows, `Invoke-RestMethod`: no Windows. Python in text mode, `utf-8-sig` and Vim wrote the same bytes.',
  'AWS Lambda, API Gateway and queues themselves: their events were written by Python in the documented form.',
  'Senders in the cloud: where a row says who set a clock, a secret or a header, a program did it in their place (`madeBy`).',
  'A secret that cannot be a key of its scheme at all (a public key for a shared secret, text that is no base64, a shared token with a line end): the library does not start with it, so no request meets it.',
  'Approov’s message signatures: RFC 9421 stands for them.',
  'Repeats: each line is judged alone.',
];

function table(lines: readonly Line[]): string {
  const byCause = [...Map.groupBy(lines, ({ cause }) => cause)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = byCause.map(([cause, items]) => {
    const senders = [...Map.groupBy(items, senderOf)]
      .map(([sender, own]) => `${sender} ${own.length}`)
      .sort();
    return `| \`${cause}\` | ${items.length} | ${senders.join(', ')} |`;
  });
  return ['| cause | requests | by sender |', '| --- | --- | --- |', ...rows].join('\n');
}
