/** What a request is, at a glance. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { gateAddress } from '../shell/addresses.ts';
import { Badge } from '../ui/badge.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { type Fact, Facts } from '../ui/facts.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { REQUEST } from '../words/request.ts';

export interface RequestHeadProps {
  readonly id: string;
  readonly gate: string | undefined;
  readonly at: string;
  /** Undefined: it was accepted. */
  readonly reason: string | undefined;
  readonly facts: readonly (Fact | undefined)[];
  /** What can be done with it. */
  readonly actions?: ReactNode;
}

export function RequestHead({ id, gate, at, reason, facts, actions }: RequestHeadProps) {
  const { facts: words } = REQUEST;
  return (
    <section className="card request-head">
      <div className="row">
        {reason === undefined ? (
          <Badge tone="good">{words.accepted}</Badge>
        ) : (
          <>
            <Badge tone="bad">{words.refused}</Badge>
            <span className="mono">{reason}</span>
          </>
        )}
        <span className="soft">
          <Time at={at} />
        </span>
      </div>
      <Facts
        facts={[
          gate === undefined ? undefined : { name: words.gate, value: <GateLink gate={gate} /> },
          {
            name: words.id,
            value: (
              <span className="row">
                <span className="mono">
                  <StrangersText text={id} />
                </span>
                <CopyButton text={id} />
              </span>
            ),
          },
          ...facts,
        ]}
      />
      {actions}
    </section>
  );
}

function GateLink({ gate }: { readonly gate: string }) {
  const to = gateAddress(gate);
  return <Link to={to}>{gate}</Link>;
}
