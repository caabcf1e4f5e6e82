import type { Gate } from '@countersign/core';
import { proofFacts } from './proof-facts.ts';

/** Where the proof sits, what it signs, how long it is good. */
export function ProofTable({ gate }: { readonly gate: Gate }) {
  return (
    <dl className="facts">
      {proofFacts(gate).map(({ name, value, isCode }) => (
        <ProofRow key={name + value} name={name} value={value} isCode={isCode === true} />
      ))}
    </dl>
  );
}

interface ProofRowProps {
  readonly name: string;
  readonly value: string;
  readonly isCode: boolean;
}

function ProofRow({ name, value, isCode }: ProofRowProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{isCode ? <code className="literal">{value}</code> : value}</dd>
    </>
  );
}
