/** How destinations fare at several gateways that share their listeners: each makes attempts. */
import type { DestinationStatus } from '../deliver/delivery-control.ts';
import type { RecentFailure, RecentView } from '../deliver/recent-attempts.ts';
import type { SiblingText } from '../metrics/siblings.ts';

type Attempted = Pick<DestinationStatus, 'name' | 'inFlight' | 'heldBy' | 'recent'>;

/** As `withAttempts` reads it. */
export function attemptsText(statuses: readonly DestinationStatus[]): string {
  const attempted = statuses.map(
    ({ name, inFlight, heldBy, recent }): Attempted => ({
      name,
      inFlight,
      recent,
      ...(heldBy && { heldBy }),
    }),
  );
  return JSON.stringify(attempted);
}

/** With the attempts of the others. What is held there alone is not sent by all, and is told. */
export function withAttempts(
  statuses: readonly DestinationStatus[],
  texts: readonly SiblingText[],
): readonly DestinationStatus[] {
  const attempted = texts.flatMap(({ text }): readonly Attempted[] => JSON.parse(text));
  return statuses.map((status) => {
    const all = [status, ...attempted.filter(({ name }) => name === status.name)];
    const heldBy = all.map((each) => each.heldBy).find((code) => code !== undefined);
    return {
      ...status,
      inFlight: sum(all.map(({ inFlight }) => inFlight)),
      ...(heldBy && { heldBy }),
      recent: recentOf(all.map(({ recent }) => recent)),
    };
  });
}

function recentOf(views: readonly RecentView[]): RecentView {
  const delivered = views.flatMap(({ lastDeliveredMs }) => lastDeliveredMs ?? []);
  const lastFailure = views
    .flatMap((view) => view.lastFailure ?? [])
    .reduce<RecentFailure | undefined>(
      (last, failure) => ((last?.ms ?? 0) > failure.ms ? last : failure),
      undefined,
    );
  return {
    ...(delivered.length > 0 && { lastDeliveredMs: Math.max(...delivered) }),
    ...(lastFailure && { lastFailure }),
    lastMinute: {
      delivered: sum(views.map(({ lastMinute }) => lastMinute.delivered)),
      failed: sum(views.map(({ lastMinute }) => lastMinute.failed)),
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
