/** A gate's keys: what each is, how it is used, and what can be done with it. */
import type { GateKeysView, GateView } from '@countersign/api';
import { useMay } from '../api/session.ts';
import type { Filters } from '../shell/search.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Code } from '../ui/code.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { GATES } from '../words/gates.ts';
import { KEYS, ROTATION } from '../words/keys.ts';
import { HandedKey } from './handed-key.tsx';
import { KeysTable } from './keys-table.tsx';
import { Rotation } from './rotation.tsx';
import { useGateKeys } from './use-gate-keys.ts';
import { WarningList } from './warnings-card.tsx';
import './keys.css';

export interface KeysTabProps {
  readonly gate: GateView;
  readonly filters: Filters;
}

export function KeysTab({ gate, filters }: KeysTabProps) {
  const keys = useGateKeys(gate.name);
  const old = filters.get('rotate');
  if (gate.provider === 'none') return <p className="soft">{KEYS.none}</p>;
  return (
    <Answered query={keys}>
      {({ reply }) =>
        old === undefined ? (
          <Keys view={reply} handsOverKey={gate.handsOverKey === true} filters={filters} />
        ) : (
          <Rotation view={reply} provider={gate.provider} filters={filters} old={old} />
        )
      }
    </Answered>
  );
}

interface KeysProps extends Pick<KeysTabProps, 'filters'> {
  readonly view: GateKeysView;
  readonly handsOverKey: boolean;
}

function Keys({ view, handsOverKey, filters }: KeysProps) {
  const mayChange = useMay('admin');
  const [first] = view.keys.filter(({ state, leftOut }) => state === 'active' && leftOut !== true);
  const isListed = view.kind === 'listed';
  return (
    <div className="stack">
      {view.warnings.length > 0 && (
        <NoteBox tone="warn">
          <WarningList warnings={view.warnings} />
        </NoteBox>
      )}
      {handsOverKey && <HandedKey gate={view.gate} canTake={view.canAdd} />}
      <section className="card stack tight">
        <div className="row between">
          <h2>{GATES.tabs.keys}</h2>
          {isListed && first !== undefined && (
            <Button
              kind="primary"
              disabled={!mayChange || !view.canAdd}
              title={view.canAdd ? undefined : KEYS.cannotAddShort}
              onClick={() => filters.set({ rotate: first.id, with: undefined, step: undefined })}
            >
              {ROTATION.title(first.id)}
            </Button>
          )}
        </div>
        {!isListed && <p className="soft">{view.kind === 'by-tenant' ? KEYS.byTenant : KEYS.fetched}</p>}
        {isListed && !mayChange && <p className="small soft">{GATES.needs(KEYS.roleNeeded, 'admin')}</p>}
        {isListed && view.keys.length === 0 && <p className="soft">{KEYS.noneYet}</p>}
        {view.kind !== 'by-tenant' && view.keys.length > 0 && (
          <KeysTable view={view} filters={filters} mayChange={mayChange && isListed} />
        )}
      </section>
      {isListed && !view.canAdd && (
        <NoteBox>
          <p>{KEYS.cannotAdd}</p>
          <Code text={KEYS.storeKeyCommand} label={KEYS.storeKeyLabel} />
        </NoteBox>
      )}
    </div>
  );
}
