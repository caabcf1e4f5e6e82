/** What a destination would be sent of an event. */
import type { PreviewView } from '@countersign/api';
import { useMemo } from 'react';
import { BodyView } from '../request/body-view.tsx';
import { bytesOfBase64 } from '../request/bytes.ts';
import type { Content } from '../request/content.ts';
import { HeadersTable } from '../request/headers-table.tsx';
import type { Filters } from '../shell/search.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { DELIVERIES } from '../words/deliveries.ts';

const TONES: Readonly<Record<PreviewView['kind'], Tone>> = {
  message: 'good',
  skipped: 'warn',
  unmatched: 'warn',
  failed: 'bad',
};

export interface PreviewPaneProps {
  readonly preview: PreviewView;
  readonly filters: Filters;
  /** Where a page has other bodies and headers: which these are. */
  readonly of?: string;
}

export function PreviewPane({ preview, filters, of = DELIVERIES.preview.of }: PreviewPaneProps) {
  const { preview: words } = DELIVERIES;
  const { kind, problem, to = '', target, method, subject, headers, variables, masked } = preview;
  const content = useMemo(() => contentOf(preview), [preview]);
  return (
    <div className="stack tight">
      <p className="row">
        <Badge tone={TONES[kind]}>{words.kinds[kind]}</Badge>
        {target !== undefined && (
          <span className="mono target">
            <StrangersText text={method === undefined ? target : `${method} ${target}`} />
          </span>
        )}
      </p>
      {problem !== undefined && (
        <p>
          <Sentence text={problem} />
        </p>
      )}
      {words.texts[kind] !== '' && <p className="soft">{words.texts[kind]}</p>}
      {masked === true && <p className="small soft">{words.masked}</p>}
      {subject !== undefined && (
        <p>
          {words.subject}:{' '}
          <span className="mono">
            <StrangersText text={subject} />
          </span>
        </p>
      )}
      {preview.arguments !== undefined && preview.arguments.length > 0 && (
        <>
          <h3>{words.arguments}</h3>
          <ol className="mono arguments">
            {preview.arguments.map((argument, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: arguments repeat, and do not move
              <li key={i}>
                <StrangersText text={argument} />
              </li>
            ))}
          </ol>
        </>
      )}
      {content !== undefined && (
        <>
          {to !== 'http' && <h3>{words.bodies[to] ?? words.body}</h3>}
          <BodyView content={content} filters={filters} of={of} />
        </>
      )}
      {headers !== undefined && <HeadersTable headers={headers} label={`${of}: ${words.headers}`} />}
      {variables !== undefined && (
        <>
          <h3>{words.variables}</h3>
          <HeadersTable headers={variables} label={`${of}: ${words.variables}`} />
        </>
      )}
    </div>
  );
}

function contentOf({ bodyBase64, method = '', target = '', headers = [] }: PreviewView): Content | undefined {
  if (bodyBase64 === undefined) return undefined;
  return {
    method,
    url: target,
    headers,
    body: bytesOfBase64(bodyBase64),
    bodyMissing: undefined,
    isMasked: false,
  };
}
