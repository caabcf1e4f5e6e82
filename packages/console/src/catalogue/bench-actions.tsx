/** What can be done with the request in the fields: signed, broken, replaced, copied. */
import { useState } from 'react';
import { asCurl } from '../request/as-curl.ts';
import type { Content } from '../request/content.ts';
import '../ui/chips.css';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import { type Bench, requestOf } from './bench.ts';
import { BREAKS, breakBench } from './break-bench.ts';
import { PasteRequest } from './paste-request.tsx';
import { signBench } from './sign-bench.ts';

export interface BenchActionsProps {
  readonly bench: Bench;
  readonly onRun: (change: () => Promise<Bench>, done?: string) => Promise<void>;
  readonly onRestart: () => void;
}

export function BenchActions({ bench, onRun, onRestart }: BenchActionsProps) {
  const { playground: words } = CATALOGUE;
  const [isPasting, setPasting] = useState(false);
  return (
    <>
      <div className="row">
        <Button kind="primary" onClick={() => void onRun(() => signBench(bench), words.signed)}>
          {words.sign}
        </Button>
        <Button onClick={onRestart}>{words.fresh}</Button>
        <Button onClick={() => setPasting(true)}>{words.paste}</Button>
        <CopyButton text={curlOf(bench)} label={words.curl} />
      </div>
      <fieldset className="chips breaks">
        <legend className="small soft">{words.breaks}</legend>
        {BREAKS.map((how) => (
          <button
            key={how}
            type="button"
            className="chip"
            onClick={() => void onRun(() => breakBench(bench, how), words.whenBroken(words.break[how]))}
          >
            {words.break[how]}
          </button>
        ))}
      </fieldset>
      {isPasting && (
        <PasteRequest
          onClose={() => setPasting(false)}
          onTake={(fields) => {
            setPasting(false);
            void onRun(async () => ({ ...bench, ...fields }));
          }}
        />
      )}
    </>
  );
}

function curlOf(bench: Bench): string {
  try {
    const { method, url, headers, body } = requestOf(bench);
    const content: Content = {
      method,
      url,
      headers: [...headers].map(([name, value]) => ({ name, value })),
      body: Uint8Array.from(body),
      bodyMissing: undefined,
      isMasked: false,
    };
    return asCurl(content, 'http://127.0.0.1:8787');
  } catch {
    return '';
  }
}
