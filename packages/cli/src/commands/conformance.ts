/** `countersign conformance`: runs a set of test vectors against any verifier. */
import { counted } from '@countersign/core/internal/amounts';
import type { Call, Command } from '../command.ts';
import {
  type AnsweredCase,
  emptyRow,
  provesNothing,
  type Results,
  type Row,
  resultsOf,
} from '../conformance/results.ts';
import { readVectorSet, type SetCase, VECTOR_FORM } from '../conformance/vector-set.ts';
import { adapterVerifier, ownVerifier, urlVerifier, type Verifier } from '../conformance/verifier.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { didYouMean } from '../near-miss.ts';
import { type Output, SYMBOLS, table } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';

const TIMEOUT_MS = 10_000;

export const conformance: Command = {
  name: 'conformance',
  summary: 'runs test vectors against a verifier: this one, a server, or another library',
  usage: [
    'conformance PATH… [--provider ID] [--strict]',
    'conformance PATH… --url URL [--clock-header NAME]',
    'conformance PATH… --adapter MODULE',
  ],
  details: [
    'PATH is a file of test vectors, or a folder of such files. A server is tested as a black box: 2xx means accepted, 4xx except 404, 405 and 429 means refused, anything else is no verdict. A URL with a path is called at that path, one without at the path of each case. A module exports verify(case), which returns true or false, or undefined for what its library does not support.',
    'Most vectors are too old for a server’s clock, and those are not sent. If the server takes the time from a header while it is tested, --clock-header names that header; a server that strangers can reach must never do that.',
    'Exit code 0: no false acceptance. 1: a request was accepted that must be refused; with --strict also if a genuine one was refused, or got no verdict. 2: nothing was judged, or no genuine request was accepted.',
  ],
  options: {
    url: { value: 'URL', description: 'the server to send each case to' },
    'clock-header': {
      value: 'NAME',
      description: 'the header from which the server takes the time, in Unix seconds',
    },
    adapter: { value: 'MODULE', description: 'a module that exports verify(case)' },
    provider: { short: 'p', value: 'ID', description: 'only the cases of one provider' },
    strict: { description: 'also fail on a false refusal or a missing verdict' },
    json: { description: 'rows and deviations as one JSON object' },
  },
  examples: [
    { note: 'this engine', command: 'countersign conformance vectors/' },
    {
      note: 'your own receiver, as a black box',
      command: 'countersign conformance vectors/providers/github.json --url http://127.0.0.1:3000/github',
    },
    {
      note: 'another library',
      command: 'countersign conformance vectors/providers --adapter ./stripe-adapter.mjs --provider stripe',
    },
  ],
  maxArguments: 1000,
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const { args, io, output } = call;
  const all = readVectorSet(args.positionals, io.cwd);
  const provider = args.text('provider');
  const asked = all.filter((each) => provider === undefined || each.provider === provider);
  if (asked.length === 0) {
    const names = [...new Set(all.map((each) => each.provider))];
    if (provider === undefined) throw new UsageError('the test vectors have no cases', VECTOR_FORM);
    throw new UsageError(
      `no case is for ${provider}`,
      `${didYouMean(provider ?? '', names)}The vectors are for ${names.join(', ')}.`,
    );
  }
  const verifier = await verifierOf(call, asked);
  const answeredCases: AnsweredCase[] = [];
  for (const setCase of asked) answeredCases.push({ setCase, answered: await verifier.ask(setCase) });
  const results = resultsOf(answeredCases);
  const total = totalOf(results);
  if (args.flag('json')) output.json({ verifier: verifier.name, ...results, total });
  else print(results, total, verifier, output);
  const isJudged = total.cases > total.noVerdict + total.skipped;
  const empty = results.rows.filter(provesNothing).map(({ provider: name }) => name);
  if (!isJudged) output.warn('nothing was judged: no case has a verdict');
  else if (empty.length > 0)
    output.warn(
      `nothing genuine of ${empty.join(', ')} was accepted: what is refused of it proves nothing, because a verifier that refuses everything would pass, too`,
    );
  if (total.falseAcceptances > 0) return EXIT.refused;
  if (!isJudged) return EXIT.usage;
  const isIncomplete = total.falseRefusals > 0 || total.noVerdict > 0 || empty.length > 0;
  if (args.flag('strict') && isIncomplete) return EXIT.refused;
  return provesNothing(total) ? EXIT.usage : EXIT.ok;
}

async function verifierOf({ args, io }: Call, asked: readonly SetCase[]): Promise<Verifier> {
  const [address, adapter] = [args.text('url'), args.text('adapter')];
  const clockHeader = args.text('clock-header');
  if (address !== undefined && adapter !== undefined) {
    throw new UsageError('--url and --adapter are given', 'Give one of them.');
  }
  if (clockHeader !== undefined && address === undefined) {
    throw new UsageError('--clock-header is given without --url', 'Give --url as well.');
  }
  if (adapter !== undefined) return adapterVerifier(adapter, io.cwd, TIMEOUT_MS);
  if (address === undefined) return ownVerifier;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) {
    throw new UsageError(
      `--url ${address} is not an http or https URL`,
      'Write it whole: http://127.0.0.1:3000/github',
    );
  }
  return urlVerifier({ url: new URL(address), clockHeader, timeoutMs: TIMEOUT_MS, asked }, io);
}

function totalOf({ rows }: Results): Row {
  const total = emptyRow('all');
  for (const row of rows) {
    for (const name of [
      'cases',
      'genuine',
      'right',
      'accepted',
      'falseAcceptances',
      'falseRefusals',
      'noVerdict',
      'skipped',
    ] as const) {
      total[name] += row[name];
    }
  }
  return total;
}

const HEAD = ['provider', 'cases', 'right', 'false acceptances', 'false refusals', 'no verdict', 'skipped'];

function print(
  { rows, deviations }: Results,
  total: Row,
  verifier: Verifier,
  { print: line, style }: Output,
): void {
  const cells = (row: Row): readonly string[] => [
    visibleText(row.provider),
    String(row.cases),
    style.green(String(row.right)),
    row.falseAcceptances > 0 ? style.red(String(row.falseAcceptances)) : '0',
    row.falseRefusals > 0 ? style.yellow(String(row.falseRefusals)) : '0',
    String(row.noVerdict),
    String(row.skipped),
  ];
  line(table([HEAD.map(style.bold), ...[...rows, total].map(cells)]));
  const shown = deviations.filter(({ kind }) => kind !== 'skipped');
  if (shown.length > 0) line('');
  for (const { kind, provider, name, why } of shown) {
    const mark = kind === 'false-acceptance' ? style.red(SYMBOLS.refused) : style.yellow(SYMBOLS.warning);
    const reason = why === '' ? '' : style.dim(` (${visibleText(why)})`);
    line(`${mark} ${kind.replace('-', ' ')}: ${visibleText(provider)}, ${visibleText(name)}${reason}`);
  }
  const skipped = new Map<string, number>();
  for (const { kind, why } of deviations)
    if (kind === 'skipped') skipped.set(why, (skipped.get(why) ?? 0) + 1);
  for (const [why, cases] of skipped)
    line(`${SYMBOLS.note} ${counted(cases, 'case')} skipped: ${visibleText(why)}`);
  line(
    `\n${verifier.name}: ${counted(total.falseAcceptances, 'false acceptance')}, ${counted(total.falseRefusals, 'false refusal')} in ${counted(total.cases - total.skipped, 'case')}`,
  );
}
