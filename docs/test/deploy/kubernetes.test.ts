/** Prevents: a Kubernetes example that asks for what the image does not have, that lets more be done than the image needs, or whose configuration is refused. */
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@countersign/gateway';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { exchange, statusOf } from '../../../interop/system/proxies/wire.ts';
import { newFolder, startProgram } from '../../../packages/cli/test/support.ts';
import { freePorts } from '../../../scripts/free-ports.ts';
import { delivery } from './delivery.ts';
import { readDockerfile } from './dockerfile.ts';
import { fileOnPage, fitted, PAGE } from './page.ts';
import { lastOne } from './senders-side.ts';

const DEPLOY = join(import.meta.dirname, '../../../deploy');
const TEXT = readFileSync(join(DEPLOY, 'kubernetes.yaml'), 'utf8');
const SECRET = 'ab'.repeat(32);
const SECRETS_FOLDER = '/run/secrets/countersign';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly securityContext: object;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly command?: unknown;
  readonly args?: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

interface Documents {
  readonly ConfigMap: {
    readonly metadata: { readonly name: string };
    readonly data: Readonly<Record<string, string>>;
  };
  readonly StatefulSet: {
    readonly spec: {
      readonly replicas: number;
      readonly serviceName: string;
      readonly selector: { readonly matchLabels: object };
      readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
      readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
    };
  };
  readonly Service: {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly selector: object; readonly ports: readonly { readonly targetPort: string }[] };
  };
  readonly NetworkPolicy: {
    readonly spec: {
      readonly podSelector: { readonly matchLabels: object };
      readonly ingress: readonly { readonly ports: readonly { readonly port: string }[] }[];
    };
  };
}

/** By kind. */
const documents = Object.fromEntries(
  parseAllDocuments(TEXT, { strict: true, uniqueKeys: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const value = document.toJS() as { readonly kind: keyof Documents };
    return [value.kind, value];
  }),
) as unknown as Documents;

const { ConfigMap: configMap, StatefulSet: set, Service: service, NetworkPolicy: policy } = documents;
const pod = set.spec.template.spec;
const [container] = pod.containers as readonly [Container];
const image = (() => {
  const last = readDockerfile(readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8')).at(-1);
  if (last === undefined) throw new Error('deploy/Dockerfile has no stage');
  return last;
})();
const yaml = configMap.data['countersign.yaml'] ?? '';
const mountOf = (name: string): string | undefined =>
  container.volumeMounts.find((mount) => mount.name === name)?.mountPath;
/** The files of the Secret that the configuration reads. */
const secretNames = [...yaml.matchAll(/\$\{secret:([^}]+)\}/g)].map(([, name = '']) => name);

it('the page has the file of deploy/', () => {
  expect(fileOnPage('deploy/kubernetes.yaml')).toBe(TEXT);
});

describe('deploy/kubernetes.yaml agrees with the image of deploy/Dockerfile', () => {
  it('in user and group', () => {
    const [user, group] = image.user.split(':').map(Number);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('in the port, which the configuration listens at and probes, Service and NetworkPolicy name', () => {
    expect(container.ports.map(({ containerPort }) => containerPort)).toEqual(image.ports);
    const { listen } = parse(yaml) as { readonly listen: { readonly public: string } };
    expect(listen.public).toBe(`0.0.0.0:${image.ports[0]}`);
    const names = [
      container.startupProbe.httpGet.port,
      container.readinessProbe.httpGet.port,
      container.livenessProbe.httpGet.port,
      ...service.spec.ports.map(({ targetPort }) => targetPort),
      ...policy.spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ];
    expect(new Set(names)).toEqual(new Set(container.ports.map(({ name }) => name)));
  });

  it('in its paths: the configuration is where the image reads it, the volume where the image has one', () => {
    // The image’s own command runs.
    expect(container).not.toHaveProperty('command');
    expect(container).not.toHaveProperty('args');
    expect(`${mountOf('configuration')}/${Object.keys(configMap.data)[0]}`).toBe(image.arguments.at(-1));
    expect([mountOf('data')]).toEqual(image.volumes);
    expect((parse(yaml) as { readonly store: string }).store).toMatch(/^sqlite:\/data\//);
    const volumes = [...pod.volumes, ...set.spec.volumeClaimTemplates.map(({ metadata }) => metadata)];
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(
      volumes.map(({ name }) => name).sort(),
    );
  });
});

describe('deploy/kubernetes.yaml agrees with itself', () => {
  it('in labels and names', () => {
    const labels = set.spec.template.metadata.labels;
    expect(set.spec.selector.matchLabels).toEqual(labels);
    expect(service.spec.selector).toEqual(labels);
    expect(policy.spec.podSelector.matchLabels).toEqual(labels);
    expect(set.spec.serviceName).toBe(service.metadata.name);
    expect(set.spec.replicas).toBe(1);
    expect(Object.keys(documents)).toEqual(['ConfigMap', 'StatefulSet', 'Service', 'NetworkPolicy']);
  });

  it('in its Secret, which the page’s command makes with each file that the configuration reads', () => {
    expect(mountOf('secrets')).toBe(SECRETS_FOLDER);
    expect(parse(yaml)).toMatchObject({ secrets: { folder: SECRETS_FOLDER } });
    const command = /kubectl create secret generic (\S+) ([\s\S]*?)\nkubectl/.exec(
      readFileSync(PAGE, 'utf8'),
    );
    expect(command?.[1]).toBe(pod.volumes.find(({ name }) => name === 'secrets')?.secret?.secretName);
    const made = [...(command?.[2] ?? '').matchAll(/--from-(?:literal|file)=([\w-]+)/g)];
    expect(secretNames.toSorted()).toEqual(made.map(([, name = '']) => name).sort());
  });
});

describe('the configuration of deploy/kubernetes.yaml', () => {
  /** In a folder of this machine, with files in place of the Secret. */
  function configured(publicPort: number, adminPort: number): string {
    const folder = newFolder();
    mkdirSync(join(folder, SECRETS_FOLDER), { recursive: true });
    for (const name of secretNames)
      writeFileSync(join(folder, SECRETS_FOLDER, name), SECRET, { mode: 0o440 });
    mkdirSync(join(folder, 'data'));
    const text = fitted(yaml, [
      { from: '0.0.0.0:8787', to: `127.0.0.1:${publicPort}` },
      { from: '127.0.0.1:8788', to: `127.0.0.1:${adminPort}` },
      { from: SECRETS_FOLDER, to: join(folder, SECRETS_FOLDER) },
      { from: '/data/', to: `${folder}/data/` },
    ]);
    writeFileSync(join(folder, 'countersign.yaml'), text);
    return folder;
  }

  it('is taken without a warning, and stops within the pod’s time', async () => {
    const folder = configured(8787, 8788);
    const { config, warnings } = await loadConfig({ cwd: folder, env: {} });
    // The test’s secrets are no random ones.
    expect(warnings.filter(({ code }) => code !== 'key-few-bytes')).toEqual([]);
    expect(config.limits.drainTimeoutMs).toBeLessThan(pod.terminationGracePeriodSeconds * 1000);
  });

  it('starts a gateway that the probes find healthy and ready, that keeps a webhook, and that drains', async () => {
    const [publicPort = 0, adminPort = 0] = await freePorts(2);
    const { child, said, ended } = startProgram(['serve'], configured(publicPort, adminPort));
    while (!said.err.includes('serves')) await once(child.stderr, 'data');
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe])
      expect((await fetch(`http://127.0.0.1:${publicPort}${probe.httpGet.path}`)).status).toBe(200);
    expect(statusOf(await exchange(publicPort, [lastOne(delivery('1', SECRET))]))).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
