/** Sends a request once more: signed now, through the gate’s own way. */
import type { EventView, PassedView, RefusedView } from '@countersign/api';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { REQUEST } from '../words/request.ts';
import { bytesOfBase64, looseText } from './bytes.ts';

/** Of the answer. */
const SHOWN_CHARS = 4_000;

export function SendAgain({ kept }: { readonly kept: EventView | RefusedView }) {
  const { send } = REQUEST;
  const [isAsking, setAsking] = useState(false);
  const again = useMutation({
    mutationFn: () => call('reason' in kept ? 'sendRefusedAgain' : 'sendEventAgain', { id: kept.id }),
  });
  return (
    <div className="stack tight">
      <div className="row">
        <RoleButton needs="operator" onClick={() => setAsking(true)} disabled={again.isPending}>
          {send.button}
        </RoleButton>
        <span className="small soft">{send.hint}</span>
      </div>
      <div role="status">{again.data !== undefined && <Passed passed={again.data} />}</div>
      {again.isError && <Failure error={again.error} />}
      {isAsking && (
        <ConfirmDialog
          title={send.button}
          confirm={send.button}
          onConfirm={() => again.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{send.sure(kept.gate)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function Passed({ passed }: { readonly passed: PassedView }) {
  const { send } = REQUEST;
  const { requestId, verdict, status, durationMs, bodyBase64, isCut, masked } = passed;
  const isRefused = verdict.kind === 'refused';
  const to: string = `/requests/${encodeURIComponent(requestId)}`;
  const text = looseText(bytesOfBase64(bodyBase64));
  return (
    <div className="stack tight">
      <p className="row">
        <Badge tone={isRefused ? 'bad' : 'good'}>
          {isRefused ? (verdict.reason ?? verdict.kind) : verdict.kind}
        </Badge>
        <span>{send.answered(status, durationMs)}</span>
        <Link to={to}>{send.open}</Link>
      </p>
      {verdict.message !== undefined && (
        <p className="small soft">
          <Sentence text={`${verdict.message}. ${verdict.remedy ?? ''}`} />
        </p>
      )}
      {masked === true && <p className="small soft">{send.masked}</p>}
      {text !== '' && (
        <pre className="answer">
          <StrangersText text={text.slice(0, SHOWN_CHARS)} />
          {(isCut || text.length > SHOWN_CHARS) && '…'}
        </pre>
      )}
    </div>
  );
}
