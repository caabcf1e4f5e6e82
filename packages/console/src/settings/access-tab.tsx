/** Who is logged in, what the roles mean, who else may log in. */
import { type LoggedInView, ROLES, type Role } from '@countersign/api';
import { useMay, useSession } from '../api/session.ts';
import { useCall } from '../api/use-call.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Code } from '../ui/code.tsx';
import { Facts } from '../ui/facts.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { SETTINGS } from '../words/settings.ts';
import { usersOf } from './config-users.ts';

const TONES: Readonly<Record<Role, Tone>> = { viewer: 'plain', operator: 'note', admin: 'warn' };

function You({ view }: { readonly view: LoggedInView }) {
  const { access: words } = SETTINGS;
  const { name, role, by, expiresAt } = view;
  return (
    <Facts
      facts={[
        { name: words.name, value: <StrangersText text={name} /> },
        { name: words.role, value: <Badge tone={TONES[role]}>{role}</Badge> },
        { name: words.by, value: words.ways[by] },
        expiresAt === undefined ? undefined : { name: words.expires, value: <Time at={expiresAt} /> },
      ]}
    />
  );
}

export function AccessTab() {
  const { access: words } = SETTINGS;
  const session = useSession();
  return (
    <div className="stack settings">
      <section className="card stack tight">
        <h2>{words.you}</h2>
        <Answered query={session}>{(view) => view && <You view={view} />}</Answered>
      </section>
      <section className="card stack tight">
        <h2>{words.rolesTitle}</h2>
        <Facts
          facts={ROLES.map((role) => ({
            name: role,
            value: words.roles[role],
          }))}
        />
      </section>
      <Users />
    </div>
  );
}

function Users() {
  const { access: words } = SETTINGS;
  const mayRead = useMay('admin');
  const config = useCall('config', {}, { enabled: mayRead });
  return (
    <section className="card stack tight">
      <h2>{words.usersTitle}</h2>
      {mayRead ? (
        <Answered query={config}>{({ config: value }) => <UsersTable users={usersOf(value)} />}</Answered>
      ) : (
        <p className="soft">{SETTINGS.needsAdmin}</p>
      )}
      <p className="small soft">{words.usersLead}</p>
      <Code text={words.passwordCommand} label={words.passwordLabel} />
    </section>
  );
}

function UsersTable({ users }: { readonly users: ReturnType<typeof usersOf> }) {
  const { access: words } = SETTINGS;
  if (users.length === 0) return <p>{words.noUsers}</p>;
  return (
    <Table label={words.usersTitle} columns={[words.name, words.role]}>
      {users.map(({ name, role }) => (
        <tr key={name}>
          <th scope="row">
            <StrangersText text={name} />
          </th>
          <td>{role}</td>
        </tr>
      ))}
    </Table>
  );
}
