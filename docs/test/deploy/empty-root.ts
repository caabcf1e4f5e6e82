/** A root with nothing in it but an image’s files and what its distroless base would bring; and commands in it, as in a container. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newFolder, type Started, startCommand } from '../../../packages/cli/test/support.ts';
import type { BuiltImage } from './dockerfile.ts';

/** Why no such root can be made here; undefined where one can. */
export function whyNoEmptyRoot(): string | undefined {
  if (process.platform !== 'linux') return 'an empty root needs Linux';
  if (process.getuid?.() !== 0) return 'an empty root needs the rights of root';
  const { status, error } = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true'], { timeout: 10_000 });
  return status === 0 ? undefined : `unshare makes no namespaces here${error ? `: ${error.message}` : ''}`;
}

const NODE = '/nodejs/bin/node';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** The files of gcr.io/distroless/nodejs24-debian13:nonroot, taken from this machine. */
function addBase(root: string): void {
  const place = (source: string, path: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(source, join(root, path));
  };
  place(process.execPath, NODE);
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [path] of libraries.matchAll(/\/\S+\.so\S*/g)) place(path, path);
  place(CERTIFICATES, CERTIFICATES);
  for (const folder of ['proc', 'dev', 'tmp', 'home/nonroot', 'etc/countersign'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
}

/** What `docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges` does to a process, but for the network. */
const CONTAINER = `set -eu
root=$1 workdir=$2 user=$3 group=$4 volumes=$5; shift 5
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mount -o remount,ro "$root/dev"
for volume in "$volumes"/*; do mount --bind "$volume" "$root/\${volume##*/}"; done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs -- unshare --root "$root" --wd "$workdir" --setgid "$group" --setuid "$user" -- "$@"`;

/** An image in its root, read-only but for volumes and /tmp. */
export interface Container {
  /** Starts a command in it; its process is the first in its process namespace. */
  start(command: readonly string[]): Started;
  /** Runs a command in it, to its end. @returns exit code and output */
  run(command: readonly string[]): { readonly status: number | null; readonly stdout: string };
  /** Where the files of `/data` are on this machine. */
  readonly dataFolder: string;
}

/** @param files by path in the root, what is mounted beside the volumes; @param env of each command */
export function createContainer(
  image: BuiltImage,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Container {
  addBase(image.root);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(image.root, path), text);
  const volumes = join(newFolder(), 'volumes');
  for (const volume of image.volumes) {
    // A new volume begins as the image’s folder.
    const folder = join(volumes, volume);
    const { uid, gid, mode } = statSync(join(image.root, volume));
    mkdirSync(folder, { recursive: true, mode });
    cpSync(join(image.root, volume), folder, { recursive: true });
    chownSync(folder, uid, gid);
  }
  const [user = '', group = ''] = image.user.split(':');
  const [unshare, ...rest] = [
    'unshare',
    ...['--mount', '--pid', '--fork', '--kill-child'],
    ...['--', 'sh', '-c', CONTAINER, 'sh', image.root, image.workdir, user, group, volumes],
  ] as const;
  const fullEnv = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/home/nonroot', ...image.env, ...env };
  return {
    dataFolder: join(volumes, 'data'),
    start: (command) => startCommand([unshare, ...rest, ...command], image.root, fullEnv),
    run(command) {
      const { status, stdout } = spawnSync(unshare, [...rest, ...command], {
        env: fullEnv,
        encoding: 'utf8',
        timeout: 60_000,
      });
      return { status, stdout };
    },
  };
}

/** The process that a container was started for: the only child of what made its namespaces. */
export function processIn({ child: { pid } }: Started): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
}
