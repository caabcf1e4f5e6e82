/** How a provider proves its requests, what that proves and what it leaves open, its options. */
import { optionRowsOf, type Provider, writtenProvider } from '@countersign/core';
import { coverageReportOfProvider } from '@countersign/core/coverage';
import { Facts } from '../ui/facts.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { Table } from '../ui/table.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { CoverageFacts } from './coverage-facts.tsx';
import { keylessGate } from './proof-facts.ts';
import { ProofTable } from './proof-table.tsx';
import { startTarget } from './sign-bench.ts';
import { SourceLink } from './source-link.tsx';

export function Overview({ provider }: { readonly provider: Provider }) {
  const { overview: words } = CATALOGUE;
  const { id, replayNote, repeats, source, unverified } = provider;
  const coverage = coverageReportOfProvider(writtenProvider(id));
  return (
    <div className="stack catalogue">
      <div className="catalogue-cards">
        <section className="card">
          <h2>{words.proof}</h2>
          <ProofTable gate={keylessGate(startTarget(id))} />
        </section>
        <section className="card">
          <h2>{words.repeats}</h2>
          <Facts
            facts={[
              { name: words.identity, value: words.knownBy[coverage.replay] },
              { name: words.note, value: replayNote && <Sentence text={replayNote} /> },
              { name: words.heard, value: words.repeat[repeats] },
              { name: words.source, value: <SourceLink text={source} /> },
              unverified === undefined
                ? undefined
                : { name: words.unverified, value: <Sentence text={unverified} /> },
              {
                name: words.docs,
                value: (
                  <a href={docsOf(id)} target="_blank" rel="noreferrer noopener">
                    {words.docsLink}
                  </a>
                ),
              },
            ]}
          />
        </section>
      </div>
      <section className="card">
        <h2>{words.coverage}</h2>
        <CoverageFacts coverage={coverage} />
      </section>
      <section className="card">
        <h2>{words.options}</h2>
        <Options provider={provider} />
      </section>
    </div>
  );
}

function Options({ provider }: { readonly provider: Provider }) {
  const { overview: words } = CATALOGUE;
  const rows = optionRowsOf(provider);
  if (rows.length === 0) return <p className="soft">{words.noOptions}</p>;
  return (
    <div className="stack tight">
      <p className="small soft">{words.optionsHint}</p>
      <Table
        label={words.options}
        columns={[words.option.name, words.option.sets, words.option.default]}
        className="options-table"
      >
        {rows.map(({ name, description, default: standard }) => (
          <tr key={name}>
            <th scope="row" className="mono">
              {name}
            </th>
            <td>{description}</td>
            <td className="mono">{standard}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function docsOf(id: string): string {
  return `https://github.com/countersign/countersign/blob/main/docs/providers/${id}.md`;
}
