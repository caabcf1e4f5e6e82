/** The index of the providers’ pages. */
import { type Provider, writtenProvider } from '@countersign/core';
import { coverageReportOfProvider } from '@countersign/core/coverage';
import { groupedProviders } from './provider-groups.ts';

const INTRODUCTION =
  "A provider is a ready-made signature or token scheme: how the sender signs (headers, algorithm, signed message, timestamp tolerance), how a repeat is recognised (replay protection), and which options there are. Use one by its id: `webhook('github', secret, handler)` in [a program](library.md), `provider: github` in [the gateway’s configuration](configuration.md), `--provider github` on [the command line](commands.md). Each page has what is proved and what is open, the set-up at the sender, code for each framework, key rotation, and what to do when a request is refused. A sender that is not here may be in [the catalogue](catalogue.md), with what to declare for it.";

export function providerIndex(providers: readonly Provider[]): string {
  const sections = groupedProviders(providers).flatMap(({ title, members }) => [
    `## ${title}`,
    [
      '| provider | id | proved | a repeat is told by |',
      '| --- | --- | --- | --- |',
      ...members.map(row),
    ].join('\n'),
  ]);
  return `${[
    '# Providers: webhook signatures and tokens that are verified ready-made',
    '<!-- Generated from packages/core/src/providers by scripts/generate-provider-docs.ts. -->',
    INTRODUCTION,
    `${providers.length} providers:`,
    ...sections,
  ].join('\n\n')}\n`;
}

const TOLD_BY = { 'signed-id': 'its signed id', message: 'all that is signed', none: 'nothing' } as const;

function row({ id, title }: Provider): string {
  const { covered, headers, replay } = coverageReportOfProvider(writtenProvider(id));
  const proved = [...covered, ...headers.map((name) => `\`${name}\``)].join(', ') || 'nothing of the request';
  return `| [${title}](providers/${id}.md) | \`${id}\` | ${proved} | ${TOLD_BY[replay]} |`;
}
