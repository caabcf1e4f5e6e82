/** Listeners to server-sent events over real connections, read by hand. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { later } from '../harness.ts';

export interface Listening {
  readonly answer: IncomingMessage;
  /** Reads until it matches, and gives all that came so far. */
  until(pattern: RegExp): Promise<string>;
  leave(): void;
}

/** Asks for a stream on a connection of its own. */
export async function listenTo(url: string, headers: Record<string, string> = {}): Promise<Listening> {
  const sent = request(url, { headers, agent: false }).end();
  sent.on('error', () => {});
  later(() => void sent.destroy());
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.on('error', () => {});
  answer.setEncoding('utf8');
  let text = '';
  /** What is looked for may begin in one piece and end in the next. */
  let end = '';
  answer.on('data', (piece: string) => {
    text += piece;
    end = end.slice(-1000) + piece;
  });
  return {
    answer,
    async until(pattern) {
      if (pattern.test(text)) return text;
      while (!pattern.test(end)) await once(answer, 'data');
      return text;
    },
    leave: () => void sent.destroy(),
  };
}

/** What follows `data: `, of events without a type. */
export function itemsIn(text: string): readonly unknown[] {
  return [...text.matchAll(/^id: \S+\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
}

/** The last id that was told, with an item or without. */
export function lastIdIn(text: string): string {
  return [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? '';
}
