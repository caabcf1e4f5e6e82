/** Redrives or cancels all deliveries of a filter: counted first, then done part by part with progress. */
import type { DeliveryFilter } from '@countersign/api';
import { useState } from 'react';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { DELIVERIES } from '../words/deliveries.ts';
import { UI } from '../words/ui.ts';
import type { PartsDone } from './change-in-parts.ts';
import { FilterFacts } from './filter-facts.tsx';
import { useChangeMany } from './use-change-many.ts';

export interface ChangeManyProps {
  readonly change: 'redrive' | 'cancel';
  readonly filter: DeliveryFilter;
  readonly onClose: () => void;
}

export function ChangeMany({ change, filter: current, onClose }: ChangeManyProps) {
  const { many: words } = DELIVERIES;
  // What was counted is what is changed, whatever the address says by then.
  const [filter] = useState(current);
  const { phase, counted, done, error, isStopping, run, stop } = useChangeMany(change, filter);
  const all = Math.max(counted.changed, done.changed);
  return (
    <Dialog label={words.titles[change]} onClose={onClose}>
      <div className="stack">
        <h2>{words.titles[change]}</h2>
        <FilterFacts change={change} filter={filter} />
        {phase === 'counting' && (
          <p role="status" className="soft">
            {words.counting(counted.changed)}
          </p>
        )}
        {phase === 'counted' && <Counted change={change} counted={counted} filter={filter} />}
        {(phase === 'running' || phase === 'done' || phase === 'stopped') && (
          <Progress change={change} phase={phase} all={all} count={done.changed} />
        )}
        {phase === 'failed' && (
          <>
            <Failure error={error} />
            {done.changed > 0 && <p>{words.failedAfter(done.changed)}</p>}
          </>
        )}
        <div className="row">
          {phase === 'counted' && counted.changed > 0 && (
            <Button kind={change === 'cancel' ? 'danger' : 'primary'} onClick={run}>
              {words.run[change](counted.changed)}
            </Button>
          )}
          {phase === 'running' ? (
            <Button disabled={isStopping} onClick={stop}>
              {isStopping ? words.stopping : words.stop}
            </Button>
          ) : (
            <Button onClick={onClose}>
              {phase === 'counted' && counted.changed > 0 ? UI.cancel : UI.close}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

interface CountedProps extends Pick<ChangeManyProps, 'change' | 'filter'> {
  readonly counted: PartsDone;
}

function Counted({ change, counted, filter }: CountedProps) {
  const { many: words } = DELIVERIES;
  return (
    <div role="status" className="stack tight">
      <p>{counted.changed === 0 ? words.none[change] : words.sure[change](counted.changed)}</p>
      {change === 'redrive' && filter.state === 'delivered' && counted.changed > 0 && <p>{words.again}</p>}
      {counted.withoutBody > 0 && <p className="small soft">{words.withoutBody(counted.withoutBody)}</p>}
    </div>
  );
}

interface ProgressProps extends Pick<ChangeManyProps, 'change'> {
  readonly phase: 'running' | 'done' | 'stopped';
  readonly all: number;
  readonly count: number;
}

function Progress({ change, phase, all, count }: ProgressProps) {
  const { many: words } = DELIVERIES;
  const most = Math.max(all, 1);
  const text = {
    running: words.progress(count, all),
    done: words.done[change](count),
    stopped: words.stopped[change](count, all),
  }[phase];
  return (
    <div className="change-progress">
      <progress aria-label={words.progressLabel} max={most} value={phase === 'done' ? most : count} />
      <span role="status">{text}</span>
    </div>
  );
}
