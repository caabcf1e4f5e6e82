/** The log-in: by a password, by the organisation's provider, or by the admin token, as the gateway offers. */
import type { LogInInput } from '@countersign/api';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { logIn } from '../api/session.ts';
import { useCall } from '../api/use-call.ts';
import icon from '../styles/icon.svg?url';
import { Failure } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { NoteBox } from '../ui/note-box.tsx';
import { SHELL } from '../words/shell.ts';

const { logIn: WORDS } = SHELL;

export function LogInPage({ isLinkUsed }: { readonly isLinkUsed: boolean }) {
  const { data: offered, isPending } = useCall('logInWays', {});
  const [chosen, setChosen] = useState<'password' | 'token'>();
  const [error, setError] = useState<unknown>();
  const queries = useQueryClient();
  // Whoever types into a field that goes has typed for nothing.
  if (offered === undefined && isPending) return null;
  const ways = offered?.ways ?? ['token'];
  const way = chosen ?? (ways.includes('password') ? 'password' : 'token');
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '');
    const input: LogInInput =
      way === 'password' ? { name: text('name'), password: text('password') } : { token: text('token') };
    try {
      await logIn(queries, input);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <div className="log-in">
      <main className="card">
        <form className="stack" onSubmit={(event) => void submit(event)}>
          <p className="brand">
            <img src={icon} alt="" />
            {SHELL.product}
          </p>
          <h1>{WORDS.title}</h1>
          {isLinkUsed && (
            <NoteBox tone="warn">
              <p>{WORDS.codeUsed}</p>
            </NoteBox>
          )}
          {way === 'password' ? <PasswordFields /> : <TokenField />}
          {error !== undefined && <Failure error={error} />}
          <Button kind="primary" type="submit">
            {WORDS.submit}
          </Button>
          <div className="row">
            {ways.includes('oidc') && (
              <a className="button" href={oidcAddress()}>
                {WORDS.oidc}
              </a>
            )}
            {ways.includes('password') && (
              <Button kind="plain" onClick={() => setChosen(way === 'password' ? 'token' : 'password')}>
                {way === 'password' ? WORDS.withToken : WORDS.withPassword}
              </Button>
            )}
          </div>
        </form>
      </main>
    </div>
  );
}

/** Afterwards the browser is where it wanted to be. */
function oidcAddress(): string {
  return `/api/session/oidc?to=${encodeURIComponent(location.pathname + location.search)}`;
}

function PasswordFields() {
  return (
    <>
      <Field label={WORDS.name}>
        <input name="name" autoComplete="username" required maxLength={200} />
      </Field>
      <Field label={WORDS.password}>
        <input name="password" type="password" autoComplete="current-password" required maxLength={1024} />
      </Field>
    </>
  );
}

function TokenField() {
  return (
    <Field label={WORDS.token} hint={WORDS.tokenHint}>
      <input name="token" type="password" autoComplete="off" required maxLength={1024} />
    </Field>
  );
}
