/** Lets a request that counts as a repeat be taken again. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call, useCall } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { Time } from '../ui/time.tsx';
import { REQUEST } from '../words/request.ts';

export interface ClaimReleaseProps {
  readonly gate: string;
  /** 32 hex characters. */
  readonly claim: string;
}

export function ClaimRelease({ gate, claim }: ClaimReleaseProps) {
  const { claim: words } = REQUEST;
  const [isAsking, setAsking] = useState(false);
  const held = useCall('claim', { gate, claim });
  const release = useMutation({ mutationFn: () => call('releaseClaim', { gate, claim }) });
  return (
    <div className="stack tight">
      <p className="small soft">
        {words.held}{' '}
        {held.data !== undefined && (
          <>
            {words.until} <Time at={held.data.heldUntil} />.
          </>
        )}
        {held.isError && words.free}
      </p>
      <div className="row">
        <RoleButton
          needs="operator"
          onClick={() => setAsking(true)}
          disabled={release.isPending || release.isSuccess || held.isError}
        >
          {words.release}
        </RoleButton>
        <span role="status" className="small soft">
          {release.isSuccess && words.released}
        </span>
      </div>
      {release.isError && <Failure error={release.error} />}
      {isAsking && (
        <ConfirmDialog
          title={words.release}
          confirm={words.release}
          kind="danger"
          onConfirm={() => release.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{words.sure}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
