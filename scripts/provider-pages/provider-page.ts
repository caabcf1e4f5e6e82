/** The page of a provider: what it proves, how it is set up, code, and what to do when a request is refused. */
import { optionRowsOf, providers } from '@countersign/core';
import { VENDORS } from '../../packages/gateway/dist/vendors/all.js';
import { headingAnchor } from '../heading-anchor.ts';
import { adapterCode, importLine } from './adapter-code.ts';
import { gatewayYaml } from './gateway-yaml.ts';
import { mismatchCauses } from './mismatch-causes.ts';
import { coversAddress, coversBody, hasSecret, type PageFacts } from './page-facts.ts';
import { cell, proofTable } from './proof-table.ts';
import { deliveryLines, handshakeText, repeatLines, rotationText } from './sender-words.ts';

export function providerPage(facts: PageFacts): string {
  const { provider, scheme } = facts;
  return `${[
    `# ${titleOf(facts)}`,
    '<!-- Generated from packages/core/src/providers by scripts/generate-provider-docs.ts. -->',
    `${provider.summary} The provider \`${provider.id}\` verifies it: [every provider](../providers.md).`,
    proofTable(facts),
    '## What is proved, and what is open',
    coverageLines(facts).join('\n'),
    '## Set up',
    setUpText(facts),
    ...programSection(facts),
    '## In the gateway',
    gatewayText(facts),
    `## Repeats`,
    repeatLines(facts).join('\n'),
    ...senderSection(facts),
    '## Rotate the key',
    rotationText(facts),
    `## When the ${scheme.proof} does not match`,
    mismatchText(facts),
    ...optionSection(facts),
    '## Source',
    provider.source,
    ...(provider.unverified === undefined ? [] : [`**Unverified.** ${provider.unverified}`]),
  ].join('\n\n')}\n`;
}

/** Under words that people search for. */
export function titleOf({ provider: { title }, scheme: { proof } }: PageFacts): string {
  return `${title}: verify the ${proof}`;
}

function coverageLines({ coverage, partlySigned }: PageFacts): readonly string[] {
  const headers = coverage.headers.map((name) => `the header \`${name}\``);
  const parts = partlySigned.map((whole) => `the parts of the ${whole} that are named below`);
  return [
    `- Proved: ${[...coverage.covered, ...headers, ...parts].join(', ') || 'nothing of the request'}.`,
    `- Open: ${[...coverage.open, headers.length === 0 ? 'headers' : 'other headers'].join(', ')}. [What that means](../coverage.md).`,
    ...coverage.warnings.map(({ code: name, sentence }) => `- ${sentence} (\`${name}\`)`),
  ];
}

/** Programs that are followed step by step. */
const GUIDES: Readonly<Record<string, string>> = {
  approov: 'approov',
  'flow-production-tracking': 'action-menu-items',
  github: 'github-webhooks',
  incode: 'incode',
  stripe: 'stripe-webhooks',
};

function setUpText(facts: PageFacts): string {
  const { provider, keyVariable, options } = facts;
  const { setUp, id } = provider;
  const variables = [
    ...(keyVariable === undefined ? [] : [keyVariable]),
    ...options.map(({ variable }) => variable),
  ].map((name) => `\`${name}\``);
  return [
    setUp ??
      `Whoever sends the requests signs them: \`countersign handout\` writes [a page for them](../handout.md), with code and a test vector.`,
    variables.length === 0
      ? 'No key has to be entered.'
      : `The code below reads ${list(variables)} from the environment.`,
    ...(keyVariable !== undefined && !hasSecret(facts)
      ? ['The key is a public one, which is no secret: in the form that the sender shows, as PEM or as JWK.']
      : []),
    ...sendersText(facts),
    ...(GUIDES[id] === undefined
      ? []
      : [`[A guide](../guides/${GUIDES[id]}.md) goes through it step by step.`]),
  ].join(' ');
}

/** Who signs so, each with a page of its own. */
function sendersText({ provider: { id } }: PageFacts): readonly string[] {
  const links = providers.flatMap((other) =>
    other.signsAs === id ? [`[\`${other.id}\`](${other.id}.md)`] : [],
  );
  return links.length === 0 ? [] : [`So sign ${list(links)}, which have pages of their own.`];
}

function programSection(facts: PageFacts): readonly string[] {
  const { provider, shape } = facts;
  const codes = adapterCode(facts);
  const links = codes.map(({ title }) => `[${title}](#${headingAnchor(title)})`);
  const notes = [
    shape === 'guard'
      ? 'The guard answers what is not genuine, and passes the rest on.'
      : '`npm install @countersign/core`. The adapter reads the raw body, verifies it, runs your function once for each event, and answers.',
    ...(shape === 'webhook' && !coversBody(facts)
      ? [
          facts.partlySigned.includes('body')
            ? 'Of the body some parts are proved, and no others: act on these alone.'
            : 'The body is not proved: before you act on it, ask the sender for what it tells of.',
        ]
      : []),
    ...(coversAddress(facts)
      ? [
          'The URL is signed: behind a proxy give `{ trustProxy: true }` as the last argument, or `origin` as an option of the provider.',
        ]
      : []),
    `[All options](../library.md#webhooks-in-your-framework). For a small bundle: \`${importLine(provider.id)}\`, and \`${shape === 'guard' ? 'requireProofOf' : 'webhookOf'}\`.`,
  ];
  return [
    '## In your program',
    notes.join(' '),
    links.join(' · '),
    ...codes.flatMap(({ title, code: text }) => [`### ${title}`, `\`\`\`ts\n${text}\`\`\``]),
  ];
}

function gatewayText(facts: PageFacts): string {
  const { provider } = facts;
  const vendor = VENDORS.find(({ provider: id }) => id === provider.id);
  const methods = provider.proof === 'token' ? 'every method' : 'POST';
  const notes = [
    `It takes ${methods}, unless \`methods\` says otherwise. \`npx countersign init ${provider.id}\` writes it with comments, \`npx countersign check\` says what it proves.`,
    ...(vendor === undefined
      ? []
      : [
          `Answers of actions: \`as: ${vendor.as}\`, unless \`answer.as\` says otherwise.${vendor.asksForActions ? ' `GET /actions` lists them, unless `answer.list` is false.' : ''}${vendor.takesRegistrations ? ' `answer.register` registers them with the platform.' : ''} [Actions](../actions.md).`,
        ]),
    ...(optionRowsOf(provider).some(({ name }) => name === 'profile')
      ? [
          'Of agents and crawlers that publish their keys, `profile` says what they sign: [Web Bot Auth, UCP, AdCP, Visa](../configuration.md#message-signatures-web-bot-auth-ucp-adcp-visa).',
        ]
      : []),
    '[Gateway](../gateway.md), [configuration](../configuration.md).',
  ];
  return `\`\`\`yaml\n${gatewayYaml(facts)}\`\`\`\n\n${notes.join(' ')}${trialText(facts)}`;
}

/** How to try a gate whose keys nobody but the sender can sign with. */
function trialText(facts: PageFacts): string {
  const { keyVariable, provider } = facts;
  if (keyVariable !== undefined && hasSecret(facts)) return '';
  const instead =
    keyVariable !== undefined
      ? 'in place of the sender’s key'
      : provider.fetchesKeys
        ? 'as `keys`'
        : 'as `keys`, in place of what its keys are asked for with';
  const options = Object.entries(provider.needs ?? {}).map(([name, value]) => ` -o ${name}=${value}`);
  const sentences = [
    `Without the sender, make a key pair: \`openssl genpkey ${keyPairOptions(facts)} -out private.pem && openssl pkey -in private.pem -pubout -out public.pem\`.`,
    `Give the gate the public half, \`"\${file:public.pem}"\`, ${instead}, and send with the private half: \`npx countersign send URL -p ${provider.id}${options.join('')} --key-file private.pem -d @body\`.`,
    ...(provider.proof === 'token' ? ['Claims that it asks for are given by `--claims`.'] : []),
  ];
  return `\n\n${sentences.join(' ')}`;
}

/** For a key of the provider’s algorithm. */
function keyPairOptions({ provider, scheme: { keys, declared } }: PageFacts): string {
  const { algorithms = [] } = declared.options as { readonly algorithms?: readonly string[] };
  const algorithm = keys.forms[0]?.algorithm ?? algorithms[0] ?? '';
  const pair = KEY_PAIRS.find((row) => row.algorithms.test(algorithm));
  if (pair === undefined) throw new Error(`${provider.id}: no key pair of ${algorithm}`);
  return pair.options;
}

const KEY_PAIRS: readonly { readonly algorithms: RegExp; readonly options: string }[] = [
  { algorithms: /^rsa-|^[RP]S/, options: '-algorithm RSA -pkeyopt rsa_keygen_bits:2048' },
  { algorithms: /^ecdsa-p256-|^ES256$/, options: '-algorithm EC -pkeyopt ec_paramgen_curve:P-256' },
  { algorithms: /^ES512$/, options: '-algorithm EC -pkeyopt ec_paramgen_curve:P-521' },
  { algorithms: /^ed25519$/, options: '-algorithm ed25519' },
];

function senderSection(facts: PageFacts): readonly string[] {
  const handshake = handshakeText(facts);
  const lines = [...deliveryLines(facts), ...(handshake === undefined ? [] : [`- ${handshake}`])];
  return lines.length === 0 ? [] : ['## How the sender delivers', lines.join('\n')];
}

function mismatchText(facts: PageFacts): string {
  const { provider, keyVariable } = facts;
  const causes = mismatchCauses(facts).map(
    ({ says, findings: [page] }) => `1. ${says}. [${page}](../failures/${page}.md)`,
  );
  const own =
    keyVariable === undefined
      ? []
      : [
          '1. The key is another one: of another endpoint, app or environment. [key-of-other-gate](../failures/key-of-other-gate.md)',
        ];
  const key = keyVariable === undefined ? '' : ` --key-env ${keyVariable}`;
  const options = Object.entries(provider.needs ?? {}).map(([name, value]) => ` -o ${name}=${value}`);
  const command =
    keyVariable === undefined
      ? 'npx countersign explain --last'
      : `npx countersign explain request.http --provider ${provider.id}${options.join('')}${key}`;
  return [
    'Keep the request as it came, and ask: `explain` undoes each mistake that it knows, and says which one it was.',
    `\`\`\`sh norun\n${command}\n\`\`\``,
    'Likeliest first:',
    [...causes.slice(0, 1), ...own, ...causes.slice(1)].join('\n'),
    `${coversBody(facts) ? '[The raw body](../raw-body.md) in each framework. ' : ''}[Error texts](../troubleshooting.md), [every known cause](../failures/README.md).`,
  ].join('\n\n');
}

function optionSection({ provider }: PageFacts): readonly string[] {
  const rows = optionRowsOf(provider).map(
    ({ name, description, default: standard }) =>
      `| \`${name}\` | ${cell(description)} | ${cell(standard)} |`,
  );
  if (rows.length === 0) return [];
  return [
    '## Options',
    `In a program \`{ id: '${provider.id}', NAME: … }\` in place of the name, in the gateway \`provider: { id: ${provider.id}, NAME: … }\`.`,
    ['| option | what it sets | default |', '| --- | --- | --- |', ...rows].join('\n'),
  ];
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
