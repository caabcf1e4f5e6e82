/** What a reload came to, or would come to. */
import type { ConfigChangeView, ConfigFindingView, ConfigReportView } from '@countersign/api';
import { Badge, type Tone } from '../ui/badge.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { SETTINGS } from '../words/settings.ts';

const TONES: Readonly<Record<ConfigReportView['result'], Tone>> = {
  applied: 'good',
  unchanged: 'good',
  valid: 'good',
  restart: 'warn',
  broken: 'bad',
};

const KIND_TONES: Readonly<Record<ConfigChangeView['kind'], Tone>> = {
  added: 'good',
  removed: 'bad',
  changed: 'note',
};

export function ConfigReport({ report }: { readonly report: ConfigReportView }) {
  const { configuration: words } = SETTINGS;
  const { result, findings, warnings, changes, restart } = report;
  return (
    <NoteBox tone={TONES[result]} role="status">
      <p>
        <b>{words.results[result]}</b>
      </p>
      {findings.length > 0 && (
        <>
          <h3>{words.findings}</h3>
          <ul className="findings-list">
            {findings.map((finding) => (
              <Finding key={JSON.stringify(finding)} finding={finding} />
            ))}
          </ul>
        </>
      )}
      {changes.length > 0 && <Changes changes={changes} restart={restart} />}
      {warnings.length > 0 && (
        <details>
          <summary>
            {words.warnings} ({warnings.length.toLocaleString('en')})
          </summary>
          <ul className="findings-list">
            {warnings.map(({ path, code, sentence }) => (
              <li key={`${path} ${code} ${sentence}`}>
                <span className="mono small">{path}</span>
                <Sentence text={sentence} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </NoteBox>
  );
}

function Finding({ finding }: { readonly finding: ConfigFindingView }) {
  const { configuration: words } = SETTINGS;
  const { path, problem, expected, suggestion, remedy, line, column } = finding;
  return (
    <li>
      <span className="small">
        <span className="mono">{path}</span>
        {line !== undefined && column !== undefined && (
          <span className="soft"> · {words.place(line, column)}</span>
        )}
      </span>
      <Sentence text={problem} />
      {expected !== undefined && <Sentence text={words.expected(expected)} />}
      {suggestion !== undefined && <StrangersText text={words.meant(suggestion)} />}
      {remedy !== undefined && <Sentence text={remedy} />}
    </li>
  );
}

interface ChangesProps {
  readonly changes: readonly ConfigChangeView[];
  readonly restart: readonly string[];
}

function Changes({ changes, restart }: ChangesProps) {
  const { configuration: words } = SETTINGS;
  return (
    <Table
      label={words.changes}
      isCaptioned
      className="config-changes"
      columns={[words.path, words.from, words.to]}
    >
      {changes.map(({ path, kind, from, to }) => (
        <tr key={`${path} ${kind}`}>
          <th scope="row">
            <span className="mono">{path}</span> <Badge tone={KIND_TONES[kind]}>{words.kinds[kind]}</Badge>{' '}
            {restart.includes(path) && <Badge tone="warn">{words.needsRestart}</Badge>}
          </th>
          {from === undefined && to === undefined ? (
            <td colSpan={2} className="soft">
              {words.secret}
            </td>
          ) : (
            <>
              <td className="mono">
                {from !== undefined && <del>{<StrangersText text={String(from)} />}</del>}
              </td>
              <td className="mono">{to !== undefined && <ins>{<StrangersText text={String(to)} />}</ins>}</td>
            </>
          )}
        </tr>
      ))}
    </Table>
  );
}
