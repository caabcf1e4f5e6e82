/** All gates: what each does, and how it goes. */

import type { GateView } from '@countersign/api';
import { useCall } from '../api/use-call.ts';
import { gateAddress } from '../shell/addresses.ts';
import { SaveView } from '../shell/save-view.tsx';
import { useFilters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { GATES } from '../words/gates.ts';
import { GateRow } from './gate-row.tsx';
import './gates.css';

const ROW_HEIGHT = 60;
const NARROW_ROW_HEIGHT = 84;
const EVERY_MS = 3_000;

export function GatesPage() {
  const gates = useCall('gates', {}, { everyMs: EVERY_MS });
  const filters = useFilters();
  const text = filters.get('q') ?? '';
  return (
    <Page title={GATES.title} lead={GATES.lead} actions={<SaveView />}>
      <div className="stack">
        <SearchField
          label={GATES.filter}
          placeholder={GATES.placeholder}
          value={text}
          onChange={(text) => filters.set({ q: text })}
        />
        <Answered query={gates}>{(all) => <GatesList gates={all} text={text} />}</Answered>
      </div>
    </Page>
  );
}

function GatesList({ gates, text }: { readonly gates: readonly GateView[]; readonly text: string }) {
  const { empty } = GATES;
  if (gates.length === 0)
    return (
      <Empty title={empty.title}>
        <p>{empty.text}</p>
        <Code text={empty.config} label={empty.label} />
      </Empty>
    );
  const asked = text.trim().toLowerCase();
  const items = gates.filter((gate) =>
    [gate.name, gate.path, gate.provider].some((each) => each.toLowerCase().includes(asked)),
  );
  if (items.length === 0)
    return (
      <Empty title={empty.noMatch}>
        <p>{empty.noMatchText}</p>
      </Empty>
    );
  return (
    <div className="list-frame">
      <VirtualList
        label={GATES.list}
        items={items}
        keyOf={({ name }) => name}
        row={(gate) => <GateRow gate={gate} />}
        hrefOf={({ name }) => gateAddress(name)}
        rowHeight={ROW_HEIGHT}
        narrowRowHeight={NARROW_ROW_HEIGHT}
        height="max(20rem, calc(100dvh - 13rem))"
      />
    </div>
  );
}
