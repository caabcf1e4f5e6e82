/**
 * A registry on this machine that has our packages as they were just packed, so that the install lines of the pages can be typed before
 * anything is published. Every other package is asked of the registry that npm is set up with.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PACKAGES, type Tarball } from './pack-packages.ts';

export interface TarballRegistry {
  /** For npm’s `registry`. */
  readonly url: string;
  /** The names of our packages that it was asked for so far. (A tarball npm may have in its cache, by its digest.) */
  readonly asked: ReadonlySet<string>;
  close(): void;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/**
 * @param folder where the tarballs are
 * @param upstream the registry of all others, e.g. what `npm config get registry` prints
 */
export async function startTarballRegistry(
  folder: string,
  tarballs: readonly Tarball[],
  upstream: string,
): Promise<TarballRegistry> {
  const files = new Map(tarballs.map(({ name, file }) => [name, readFileSync(join(folder, file))]));
  const manifests = new Map(PACKAGES.map(manifestOf).map((manifest) => [manifest.name, manifest]));
  const asked = new Set<string>();
  let origin = '';

  const server = createServer(({ url = '/' }, response) => {
    const path = decodeURIComponent(url);
    const name = path.slice(1).replace(/\/-\/tarball$/, '');
    const [file, manifest] = [files.get(name), manifests.get(name)];
    if (file === undefined || manifest === undefined) {
      response.writeHead(302, { location: new URL(url, upstream).href }).end();
    } else if (path.endsWith('/-/tarball')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file);
    } else {
      asked.add(name);
      sendPage(response, pageOf(manifest, file, `${origin}/${name}/-/tarball`));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/`,
    asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function manifestOf(folder: string): Manifest {
  const path = join(import.meta.dirname, '../packages', folder, 'package.json');
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

/** What a registry says of a package: its one version, and where that is. */
function pageOf(manifest: Manifest, file: Buffer, tarball: string): object {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash('sha512').update(file).digest('base64')}`;
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball, integrity } } },
  };
}

function sendPage(response: ServerResponse, page: object): void {
  // The next run has another tarball under the same version.
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(page));
}
