/** `countersign explain`: why a request is refused: the ten steps with what each read, the bytes that must be signed, and what went wrong. */
import type { Gate, SignedRequest } from '@countersign/core';
import {
  type ExplainedMessage,
  type Explanation,
  exampleFor,
  expectedSignatures,
  explain as explainRequest,
  type Finding,
  FRAMEWORKS,
  type Framework,
  type StepEvidence,
} from '@countersign/core/explain';
import { counted } from '@countersign/core/internal/amounts';
import type { RequestInput } from '@countersign/core/internal/request-input';
import { refuseBesideBatch } from '../batch/beside-batch.ts';
import type { Call, Command } from '../command.ts';
import type { ConfiguredGate } from '../config-gate.ts';
import { readConfiguredCase } from '../configured-case.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { frameworkOf } from '../framework-option.ts';
import { GATE_OPTIONS, isConfigured, readCandidates, warnOfKeys } from '../gate-input.ts';
import { handedKeyNotes } from '../handed-key-notes.ts';
import type { KeptCase } from '../kept/explain-kept.ts';
import { KEPT_OPTIONS, keptChoice } from '../kept/kept-choice.ts';
import type { StoredRepeat } from '../kept/stored-repeat.ts';
import { type Output, SYMBOLS, table } from '../output.ts';
import {
  REQUEST_FORMS,
  REQUEST_OPTIONS,
  readBoth,
  readRequestInput,
  requestLine,
} from '../request-source.ts';
import { supportNote } from '../support-note.ts';
import { TRIAL_MS } from '../trial-time.ts';
import { UsageError } from '../usage-error.ts';
import { unexplainedNotes, verdictNotes } from '../verdict-notes.ts';
import { exampleText, findingText, verdictText, verdictView } from '../verdict-view.ts';
import { visibleBytes, visibleText } from '../visible-text.ts';

/** Enough for a webhook; a longer message hides the steps above it. */
const SHOWN_BYTES = 2000;
/** The first is the likeliest; --json has all. */
const SHOWN_FINDINGS = 3;

export const explain: Command = {
  name: 'explain',
  summary: 'says why a captured request is refused: each step, the signed bytes, and the likeliest mistake',
  usage: [
    'explain [FILE] --key-env NAME [--provider ID] [OPTIONS]',
    'explain [FILE] --config FILE [--gate NAME]',
    'explain --last [--gate NAME] | --refused ID | --event ID [--config FILE] [--admin URL]',
    'explain --batch',
  ],
  details: [
    REQUEST_FORMS,
    'With --last, --refused or --event it is a request that the running gateway has kept (keepRefused or keep of the gate). It is judged by the gate of the configuration in this folder, as at the time when it arrived. If no gateway runs, the store’s file is opened. For a repeat, the command says when the first request arrived, and which event it became; with --config also for a request from a file.',
    'Invisible characters of the signed message are made visible: ␍ ␊ ␉, ‹BOM›, ‹NBSP›, ‹ZWSP›, and bytes that are not UTF-8 as \\xNN. Neither a key nor the expected signature is printed. Exit code 0: accepted. 1: refused. 2: nothing was judged.',
  ],
  options: {
    ...GATE_OPTIONS,
    ...REQUEST_OPTIONS,
    ...KEPT_OPTIONS,
    for: {
      value: 'NAME',
      description: `add the code or setting that fixes it in your framework: ${FRAMEWORKS.join(', ')}`,
    },
    full: { description: `show the whole signed message; by default ${SHOWN_BYTES} bytes of it` },
    json: { description: 'everything as one JSON object' },
    note: { description: 'write a text for the sender’s support team instead, without secrets' },
    reveal: {
      description: 'show the signatures that the gate’s keys make for the request; only on a terminal',
    },
    batch: { description: 'explain a stream: JSON Lines in, JSON Lines out, as with `verify --batch`' },
  },
  examples: [
    { note: 'the last request that the gateway has refused', command: 'countersign explain --last' },
    {
      note: 'why was it refused?',
      command: 'countersign explain request.http --provider flowent --key-env FLOWENT_HMAC_KEY',
    },
    {
      note: 'and how to fix it in Express',
      command: 'countersign explain request.http --provider flowent --key-env FLOWENT_HMAC_KEY --for express',
    },
    {
      note: 'with the keys of the running gateway',
      command: 'countersign explain request.json --config countersign.yaml --gate stripe',
    },
  ],
  maxArguments: 1,
  run: (call) => (call.args.flag('batch') ? runBatch(call) : runOne(call)),
};

async function runBatch({ args, io }: Call): Promise<ExitCode> {
  refuseBesideBatch(args);
  const { answerLines } = await import('../batch/answer-lines.ts');
  const { createLineExplainer, malformedExplained } = await import('../batch/explain-line.ts');
  await answerLines(io, createLineExplainer(io.now), malformedExplained);
  return EXIT.ok;
}

async function runOne(call: Call): Promise<ExitCode> {
  const { args, output, io } = call;
  if (args.flag('reveal') && io.stdout.isTTY !== true) {
    throw new UsageError(
      '--reveal is given, and standard output is no terminal',
      'Whoever has an expected signature can send the request: it is shown on your own terminal only.',
    );
  }
  const framework = frameworkOf(args.text('for'));
  const mended: Mended | undefined = framework && { framework, variable: args.texts('key-env')[0] };
  if (args.flag('note') && (args.flag('json') || framework !== undefined))
    throw new UsageError(
      `--note and ${args.flag('json') ? '--json' : '--for'} are given`,
      'Give one of them.',
    );
  const { explanation, request, notes, form, heading, kept } = await readExplanation(call);
  const { verdict } = explanation;
  const maxBytes = args.flag('full') ? Number.POSITIVE_INFINITY : SHOWN_BYTES;
  if (args.flag('note')) output.print(supportNote(request, explanation));
  else if (args.flag('json'))
    output.json({ form, notes, ...(kept && { kept }), ...explanationView(explanation, maxBytes, mended) });
  else {
    for (const line of heading ?? []) output.print(visibleText(line));
    output.print(`${visibleText(requestLine(request))}\n`);
    printExplanation(explanation, output, maxBytes);
    printFindings(explanation, mended, output);
    for (const note of notes) output.warn(note);
    if (args.flag('reveal')) await printExpected(explanation.gate, request, output);
  }
  return verdict.ok ? EXIT.ok : EXIT.refused;
}

/** Whose code is mended: in what, and the variable of its key. */
interface Mended {
  readonly framework: Framework;
  readonly variable: string | undefined;
}

function printFindings(
  { findings, verdict: { provider } }: Explanation,
  mended: Mended | undefined,
  { print, style }: Output,
): void {
  for (const [i, finding] of findings.slice(0, SHOWN_FINDINGS).entries()) {
    print(findingText(finding));
    if (i > 0 || mended === undefined) continue;
    const { framework, variable } = mended;
    const example = exampleFor(finding.id, framework, provider, variable);
    print(example ? `${exampleText(example, style)}\n` : `  There is no example of it for ${framework}.`);
  }
}

interface ExplainedCase extends RequestInput, Partial<Pick<KeptCase, 'heading' | 'kept'>> {
  readonly explanation: Explanation;
}

async function readExplanation(call: Call): Promise<ExplainedCase> {
  const choice = keptChoice(call.args);
  if (choice !== undefined) {
    const { explainKept } = await import('../kept/explain-kept.ts');
    return explainKept(call, choice);
  }
  if (!isConfigured(call)) {
    const { gate: asked, input } = await readBoth(
      call.args.positionals,
      () => readCandidates(call, { mayGuess: true }),
      () => readRequestInput(call),
    );
    const { candidates, secrets } = asked;
    const explanation = await explainRequest(input.request, candidates, { budgetMs: TRIAL_MS });
    warnOfKeys(explanation.gate, secrets, call.output);
    return { ...input, notes: await notesOf(input, explanation), explanation };
  }
  const { loaded, gate, refusal, ...input } = await readConfiguredCase(call);
  const { repeat, note } = await repeatOf(call, { loaded, gate, refusal }, input.request);
  // Where there is a configuration it is loaded already.
  const { pickedBy, refusedByGateway, withOtherGates } = await import('@countersign/gateway');
  const own = await explainRequest(input.request, gate, { budgetMs: TRIAL_MS, ...repeat });
  const explanation = await withOtherGates(own, loaded.config, gate.id, input.request);
  if (refusal) return { ...input, explanation: refusedByGateway(explanation, refusal) };
  const notes = [...(await notesOf(input, explanation)), ...(note === undefined ? [] : [note])];
  return { ...input, notes, explanation: pickedBy(gate, explanation) };
}

/** Where the proof alone is asked for, or the verdict at another time, it is no matter what came before. */
async function repeatOf(
  call: Call,
  { refusal, ...configured }: Pick<ConfiguredGate, 'loaded' | 'gate' | 'refusal'>,
  request: SignedRequest,
): Promise<StoredRepeat> {
  if (refusal !== undefined || call.args.flag('gate') || call.args.flag('now')) return {};
  const { storedRepeat } = await import('../kept/stored-repeat.ts');
  return storedRepeat(call, configured, request);
}

async function notesOf(
  { request, notes }: RequestInput,
  explanation: Explanation,
): Promise<readonly string[]> {
  const { gate, verdict } = explanation;
  return [
    ...notes,
    ...(await handedKeyNotes(gate, request, verdict)),
    ...verdictNotes(gate, request, verdict),
    ...unexplainedNotes(explanation),
  ];
}

function printExplanation({ verdict, steps, messages }: Explanation, output: Output, maxBytes: number): void {
  const { style } = output;
  output.print(
    table(
      steps.map((step) => stepRow(step, output)),
      '  ',
    ),
  );
  const open = messages.filter(({ matched }) => !messages.some((other) => other.matched) || matched);
  for (const { reading, bytes, matched } of open) {
    const name = reading === '' ? 'The message' : `The message, read as ${style.bold(reading)}`;
    const proved = matched ? ': the key matches this one' : '';
    output.print(`\n${name}, ${counted(bytes.length, 'byte')}${proved}`);
    output.print(indent(visibleBytes(bytes, { maxBytes, breakLines: true })));
    if (bytes.length > maxBytes) output.print(`    ${style.dim('--full shows all of it')}`);
  }
  output.print(`\n${verdictText(verdict, style)}`);
}

/** The operator’s own terminal: a signature that was expected proves the request to whoever has it. */
async function printExpected(gate: Gate, request: SignedRequest, { print, style }: Output): Promise<void> {
  const expected = await expectedSignatures(gate, await gate.trace(request));
  if (expected.length === 0)
    print('\nNo signature can be made: the keys are public, or nothing was compared.');
  for (const { keyId, reading, signature } of expected) {
    print(
      `\nExpected of the key ${style.bold(visibleText(keyId))}${reading === '' ? '' : `, read as ${reading}`}: ${signature}`,
    );
  }
}

function stepRow({ step, state, lines }: StepEvidence, { style }: Output): readonly string[] {
  const text = lines
    .map(({ label, value }) => `${style.dim(label)} ${visibleText(value)}`)
    .join(style.dim(' · '));
  if (state === 'later') return [style.dim(SYMBOLS.later), style.dim(step), ''];
  return state === 'passed'
    ? [style.green(SYMBOLS.accepted), step, text]
    : [style.red(SYMBOLS.refused), style.bold(step), text];
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

function explanationView(
  { verdict, steps, messages, refusal, findings, untried }: Explanation,
  maxBytes: number,
  mended: Mended | undefined,
): object {
  return {
    verdict: verdictView(verdict),
    evidence: verdict.evidence,
    steps,
    findings:
      mended === undefined
        ? findings
        : findings.map((finding) => withCode(finding, mended, verdict.provider)),
    untried,
    messages: messages.map((message) => messageView(message, maxBytes)),
    ...(refusal !== undefined && { remedy: refusal.remedy }),
  };
}

function withCode(
  finding: Finding,
  { framework, variable }: Mended,
  provider: string,
): Finding & { readonly code?: string } {
  const example = exampleFor(finding.id, framework, provider, variable);
  return example === undefined ? finding : { ...finding, code: example.code };
}

function messageView({ reading, bytes, matched }: ExplainedMessage, maxBytes: number): object {
  return {
    reading,
    matched,
    bytes: bytes.length,
    text: visibleBytes(bytes, { maxBytes }),
    base64: Buffer.from(bytes.subarray(0, Math.min(bytes.length, maxBytes))).toString('base64'),
  };
}
