/** All examples, and the one of a finding. */
import { findProvider } from '../../providers/registry.ts';
import { HYPOTHESES } from '../table.ts';
import { ADDRESS_NODE } from './address-node.ts';
import { ADDRESS_OTHERS } from './address-others.ts';
import { CLOCK } from './clock.ts';
import { BODY_GATE, type Example, type Framework } from './example.ts';
import { KEYS } from './keys.ts';
import { MESSAGES } from './messages.ts';
import { RAW_BODY_NODE } from './raw-body-node.ts';
import { RAW_BODY_OTHERS } from './raw-body-others.ts';
import { SIGNATURES } from './signatures.ts';
import { TIMES } from './times.ts';
import { TOKEN_HEADERS } from './token-headers.ts';
import { TOKENS } from './tokens.ts';

export const EXAMPLES: readonly Example[] = [
  ...RAW_BODY_NODE,
  ...RAW_BODY_OTHERS,
  ...KEYS,
  ...ADDRESS_NODE,
  ...ADDRESS_OTHERS,
  ...SIGNATURES,
  ...MESSAGES,
  ...TOKENS,
  ...TOKEN_HEADERS,
  ...TIMES,
  ...CLOCK,
];

/** In the order of the table, the first of a framework. @param topic of a hypothesis’ `example` */
export function examplesOf(topic: string): readonly Example[] {
  return EXAMPLES.filter(({ topics }) => topics.includes(topic));
}

/**
 * The code that mends what was found; undefined where there is none for that framework.
 * @param id the finding’s: of two at once the first that has any
 * @param provider the id of the gate’s: its gate stands in the code, or the note says whose formula it is
 * @param variable the environment variable of its key. Default: the provider’s usual one, where the code has it
 */
export function exampleFor(
  id: string,
  framework: Framework,
  provider?: string,
  variable?: string,
): Example | undefined {
  const topics = id.split('+').map((part) => HYPOTHESES.find((row) => row.id === part)?.example);
  const examples = topics.flatMap((topic) => (topic === undefined ? [] : examplesOf(topic)));
  const example = examples.find(({ frameworks }) => frameworks.includes(framework));
  const own = example && provider !== undefined ? exampleOf(provider, example) : example;
  return own && variable !== undefined && /^[A-Za-z_]\w*$/.test(variable) ? withVariable(own, variable) : own;
}

function withVariable(example: Example, variable: string): Example {
  const code = example.code
    .replace(VARIABLE, () => variable)
    .replaceAll(/(?<=process\.env\.)WEBHOOK_SECRET\b/g, () => variable);
  return { ...example, code };
}

/** Of a gate in the code, or of an adapter. */
const PROVIDER = /(?<before>provider: |webhook\(|ProofGuard\()'(?<id>\w[\w-]*)'/;
/** Where the code of an adapter has its secret. */
const VARIABLE = /(?<=(?:webhook|ProofGuard)\('[\w-]+', process\.env\.)\w+/;
/** Whose requests the code in other languages verifies by hand, and how that shows. */
const BY_HAND = PROVIDER.exec(BODY_GATE)?.groups?.['id'] ?? '';
const VERIFIED_BY_HAND = /sha256=|x-hub-signature/i;

function exampleOf(id: string, example: Example): Example {
  const provider = findProvider(id);
  const own = PROVIDER.exec(example.code)?.groups?.['id'];
  if (own === id || (own === undefined && (id === BY_HAND || !VERIFIED_BY_HAND.test(example.code))))
    return example;
  // One that cannot do without options would not start so.
  if (own !== undefined && provider !== undefined && provider.needs === undefined)
    return {
      ...example,
      code: example.code
        .replace(PROVIDER, (_, before: string) => `${before}'${id}'`)
        .replace(VARIABLE, () => provider.keyVariable),
    };
  const whose =
    own === undefined
      ? `The code verifies ${findProvider(BY_HAND)?.title} (sha256= and the hex of an HMAC): put the header and the formula of your sender in its place.`
      : `The gate in the code is ${own}’s: put your own in its place.`;
  return { ...example, note: example.note === undefined ? whose : `${whose} ${example.note}` };
}
