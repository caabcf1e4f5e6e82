/** Who still proves requests the old way: those have to be asked. */
import type { OlderProofSendersView } from '@countersign/api';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { GATES } from '../words/gates.ts';

const SHOWN = 20;

export function OlderProofSenders({ of }: { readonly of: OlderProofSendersView | undefined }) {
  const { mode } = GATES;
  const [shown, setShown] = useState(SHOWN);
  if (of === undefined || of.senders.length === 0) return <p className="soft">{mode.sendersNone}</p>;
  const left = of.senders.length - shown;
  return (
    <>
      <Table
        label={mode.sendersTitle}
        isStacked
        isCaptioned
        columns={[mode.sender, mode.proof, { name: mode.requests, isNumber: true }, mode.last]}
      >
        {of.senders.slice(0, shown).map(({ proof, keyId, subject, requests, lastAt }) => (
          <tr key={JSON.stringify([proof, keyId, subject])}>
            <td data-name={mode.sender}>
              <StrangersText text={mode.senderOf(keyId, subject)} />
            </td>
            <td data-name={mode.proof}>{proof}</td>
            <td className="number" data-name={mode.requests}>
              {requests.toLocaleString('en')}
            </td>
            <td data-name={mode.last}>
              <Time at={lastAt} show="relative" />
            </td>
          </tr>
        ))}
      </Table>
      {left > 0 && (
        <div>
          <Button onClick={() => setShown(shown + 5 * SHOWN)}>{mode.moreSenders(left)}</Button>
        </div>
      )}
      {of.forgotten > 0 && <p className="small soft">{mode.forgotten(of.forgotten)}</p>}
    </>
  );
}
