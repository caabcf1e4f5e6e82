/** What a soaked gateway and whoever soaks it tell each other. */

export interface ChildFigures {
  /** After a collection of garbage. */
  readonly rssBytes: number;
  /** What is in use, buffers included. */
  readonly heapBytes: number;
  /** Connections of either kind: with senders, and with upstreams. */
  readonly sockets: number;
  /** What Node warned of, such as listeners that pile up. */
  readonly warnings: readonly string[];
}

export type ChildMessage =
  | { readonly kind: 'ready'; readonly publicPort: number; readonly adminPort: number }
  | { readonly kind: 'figures'; readonly figures: ChildFigures }
  | { readonly kind: 'uncaught'; readonly text: string };

export type ParentMessage = 'figures' | 'drain';
