/** How a gate signs its answers, resolved. */
import type { ResponseGateOptions } from '@countersign/core/responses';
import type { KeyConfig } from './key-config.ts';

type SchemeOptions = NonNullable<ResponseGateOptions['scheme']>;

/** HTTP message signatures over answers, and with `;req` over the requests that they answer. */
export interface AnswerSignConfig
  extends Pick<SchemeOptions, 'algorithm' | 'components' | 'label' | 'tag' | 'digest' | 'origin'> {
  /** Absent: those of the gate, which are of message signatures then. */
  readonly keys?: readonly KeyConfig[];
  /** How much of an answer is held to be signed. */
  readonly maxBodyBytes: number;
}
