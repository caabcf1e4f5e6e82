import type { GateKeysView, GateKeyView } from '@countersign/api';
import { type ReactNode, useState } from 'react';
import type { Filters } from '../shell/search.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { KEYS } from '../words/keys.ts';
import { KeyDialog } from './key-dialog.tsx';
import { STATE_TONES } from './key-state.ts';
import { WarningList } from './warnings-card.tsx';

export interface KeysTableProps {
  readonly view: GateKeysView;
  readonly filters: Filters;
  readonly mayChange: boolean;
}

export function KeysTable({ view, filters, mayChange }: KeysTableProps) {
  const [changed, setChanged] = useState<string>();
  const key = view.keys.find(({ id }) => id === changed);
  const { columns } = KEYS;
  // Of one there is a button above.
  const actives = view.keys.filter(({ state }) => state === 'active').length;
  return (
    <>
      <Table
        label={KEYS.caption}
        className="keys-table"
        isStacked
        columns={[
          columns.key,
          columns.state,
          { name: columns.hour, isNumber: true },
          { name: columns.day, isNumber: true },
          { name: columns.hits, isNumber: true },
          columns.last,
          { name: columns.actions, isUnseen: true },
        ]}
      >
        {view.keys.map((each) => (
          <KeyRow
            key={each.id}
            view={each}
            actions={
              <KeyButtons
                view={each}
                mayChange={mayChange}
                canRotate={view.canAdd && actives > 1}
                onRotate={() => filters.set({ rotate: each.id, with: undefined, step: undefined })}
                onChange={() => setChanged(each.id)}
              />
            }
          />
        ))}
      </Table>
      {key !== undefined && <KeyDialog gate={view.gate} view={key} onClose={() => setChanged(undefined)} />}
    </>
  );
}

function KeyRow({ view, actions }: { readonly view: GateKeyView; readonly actions: ReactNode }) {
  const { id, state, leftOut, configured, source, hits, hitsLastHour, hitsLastDay, lastUsedAt } = view;
  const { columns } = KEYS;
  return (
    <tr data-state={state}>
      <th scope="row">
        <StrangersText text={id} />
        <span className="small soft">{[KEYS.sources[source], ...materialOf(view)].join(' · ')}</span>
        {view.warnings.length > 0 && <WarningList warnings={view.warnings} />}
      </th>
      <td data-name={columns.state}>
        <Badge tone={leftOut === true ? 'bad' : STATE_TONES[state]}>
          {leftOut === true ? KEYS.leftOut : KEYS.states[state]}
        </Badge>
        <Validity view={view} />
        {configured !== undefined && (
          <span className="small soft">{KEYS.changed(KEYS.states[configured.state])}</span>
        )}
      </td>
      <td className="number" data-name={columns.hour}>
        {hitsLastHour.toLocaleString('en')}
      </td>
      <td className="number" data-name={columns.day}>
        {hitsLastDay.toLocaleString('en')}
      </td>
      <td className="number" data-name={columns.hits}>
        {hits.toLocaleString('en')}
        {view.uses.flatMap(({ reading, hits: count }) =>
          reading === undefined
            ? []
            : [
                <span key={reading} className="small soft">
                  {KEYS.reading(reading, count)}
                </span>,
              ],
        )}
      </td>
      <td className="last" data-name={columns.last}>
        {lastUsedAt === undefined ? KEYS.never : <Time at={lastUsedAt} show="relative" />}
      </td>
      <td className="actions">{actions}</td>
    </tr>
  );
}

function materialOf({ bytes, strengthBits, for: bound }: GateKeyView): readonly string[] {
  return [
    ...(bytes === undefined ? [] : [KEYS.bytes(bytes)]),
    ...(strengthBits === undefined ? [] : [KEYS.bits(strengthBits)]),
    ...(bound === undefined ? [] : [KEYS.forAction(bound.action)]),
  ];
}

function Validity({ view: { from, until } }: { readonly view: GateKeyView }) {
  return (
    <>
      {from !== undefined && (
        <span className="small soft">
          {KEYS.from} <Time at={from} />
        </span>
      )}
      {until !== undefined && (
        <span className="small soft">
          {KEYS.until} <Time at={until} />
        </span>
      )}
    </>
  );
}

interface KeyButtonsProps {
  readonly view: GateKeyView;
  readonly mayChange: boolean;
  readonly canRotate: boolean;
  readonly onRotate: () => void;
  readonly onChange: () => void;
}

function KeyButtons({ view, mayChange, canRotate, onRotate, onChange }: KeyButtonsProps) {
  const { id, state, leftOut } = view;
  return (
    <div className="row">
      {state === 'active' && leftOut !== true && canRotate && (
        <Button disabled={!mayChange} onClick={onRotate} aria-label={`${KEYS.rotateOne} ${id}`}>
          {KEYS.rotateOne}
        </Button>
      )}
      <Button disabled={!mayChange} onClick={onChange} aria-label={KEYS.more(id)}>
        {KEYS.change}
      </Button>
    </div>
  );
}
