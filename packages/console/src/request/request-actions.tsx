/** What can be done with a request: copied, downloaded, saved as a test. */
import { useMutation } from '@tanstack/react-query';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { RoleButton } from '../ui/role-button.tsx';
import { saveBytes } from '../ui/save-bytes.ts';
import { REQUEST } from '../words/request.ts';
import { asCurl } from './as-curl.ts';
import type { Content } from './content.ts';

/** Where senders reach a gateway that does not say it. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a shell reads it
const ANY_ORIGIN = '${GATEWAY:?where the gateway listens, as http://127.0.0.1:8787}';

export interface RequestActionsProps {
  readonly id: string;
  readonly content: Content;
  /** Undefined where its gate has gone, or takes unsigned requests. */
  readonly provider: string | undefined;
  /** Of the gate, where senders reach it. Undefined: the configuration does not say. */
  readonly gateUrl: string | undefined;
  readonly isRefused: boolean;
}

export function RequestActions({ id, content, provider, gateUrl, isRefused }: RequestActionsProps) {
  const { actions } = REQUEST;
  const fileName = id.replace(/[^\w-]/g, '_');
  const test = useMutation({
    mutationFn: () => call(isRefused ? 'refusedTest' : 'eventTest', { id }),
    onSuccess: (text) => saveBytes(new TextEncoder().encode(text), `${fileName}.test.mjs`),
  });
  const isWhole = content.bodyMissing === undefined && !content.isMasked;
  if (!isWhole) return <p className="small soft">{actions.notWhole}</p>;
  const origin = gateUrl === undefined ? ANY_ORIGIN : new URL(gateUrl).origin;
  return (
    <>
      <div className="row">
        <CopyButton text={asCurl(content, origin)} label={actions.curl} />
        {provider !== undefined && (
          <RoleButton
            needs={isRefused ? 'operator' : 'viewer'}
            onClick={() => test.mutate()}
            disabled={test.isPending}
          >
            {actions.testFile}
          </RoleButton>
        )}
        <Button onClick={() => saveBytes(content.body, `${fileName}.body`)}>{actions.download}</Button>
      </div>
      {test.isError && <Failure error={test.error} onAgain={() => test.mutate()} />}
    </>
  );
}
