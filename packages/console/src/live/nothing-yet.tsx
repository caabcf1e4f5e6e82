/** The live page before the first request: how one is sent to a gate that is there. */
import type { GateView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { useCall } from '../api/use-call.ts';
import { unsignedCommand } from '../gates/send-command.ts';
import { Code } from '../ui/code.tsx';
import { Empty } from '../ui/empty.tsx';
import { LIVE } from '../words/live.ts';

export function NothingYet() {
  const { empty } = LIVE;
  const gates = useCall('gates', {}).data ?? [];
  const gate = gates.find(({ provider }) => provider !== 'none') ?? gates[0];
  const hasCounted = gates.some(({ counts }) => counts.accepted + counts.refused > 0);
  return (
    <Empty title={hasCounted ? empty.since : empty.title}>
      {gate === undefined ? <p>{empty.noGate}</p> : <HowTo gate={gate} />}
    </Empty>
  );
}

function HowTo({ gate }: { readonly gate: GateView }) {
  const { empty } = LIVE;
  const to: string = `/gates/${encodeURIComponent(gate.name)}?tab=set-up`;
  return (
    <>
      <p>{empty.text}</p>
      <Code text={unsignedCommand(gate)} label={empty.commandLabel} />
      {gate.provider !== 'none' && (
        <p>
          <Link to={to}>{empty.signed}</Link>
        </p>
      )}
    </>
  );
}
