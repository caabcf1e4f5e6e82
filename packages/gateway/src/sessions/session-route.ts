/** What the public listener knows of a session's route. */
import type { Call, Handled } from '../call.ts';

/** A route of a session: what the receiver has to know of it. */
export interface SessionEndpoint {
  /** The session's name. */
  readonly session: string;
  readonly methods: readonly string[];
  readonly maxBodyBytes: number;
  readonly streams: false;
  /** Refuses, before the body is read, what would be refused whatever it is. */
  refuseHead(exchange: SessionExchange): Handled | undefined;
  /** Judges and answers. Does not throw and does not reject. */
  handle(exchange: SessionExchange): Promise<Handled>;
}

/** A request to a session. */
export type SessionExchange = Pick<Call, 'request' | 'requestId' | 'query' | 'remoteAddress'>;
