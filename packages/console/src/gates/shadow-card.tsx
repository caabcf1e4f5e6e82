/** How a proof that is verified beside the gate's own does. */
import type { ShadowView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { Facts } from '../ui/facts.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { GATES } from '../words/gates.ts';

export function ShadowCard({ shadow }: { readonly shadow: ShadowView }) {
  const { mode } = GATES;
  const { provider, bothAccept, bothRefuse, onlyFirst, onlyShadow, dropped, disagreements } = shadow;
  const count = (name: string, value: number) => ({ name, value: value.toLocaleString('en') });
  return (
    <section className="card stack tight">
      <h2>{mode.shadowTitle(provider)}</h2>
      <p className="small soft">{mode.shadowLead}</p>
      <Facts
        facts={[
          count(mode.agree, bothAccept),
          count(mode.bothRefuse, bothRefuse),
          count(mode.onlyFirst, onlyFirst),
          count(mode.onlyShadow, onlyShadow),
          dropped === 0 ? undefined : count(mode.dropped, dropped),
        ]}
      />
      <h3>{mode.disagreements}</h3>
      {disagreements.length === 0 ? (
        <p className="soft">{mode.disagreementsNone}</p>
      ) : (
        <Table
          label={mode.disagreements}
          isStacked
          columns={[mode.at, mode.gateSays, mode.shadowSays, mode.request]}
        >
          {disagreements.map(({ requestId, at, first, shadow: second }) => (
            <tr key={requestId}>
              <td data-name={mode.at}>
                <Time at={at} show="relative" />
              </td>
              <td className="mono" data-name={mode.gateSays}>
                {first ?? mode.accepts}
              </td>
              <td className="mono" data-name={mode.shadowSays}>
                {second ?? mode.accepts}
              </td>
              <td data-name={mode.request}>
                <Link to="/requests/$id" params={{ id: requestId }} className="mono">
                  {requestId}
                </Link>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
