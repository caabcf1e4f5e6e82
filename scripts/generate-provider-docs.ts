/**
 * Prevents: provider pages that no longer say what the code does.
 * Writes docs/providers.md, and the tables of docs/coverage.md, from the registry; with `--check` only compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CoverageReport, coverageReportOfProvider } from '../packages/core/dist/coverage-report.js';
import {
  optionRowsOf,
  type Provider,
  providers,
  type Repeats,
  writtenProvider,
} from '../packages/core/dist/index.js';
import { VENDORS } from '../packages/gateway/dist/vendors/all.js';
import { withCoverageTables } from './coverage-docs.ts';
import { readArguments } from './read-arguments.ts';

const { values } = readArguments('node scripts/generate-provider-docs.ts [--check]', {
  options: { check: { type: 'boolean', default: false } },
});

const REPEATS: Readonly<Record<Repeats, string>> = {
  acknowledge: 'acknowledged with 200 and an empty body.',
  refuse: 'refused with 409.',
  'by-id':
    'acknowledged with 200 and an empty body where the request has a signed id, else refused with 409.',
};

/** What a gate of it does, where the configuration says nothing else. */
function gateLines({ id, proof, usualOutcome, answerWithinMs }: Provider): readonly string[] {
  const methods = proof === 'token' ? 'every method' : 'POST';
  const waits =
    answerWithinMs === undefined ? '' : ` Its sender waits ${answerWithinMs / 1000} s for the answer.`;
  const vendor = VENDORS.find(({ provider }) => provider === id);
  return [
    `- At a gate: takes ${methods}, unless \`methods\` says otherwise; \`countersign init\` writes \`${usualOutcome}\`.${waits}`,
    ...(vendor === undefined
      ? []
      : [
          `- Answers of actions: \`as: ${vendor.as}\`, unless \`answer.as\` says otherwise.${vendor.asksForActions ? ' `GET /actions` lists them, unless `answer.list` is false.' : ''}${vendor.takesRegistrations ? ' `answer.register` registers them with the platform.' : ''}`,
        ]),
  ];
}

function pageOf(provider: Provider): string {
  const { id, title, summary, source, keyVariable, replayNote, repeats } = provider;
  const options = optionRowsOf(provider);
  const coverage = coverageReportOfProvider(writtenProvider(id));
  const rows = options.map(
    (option) => `| \`${option.name}\` | ${cell(option.description)} | ${cell(option.default)} |`,
  );
  return [
    `## ${title} (\`${id}\`)`,
    summary,
    [
      `- Key: usually in the environment variable \`${keyVariable}\`.`,
      `- Proved: ${coverage.covered.join(', ') || 'nothing of the request'}.${headersText(coverage)} Open: ${[...coverage.open, coverage.headers.length === 0 ? 'headers' : 'other headers'].join(', ')}.`,
      `- Replay (\`${coverage.replay}\`): ${replayNote}`,
      `- A repeat: ${REPEATS[repeats]}`,
      ...gateLines(provider),
      ...coverage.warnings.map(({ code, sentence }) => `- ${sentence} (\`${code}\`)`),
      `- Source: ${source}`,
    ].join('\n'),
    ...(rows.length > 0
      ? [['| option | what it sets | default |', '| --- | --- | --- |', ...rows].join('\n')]
      : []),
  ].join('\n\n');
}

/** Explains the words of the pages below it. */
const INTRODUCTION =
  "A provider is a ready-made signature or token scheme: how the sender signs (headers, algorithm, signed message, timestamp tolerance), how a repeat is recognised (replay protection), and which options there are. Use one by its id: `webhook('github', secret, handler)` in [a program](library.md), `provider: github` in [the gateway’s configuration](configuration.md), `--provider github` on [the command line](commands.md). “Proved” is what the signature covers, “open” what somebody who captures a request could change ([coverage](coverage.md)). A sender that is not here may be in [the catalogue](catalogue.md), with what to declare for it.";

function headersText({ headers }: CoverageReport): string {
  return headers.length === 0 ? '' : ` Headers: ${headers.join(', ')}.`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const docs = join(import.meta.dirname, '../docs');
const coveragePage = join(docs, 'coverage.md');
const pages: readonly (readonly [file: string, text: string])[] = [
  [
    join(docs, 'providers.md'),
    `${['# Providers: webhook signatures and tokens that are verified ready-made', '<!-- Generated from packages/core/src/providers by scripts/generate-provider-docs.ts. -->', INTRODUCTION, ...providers.map(pageOf)].join('\n\n')}\n`,
  ],
  [coveragePage, withCoverageTables(readFileSync(coveragePage, 'utf8'))],
];

for (const [file, text] of pages) {
  if (!values.check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/${basename(file)} is not current. Run: node scripts/generate-provider-docs.ts`);
    process.exit(1);
  }
}
