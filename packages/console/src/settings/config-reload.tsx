/** Compares the file with what is at work, and reads it again. */
import type { ConfigReportView } from '@countersign/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/use-call.ts';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { SETTINGS } from '../words/settings.ts';
import { ConfigReport } from './config-report.tsx';

export function ConfigReload() {
  const { configuration: words } = SETTINGS;
  const queries = useQueryClient();
  const [report, setReport] = useState<ConfigReportView>();
  const [isAsking, setAsking] = useState(false);
  const validation = useMutation({ mutationFn: () => call('validateConfig', {}), onSuccess: setReport });
  const reload = useMutation({
    mutationFn: () => call('reloadConfig', {}),
    onSuccess: async (applied) => {
      setReport(applied);
      await queries.invalidateQueries();
    },
  });
  const isBusy = validation.isPending || reload.isPending;
  return (
    <section className="card stack tight">
      <h2>{words.reloadTitle}</h2>
      <p className="soft">{words.reloadLead}</p>
      <div className="row">
        <Button
          disabled={isBusy}
          onClick={() => {
            reload.reset();
            validation.mutate();
          }}
        >
          {words.validate}
        </Button>
        <Button
          kind="primary"
          disabled={isBusy || report?.result !== 'valid'}
          title={report === undefined ? words.reloadLead : undefined}
          onClick={() => setAsking(true)}
        >
          {words.reload}
        </Button>
        <span role="status" className="small soft">
          {isBusy && words.comparing}
        </span>
      </div>
      {validation.isError && <Failure error={validation.error} />}
      {reload.isError && <Failure error={reload.error} />}
      {report !== undefined && <ConfigReport report={report} />}
      {isAsking && (
        <ConfirmDialog
          title={words.reload}
          confirm={words.reload}
          onConfirm={() => reload.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{words.reloadSure(report?.changes.length ?? 0)}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
