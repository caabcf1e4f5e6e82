/** A change of all deliveries of a filter: counted as soon as the dialog is there, then made part by part. */
import type { DeliveryFilter } from '@countersign/api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call } from '../api/use-call.ts';
import { changeInParts, type PartsDone } from './change-in-parts.ts';

/** A dry run is no work; of a change each part is to be seen. */
const COUNTED = 500;
const CHANGED = 100;

type Phase = 'counting' | 'counted' | 'running' | 'done' | 'stopped' | 'failed';

export interface ManyChanges {
  readonly phase: Phase;
  readonly counted: PartsDone;
  readonly done: PartsDone;
  readonly error: unknown;
  readonly isStopping: boolean;
  run(): void;
  /** After the part that is being made. */
  stop(): void;
}

const NOTHING: PartsDone = { changed: 0, withoutBody: 0 };

/** @param filter the same from the first time to the last */
export function useChangeMany(change: 'redrive' | 'cancel', filter: DeliveryFilter): ManyChanges {
  const queries = useQueryClient();
  const [phase, setPhase] = useState<Phase>('counting');
  const [counted, setCounted] = useState(NOTHING);
  const [done, setDone] = useState(NOTHING);
  const [error, setError] = useState<unknown>();
  const [isStopping, setStopping] = useState(false);
  const stopping = useRef(new AbortController());

  useEffect(() => {
    const left = new AbortController();
    changeInParts({
      ask: (input) => call('changeDeliveries', input),
      input: Object.assign({ dryRun: true, limit: COUNTED, change }, filter),
      signal: left.signal,
      onPart: (parts) => {
        if (!left.signal.aborted) setCounted(parts);
      },
    }).then(
      () => {
        if (!left.signal.aborted) setPhase('counted');
      },
      (failure: unknown) => {
        if (left.signal.aborted) return;
        setError(failure);
        setPhase('failed');
      },
    );
    return () => left.abort();
  }, [change, filter]);
  // Who leaves the page stops it, too.
  useEffect(() => {
    stopping.current = new AbortController();
    return () => stopping.current.abort();
  }, []);

  const run = async (): Promise<void> => {
    setPhase('running');
    try {
      const isWhole = await changeInParts({
        ask: (input) => call('changeDeliveries', input),
        input: Object.assign({ limit: CHANGED, change }, filter),
        signal: stopping.current.signal,
        onPart: setDone,
      });
      setPhase(isWhole ? 'done' : 'stopped');
    } catch (failure) {
      setError(failure);
      setPhase('failed');
    } finally {
      for (const route of ['deliveries', 'destinations', 'delivery', 'issues'])
        void queries.invalidateQueries({ queryKey: [route] });
    }
  };
  return {
    phase,
    counted,
    done,
    error,
    isStopping,
    run: () => void run(),
    stop() {
      setStopping(true);
      stopping.current.abort();
    },
  };
}
