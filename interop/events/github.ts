/** Handlers of GitHub's events, typed by what GitHub and Octokit publish: what is wrong must not compile. */
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';
import type { components } from '@octokit/openapi-webhooks-types';
import type {
  EventPayloadMap,
  IssuesClosedEvent,
  IssuesOpenedEvent,
  PushEvent,
} from '@octokit/webhooks-types';
import type { Equal } from './equal.ts';

/** Octokit's map as it is published: a type, or a type with its action. */
export function ofOctokit(secret: string, notes: string[]): (request: Request) => Promise<Response> {
  const github = events<EventPayloadMap>()
    .on('issues.opened', ({ name, payload }) => {
      const type: Equal<typeof payload, IssuesOpenedEvent> = true;
      const literal: Equal<typeof name, 'issues.opened'> = true;
      notes.push(`${name}: ${payload.issue.title}`, String(type && literal));
    })
    .on('push', ({ payload }) => {
      const type: Equal<typeof payload, PushEvent> = true;
      notes.push(`push: ${payload.ref}`, String(type));
    })
    .on(['issues.closed', 'star.created'], (event) => {
      if (event.name === 'star.created') notes.push(`star: ${event.payload.starred_at}`);
      else {
        const type: Equal<typeof event.payload, IssuesClosedEvent> = true;
        notes.push(`closed: ${event.payload.issue.number}`, String(type));
      }
    })
    .on('issues', ({ payload }) => {
      // The whole union, told apart by its action.
      if (payload.action === 'labeled') notes.push(`labeled: ${payload.label?.name}`);
      else notes.push(`issues: ${payload.action}`);
    })
    .otherwise(({ type }) => notes.push(`otherwise: ${type}`));
  return (request) => webhook('github', secret, github, quietly(notes))(request);
}

/** Names of one's own, of the payloads that GitHub's OpenAPI description has. */
export function ofOpenApi(secret: string, notes: string[]): (request: Request) => Promise<Response> {
  interface Payloads {
    readonly 'issues.opened': components['schemas']['webhook-issues-opened'];
    readonly push: components['schemas']['webhook-push'];
  }
  const github = events<Payloads>().on('issues.opened', ({ payload }) => {
    const type: Equal<typeof payload, components['schemas']['webhook-issues-opened']> = true;
    notes.push(payload.issue.title, String(type));
  });
  return (request) => webhook('github', secret, github, quietly(notes))(request);
}

export function wrongNames(): void {
  const github = events<EventPayloadMap>();
  // @ts-expect-error: no such type
  github.on('isues', () => {});
  // @ts-expect-error: no such action
  github.on('issues.opend', () => {});
  // @ts-expect-error: a push has no action
  github.on('push.opened', () => {});
  // @ts-expect-error: a push has no issue
  github.on('push', ({ payload }) => payload.issue);
}

const quietly = (notes: string[]) => ({
  onRefused: () => {},
  onError: (error: unknown) => void notes.push(String(error)),
});
