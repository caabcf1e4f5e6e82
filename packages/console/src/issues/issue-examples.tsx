/** Where to look at what failed. */
import type { IssueView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { deliveryAddress, requestAddress } from '../shell/addresses.ts';
import { ISSUES } from '../words/issues.ts';

interface Example {
  readonly label: string;
  readonly to: string;
}

export function IssueExamples({ issue }: { readonly issue: IssueView }) {
  const examples = examplesOf(issue);
  if (examples.length === 0) return null;
  return (
    <>
      <h3>{ISSUES.detail.examples.title}</h3>
      <ul className="examples">
        {examples.map(({ label, to }) => (
          <li key={to}>
            <Link to={to}>{label}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}

export function examplesOf({
  gate,
  destination,
  reason,
  requestId,
  keptRequestId,
  event,
}: Pick<
  IssueView,
  'gate' | 'destination' | 'reason' | 'requestId' | 'keptRequestId' | 'event'
>): readonly Example[] {
  const { examples: words } = ISSUES.detail;
  if (destination !== undefined) {
    const name = encodeURIComponent(destination);
    const list = (state: string): string =>
      `/deliveries?destination=${name}&state=${state}&code=${encodeURIComponent(reason)}`;
    return [
      ...(event === undefined ? [] : [{ label: words.delivery, to: deliveryAddress(event, destination) }]),
      { label: words.dead, to: list('dead') },
      { label: words.waiting, to: list('waiting') },
    ];
  }
  return [
    ...(keptRequestId === undefined ? [] : [{ label: words.kept, to: requestAddress(keptRequestId) }]),
    ...(requestId === undefined || requestId === keptRequestId
      ? []
      : [{ label: words.last, to: requestAddress(requestId) }]),
    ...(gate === undefined || keptRequestId === undefined
      ? []
      : [
          {
            label: words.all,
            to: `/events?show=refused&gate=${encodeURIComponent(gate)}&q=${encodeURIComponent(reason)}`,
          },
        ]),
  ];
}
