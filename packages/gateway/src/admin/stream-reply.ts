/** A reply that is a stream: the headers, and who listens until when. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveFeed } from './live-feed.ts';
import { Problem } from './problem.ts';

/** What a handler gives where its route streams. */
export class StreamReply<Item> {
  readonly feed: LiveFeed<Item>;
  /** Undefined: every item is wanted. */
  readonly isWanted: ((item: Item) => boolean) | undefined;

  constructor(feed: LiveFeed<Item>, isWanted?: (item: Item) => boolean) {
    this.feed = feed;
    this.isWanted = isWanted;
  }

  /** Why there is no stream now. */
  get problem(): Problem | undefined {
    switch (this.feed.refusal) {
      case 'closed':
        return new Problem('draining', 'the gateway is stopping');
      case 'full':
        return new Problem(
          'too-many-listeners',
          'the maximum number of listeners is connected; one must leave first',
          RETRY,
        );
      default:
        return undefined;
    }
  }
}

const RETRY: readonly string[] = ['retry-after', '10'];

/** Only where there is no problem. A HEAD request hears the head. */
export function sendStream<Item>(
  { method, headers, socket }: IncomingMessage,
  response: ServerResponse,
  { feed, isWanted }: StreamReply<Item>,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    // What follows the stream on its connection would wait for ever.
    connection: 'close',
    // nginx would gather it.
    'x-accel-buffering': 'no',
  });
  if (method === 'HEAD' || socket.destroyed) return void response.end();
  // A listener who has left is told of by the socket; of what is written meanwhile this.
  response.on('error', () => {});
  const lastEventId = headers['last-event-id'];
  const leave = feed.join(response, { lastEventId: lastEventId?.toString(), isWanted });
  // A response that waits behind another on its connection is not told of the end.
  socket.once('close', leave);
}
