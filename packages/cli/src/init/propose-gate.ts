/** `init --from-curl` and `--from-docs-example`: the gate by which one signed request holds. */
import { createGate, findProvider, type Provider, writtenScheme } from '@countersign/core';
import { coverageReport } from '@countersign/core/coverage';
import { type NoProposal, type Proposal, type Proposals, proposeSchemes } from '@countersign/core/propose';
import type { Call } from '../command.ts';
import { readNow, readSecrets } from '../gate-input.ts';
import type { Output } from '../output.ts';
import { SYMBOLS } from '../output.ts';
import { createProgress } from '../progress.ts';
import { UsageError } from '../usage-error.ts';
import { readExamples } from './examples.ts';
import { choiceLines, gateName, proposedGateText } from './proposed-gate.ts';

/** What the search has come to, and the gate to write where it has one. */
export interface ProposedGate {
  readonly proposals: Proposals;
  readonly gate: GateToWrite | undefined;
}

export interface GateToWrite {
  /** Whose gate is written as `init` writes it, where nothing of it is otherwise. */
  readonly provider: Provider | undefined;
  readonly title: string;
  readonly text: string;
  readonly variable: string;
  /** What its signature leaves open to whoever has captured a request, as sentences. */
  readonly warnings: readonly string[];
}

const VARIABLE = 'SENDER_SECRET';

/** @throws UsageError, InputError */
export async function proposeGate(call: Call): Promise<ProposedGate> {
  const { args, io, output } = call;
  const [secret, second] = readSecrets(call);
  if (secret === undefined || second !== undefined) {
    throw new UsageError(
      secret === undefined ? 'no key is given' : 'more than one key is given',
      'Give the one that has signed the request: --key-env NAME, --key-file FILE or --key TEXT.',
    );
  }
  const tries = readTries(args.text('tries'));
  const now = readNow(args.text('now'), io.now);
  const { examples, notes } = await readExamples(call);
  for (const note of notes) output.warn(note);
  const progress = createProgress(io);
  const proposals = await proposeSchemes({
    examples,
    secret: secret.secret,
    nowMs: now(),
    ...(tries !== undefined && { budget: { messages: tries } }),
    onProgress: (messages) => progress.show(`${messages.toLocaleString('en')} messages tried`),
  }).finally(() => progress.clear());
  const [proposal] = proposals.proposals;
  const [example] = examples;
  if (proposal === undefined || example === undefined) return { proposals, gate: undefined };
  const provider = findProvider(gateName(proposal));
  const variable = args.text('key-env') ?? provider?.keyVariable ?? VARIABLE;
  return {
    proposals,
    gate: {
      provider: isUsual(proposal, args.text('key-env')) ? provider : undefined,
      title: provider?.title ?? 'The sender’s secret',
      text: proposedGateText(proposal, example.request, variable),
      variable,
      warnings: warningsOf(proposal, secret.secret),
    },
  };
}

/** Whether the provider’s gate has no options, and its key no encoding and no variable of its own. */
function isUsual({ provider, key }: Proposal, variable: string | undefined): boolean {
  if (provider === undefined || key.encoding !== undefined) return false;
  if (typeof provider !== 'string' && Object.keys(provider).length > 1) return false;
  return variable === undefined || variable === findProvider(gateName({ provider }))?.keyVariable;
}

function readTries(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError('--tries is not a number from 1', 'E.g. --tries 100000.');
  return Number(text);
}

function warningsOf({ provider, scheme, key }: Proposal, secret: string): readonly string[] {
  const gate = createGate({
    ...(provider !== undefined ? { provider } : { scheme: writtenScheme(scheme ?? {}) }),
    keys: [
      {
        secret: secret.slice(key.prefix?.length ?? 0),
        ...(key.encoding !== undefined && { encoding: key.encoding }),
      },
    ],
    allowShortKey: true,
  });
  return coverageReport(gate).warnings.map(({ sentence }) => sentence);
}

/** For people: what holds, how sure that is, and what stays open. */
export function printProposals({ proposals }: Proposals, { warnings }: GateToWrite, output: Output): void {
  const [first, ...others] = proposals;
  if (first === undefined) return;
  output.print(`${SYMBOLS.accepted} the request holds by this, ${sureness(first)}:`);
  output.print(choiceLines(first, '  '));
  output.print(keyLine(first));
  for (const { code, sentence } of first.open) output.print(`${SYMBOLS.warning} open, ${code}: ${sentence}`);
  for (const sentence of warnings) output.print(`${SYMBOLS.note} ${sentence}`);
  for (const other of others) {
    output.print(`${SYMBOLS.later} it holds by this as well, ${sureness(other)}:`);
    output.print(choiceLines(other, '  '));
  }
}

function sureness({ confidence, probability }: Proposal): string {
  return `${confidence} (${probability.toFixed(2)})`;
}

function keyLine({ key }: Proposal): string {
  const read = key.encoding === undefined ? 'as the scheme reads it' : `as ${key.encoding}`;
  const named = key.id === undefined ? '' : `; the request names it ${key.id}`;
  return `  the key’s text is read ${read}${key.prefix === undefined ? '' : `, without ${key.prefix} before it`}${named}`;
}

const REASONS: Readonly<Record<NoProposal, readonly [problem: string, remedy: string]>> = {
  'no-signature': [
    'nothing in the request looks like a signature',
    'Give the request with all its headers, as the sender has sent it.',
  ],
  'no-key': [
    'the key is of another kind than the signatures that the request may have',
    'Give the secret or the public key to the letter, as the sender shows it.',
  ],
  'no-message': [
    'by this key no signature in the request holds for any message that was tried',
    'Most often the key is another, or the body was changed: copy both again, the body byte for byte. Else declare the scheme from the sender’s documentation, under scheme.',
  ],
  'cut-short': [
    'by this key no signature in the request holds for any message that was tried, and the search has come to its bound',
    'Most often the key is another, or the body was changed: copy both again, the body byte for byte. Else leave out headers that nobody signs, or search further with --tries N.',
  ],
};

export function failProposal({ reason }: Proposals, output: Output): void {
  const [problem, remedy] = REASONS[reason ?? 'no-message'];
  output.fail(problem, remedy);
}
