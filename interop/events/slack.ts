/** Handlers of Slack's events, typed by Bolt's envelope around `SlackEvent`. */
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';
import type { EnvelopedEvent } from '@slack/bolt';
import type { SlackEvent } from '@slack/types';

export function ofSlack(secret: string, notes: string[]): (request: Request) => Promise<Response> {
  const slack = events<EnvelopedEvent<SlackEvent>>()
    .on('event_callback.app_mention', ({ payload }) => {
      const type: 'app_mention' = payload.event.type;
      notes.push(`${type}: ${payload.event.text}`);
    })
    .on('event_callback', ({ payload }) => notes.push(`event: ${payload.event.type}`));
  return webhook('slack', secret, slack, {
    onRefused: () => {},
    onError: (error) => void notes.push(String(error)),
  });
}

export function wrongNames(): void {
  const slack = events<EnvelopedEvent<SlackEvent>>();
  // @ts-expect-error: no such event
  slack.on('event_callback.app_mentioned', () => {});
  // @ts-expect-error: a file has no reaction
  slack.on('event_callback.file_created', ({ payload }) => payload.event.reaction);
}
