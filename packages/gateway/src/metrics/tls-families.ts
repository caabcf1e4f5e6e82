/** Figures of TLS: when certificates expire, and how many handshakes failed. */
import type { Family } from './exposition.ts';

export interface TlsFigures {
  readonly listener: 'public' | 'admin';
  /** Of the first certificate of its chain to expire, in milliseconds since the epoch. */
  readonly expiresMs: number;
  /** Since the start. */
  readonly failedHandshakes: number;
}

/** @param figures of the listeners that speak TLS */
export function tlsFamilies(figures: readonly TlsFigures[]): readonly Family[] {
  if (figures.length === 0) return [];
  return [
    {
      name: 'countersign_certificate_expires_timestamp_seconds',
      type: 'gauge',
      help: 'When the certificate that a listener uses expires, or the first of those between it and its authority, in seconds since the epoch.',
      samples: figures.map(({ listener, expiresMs }) => ({ labels: { listener }, value: expiresMs / 1000 })),
    },
    {
      name: 'countersign_tls_handshakes_failed_total',
      type: 'counter',
      help: 'TLS handshakes that failed: clients without a certificate that is accepted where one is required, other versions of TLS, plain HTTP, handshakes that took too long.',
      samples: figures.map(({ listener, failedHandshakes }) => ({
        labels: { listener },
        value: failedHandshakes,
      })),
    },
  ];
}
