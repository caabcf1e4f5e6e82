/** What the store holds; a check of it, and a copy. */
import type { StoreStatsView } from '@countersign/api';
import { useCall } from '../api/use-call.ts';
import { Answered } from '../ui/answered.tsx';
import { Facts } from '../ui/facts.tsx';
import { Time } from '../ui/time.tsx';
import { SETTINGS } from '../words/settings.ts';
import { StoreBackup } from './store-backup.tsx';
import { StoreCheck } from './store-check.tsx';

const EVERY_MS = 10_000;

export function StoreTab() {
  const stats = useCall('storeStats', {}, { everyMs: EVERY_MS });
  return (
    <div className="stack settings">
      <Answered query={stats}>{(view) => <Stats view={view} />}</Answered>
      <StoreCheck />
      <StoreBackup />
    </div>
  );
}

function Stats({ view }: { readonly view: StoreStatsView }) {
  const { store: words, bytes } = SETTINGS;
  const { file, database, fileBytes, logBytes, freeBytes, bodyBytes, oldestAt, newestAt } = view;
  const place = file ?? database;
  const count = (name: string, value: number) => ({ name, value: value.toLocaleString('en') });
  const time = (name: string, at: string | undefined) =>
    at === undefined ? undefined : { name, value: <Time at={at} /> };
  return (
    <section className="card stack tight">
      <h2>{words.title}</h2>
      <Facts
        facts={[
          {
            name: database === undefined ? words.file : words.database,
            value: place === undefined ? words.memory : <span className="mono">{place}</span>,
          },
          { name: words.size, value: bytes(fileBytes) },
          ...(database === undefined
            ? [
                { name: words.log, value: bytes(logBytes) },
                { name: words.free, value: bytes(freeBytes) },
              ]
            : []),
          count(words.events, view.events),
          { name: words.bodies, value: bytes(bodyBytes) },
          count(words.deliveries, view.deliveries),
          count(words.refused, view.refused),
          time(words.oldest, oldestAt),
          time(words.newest, newestAt),
          count(words.schema, view.schemaVersion),
        ]}
      />
    </section>
  );
}
