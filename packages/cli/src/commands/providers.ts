/** `countersign providers`: the list, or one provider's page. */
import { providers as allProviders, optionRowsOf, type Provider, writtenProvider } from '@countersign/core';
import { coverageReportOfProvider, senderLimits } from '@countersign/core/coverage';
import type { Call, Command } from '../command.ts';
import { coverageLines } from '../coverage-text.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readProvider } from '../gate-input.ts';
import { COLUMNS, type Output, table, terms, wrap } from '../output.ts';
import { readOptions } from '../provider-options.ts';

export const providers: Command = {
  name: 'providers',
  summary: 'lists the providers, or shows one: options, key, coverage',
  usage: ['providers', 'providers ID [--option NAME=VALUE]'],
  options: {
    option: {
      short: 'o',
      value: 'NAME=VALUE',
      repeatable: true,
      description: 'show the coverage with this option; the value may be JSON',
    },
    json: { description: 'as JSON: one object per line' },
  },
  examples: [
    { note: 'all of them', command: 'countersign providers' },
    {
      note: 'what a signature of one covers',
      command: 'countersign providers approov --option binding=authorization',
    },
  ],
  maxArguments: 1,
  run,
};

async function run({ args, output }: Call): Promise<ExitCode> {
  const [id] = args.positionals;
  const options = readOptions(args.texts('option'));
  if (id === undefined) {
    if (args.flag('json')) for (const provider of allProviders) output.json(providerView(provider, {}));
    else printList(output);
    return EXIT.ok;
  }
  const provider = readProvider(id);
  if (args.flag('json')) output.json(providerView(provider, options));
  else printPage(provider, options, output);
  return EXIT.ok;
}

function printList({ print, say, style }: Output): void {
  print(
    table(
      allProviders.map(({ id, title, keyVariable, unverified }) => [
        style.cyan(id),
        unverified === undefined ? title : `${title} (unverified)`,
        style.dim(keyVariable),
      ]),
    ),
  );
  say(`\n\`countersign providers ID\` shows one.`);
}

function printPage(
  provider: Provider,
  options: Readonly<Record<string, unknown>>,
  { print, style }: Output,
): void {
  const { id, title, summary, source, keyVariable, replayNote, unverified } = provider;
  const coverage = coverageReportOfProvider(writtenProvider(id, options));
  print(`${style.bold(title)}  ${style.cyan(id)}\n`);
  print(wrap(summary, COLUMNS));
  const facts = [
    { name: 'Key', meaning: [keyVariable] },
    { name: 'Source', meaning: [source] },
    ...(unverified === undefined ? [] : [{ name: 'Unverified', meaning: [unverified] }]),
  ];
  print(`\n${terms(facts)}\n`);
  for (const line of coverageLines(coverage, style)) print(wrap(line, COLUMNS, '', '  '));
  print(`\n${wrap(replayNote, COLUMNS)}`);
  const limits = senderLimits(provider);
  if (limits !== undefined) print(wrap(limits, COLUMNS));
  if (optionRowsOf(provider).length === 0) return;
  print(`\n${style.bold('Options')}`);
  print(
    terms(
      optionRowsOf(provider).map((option) => ({
        name: style.cyan(option.name),
        meaning: [option.description, style.dim(`default: ${option.default}`)],
      })),
      '  ',
    ),
  );
}

function providerView(provider: Provider, values: Readonly<Record<string, unknown>>): object {
  const { id, title, summary, source, keyVariable, replayNote, repeats } = provider;
  const { answerWithinMs, retriesForMs, givesUp, unpublished, unverified } = provider;
  const { options } = provider.scheme;
  const coverage = coverageReportOfProvider(writtenProvider(id, values));
  return {
    id,
    title,
    summary,
    source,
    docs: `https://github.com/countersign/countersign/blob/main/docs/providers/${id}.md`,
    keyVariable,
    options,
    replayNote,
    repeats,
    answerWithinMs,
    retriesForMs,
    givesUp,
    unpublished,
    unverified,
    coverage,
  };
}
