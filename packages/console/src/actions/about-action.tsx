import type { ActionView, GateActionsView } from '@countersign/api';
import { Code } from '../ui/code.tsx';
import { Facts } from '../ui/facts.tsx';
import { ACTIONS } from '../words/actions.ts';

/** What is known of an action without calling it. */
export function AboutAction({
  view,
  action,
}: {
  readonly view: GateActionsView;
  readonly action: ActionView;
}) {
  const { about: words } = ACTIONS;
  const { gate, provider, path, as } = view;
  const { description, deadlineMs, keys, input } = action;
  return (
    <div className="stack actions">
      <section className="card">
        <Facts
          facts={[
            { name: words.description, value: description },
            { name: words.gate, value: gate },
            { name: words.provider, value: provider },
            { name: words.path, value: <span className="mono">{path}</span> },
            { name: words.answers, value: as },
            { name: words.deadline, value: words.seconds(deadlineMs) },
            { name: words.keys, value: keys.length === 0 ? words.none : keys.join(', ') },
          ]}
        />
      </section>
      <section className="card">
        <h2>{words.schema}</h2>
        {input === undefined ? (
          <p className="soft">{words.noSchema}</p>
        ) : (
          <Code text={JSON.stringify(input, undefined, 2)} label={words.schema} />
        )}
      </section>
    </div>
  );
}
