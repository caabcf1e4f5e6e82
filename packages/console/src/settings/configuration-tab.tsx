import { useMay } from '../api/session.ts';
import { useCall } from '../api/use-call.ts';
import type { Filters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Facts } from '../ui/facts.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { Time } from '../ui/time.tsx';
import { SETTINGS } from '../words/settings.ts';
import { ConfigDraft } from './config-draft.tsx';
import { ConfigReload } from './config-reload.tsx';
import { ConfigValues } from './config-values.tsx';

export function ConfigurationTab({ filters }: { readonly filters: Filters }) {
  const mayRead = useMay('admin');
  const config = useCall('config', {}, { enabled: mayRead });
  const { configuration: words } = SETTINGS;
  if (!mayRead)
    return (
      <NoteBox tone="warn">
        <p>{SETTINGS.needsAdmin}</p>
      </NoteBox>
    );
  return (
    <div className="stack settings">
      <Answered query={config}>
        {(view) => (
          <section className="card stack tight">
            <h2>{words.title}</h2>
            <Facts
              facts={[
                { name: words.file, value: <span className="mono">{view.file}</span> },
                { name: words.loaded, value: <Time at={view.loadedAt} /> },
              ]}
            />
            <ConfigValues view={view} filters={filters} />
          </section>
        )}
      </Answered>
      <ConfigReload />
      <ConfigDraft />
    </div>
  );
}
