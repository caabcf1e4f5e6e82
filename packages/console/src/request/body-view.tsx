/** A body as text, as a JSON tree, or byte for byte. */
import { useMemo, useState } from 'react';
import type { Filters } from '../shell/search.ts';
import { Button } from '../ui/button.tsx';
import { Scrolled } from '../ui/scrolled.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { REQUEST } from '../words/request.ts';
import { looseText, utf8Text } from './bytes.ts';
import type { Content } from './content.ts';
import { HexView } from './hex-view.tsx';
import { readJson } from './json-rows.ts';
import { JsonTree } from './json-tree.tsx';
import '../ui/chips.css';
import './body-view.css';

/** Of a text at once: what stands in a page slows it. */
const SHOWN_BYTES = 256 * 1024;
const FORMS = ['text', 'json', 'hex'] as const;

export interface BodyViewProps {
  readonly content: Content;
  readonly filters: Filters;
  /** Where a page has several: which it is. */
  readonly of?: string;
}

export function BodyView({ content: { body, bodyMissing, isMasked }, filters, of }: BodyViewProps) {
  const { body: words } = REQUEST;
  const text = useMemo(() => utf8Text(body), [body]);
  const json = useMemo(() => (text === undefined ? undefined : readJson(text)), [text]);
  if (bodyMissing !== undefined) return <p className="soft">{words.missing[bodyMissing]}</p>;
  if (body.length === 0) return <p className="soft">{words.empty}</p>;
  const forms = FORMS.filter((form) => form !== 'json' || json !== undefined);
  const asked = filters.get('form');
  const form = forms.find((each) => each === asked) ?? (text === undefined ? 'hex' : 'text');
  return (
    <div className="stack tight">
      <div className="row">
        <fieldset className="chips">
          <legend className="visually-hidden">{words.form}</legend>
          {forms.map((each) => (
            <button
              key={each}
              type="button"
              className="chip"
              aria-pressed={each === form}
              onClick={() => filters.set({ form: each })}
            >
              {words.forms[each]}
            </button>
          ))}
        </fieldset>
        <span className="small soft">{words.bytes(body.length)}</span>
        {text === undefined && <span className="small soft">{words.noUtf8}</span>}
        {isMasked && <span className="small soft">{words.masked}</span>}
      </div>
      {form === 'hex' && <HexView bytes={body} label={labelOf(words.hexLabel, of)} />}
      {form === 'json' && json !== undefined && (
        <>
          <JsonTree value={json} />
          <p className="small soft">{words.jsonNote}</p>
        </>
      )}
      {form === 'text' && <BodyText body={body} label={labelOf(words.textLabel, of)} />}
    </div>
  );
}

function labelOf(label: string, of: string | undefined): string {
  return of === undefined ? label : `${of}: ${label}`;
}

function BodyText({ body, label }: { readonly body: Uint8Array; readonly label: string }) {
  const { body: words } = REQUEST;
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? body : body.subarray(0, SHOWN_BYTES);
  return (
    <>
      <Scrolled label={label} className="body-text">
        <pre>
          <StrangersText text={looseText(shown)} />
        </pre>
      </Scrolled>
      {shown.length < body.length && (
        <div>
          <Button onClick={() => setWhole(true)}>{words.showAll(body.length - shown.length)}</Button>
        </div>
      )}
    </>
  );
}
