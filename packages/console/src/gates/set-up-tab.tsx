/** How the sender is set up: the address, what to set there, a test. */
import type { GateView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { Answered } from '../ui/answered.tsx';
import { Code } from '../ui/code.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { GATES } from '../words/gates.ts';
import { HANDED_KEY } from '../words/handed-key.ts';
import { HandedKeyLink } from './handed-key-link.tsx';
import type { ProviderData } from './provider-data.ts';
import { sendCommand } from './send-command.ts';
import { useProviderData } from './use-provider-data.ts';

/** Where the configuration does not say it. */
const PLACEHOLDER = 'https://YOUR-HOST';

export function SetUpTab({ gate }: { readonly gate: GateView }) {
  const data = useProviderData(gate.provider);
  if (gate.provider === 'none') return <p className="soft">{GATES.setUp.none}</p>;
  return <Answered query={data}>{(provider) => <SetUp gate={gate} provider={provider} />}</Answered>;
}

function SetUp({ gate, provider }: { readonly gate: GateView; readonly provider: ProviderData | null }) {
  const { setUp: words } = GATES;
  const { answerWithinMs } = provider ?? {};
  const { url = PLACEHOLDER + gate.path } = gate;
  const origin = url.slice(0, -gate.path.length);
  return (
    <div className="stack set-up">
      <section className="card stack tight">
        <h2>{words.title(provider?.title ?? gate.provider)}</h2>
        <h3>{words.address}</h3>
        <Code text={url} label={words.address} />
        <p className="small soft">{gate.url === undefined ? words.noAddress : words.addressHint}</p>
        <h3>{words.steps}</h3>
        {gate.handsOverKey === true && <HandedKeyLink gate={gate.name} text={HANDED_KEY.setUp} />}
        {provider?.setUp === undefined ? (
          <>
            <p>{words.own}</p>
            <Code
              text={`npx countersign handout ${gate.name} --url ${origin} --out ${gate.name}.md`}
              label={words.handout}
            />
          </>
        ) : (
          <p>
            <Sentence text={provider.setUp} />
          </p>
        )}
        {answerWithinMs !== undefined && (
          <p className="small soft">{words.answerWithin(answerWithinMs / 1000)}</p>
        )}
      </section>
      {provider !== null && (
        <section className="card stack tight">
          <h2>{words.test}</h2>
          <p>{words.testText}</p>
          <Code text={sendCommand(gate)} label={words.testLabel} />
          {gate.outcome === 'answer' && (
            <p>
              {words.actions} <Link to="/actions">{words.actionsLink}</Link>
            </p>
          )}
        </section>
      )}
    </div>
  );
}
