import { randomBytes } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { intercept } from '../../lib/stores/store.ts';
import { givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { apache, letUpload, manifestOf, upload, zipOf } from './packages.ts';
import { refusal, shown } from './settings.ts';

const { call } = kibana();
const PACKAGE = 'GET /api/fleet/epm/packages/apache/1.2.0';

beforeAll(async () => {
  expect((await upload(call, zipOf(apache()))).status).toBe(200);
});

it.each(['feature_fleet.read', 'feature_fleet.all', 'feature_fleetv2.minimal_all', 'reserved_fleet-setup', 'read'])(
  'is open to %s',
  async (privilege) => {
    const as = await givenUser(`granted-${privilege}`, { kibana: [privilege] });
    expect((await call(PACKAGE, { as })).status).toBe(200);
  },
);

it.each(['feature_fleetv2.minimal_read', 'feature_fleetv2.settings_all', 'feature_discover.all'])(
  'is refused to %s, by the handler: a request that is wrong is told so first',
  async (privilege) => {
    const as = await givenUser(`refused-${privilege}`, { kibana: [privilege] });
    expect(shown(await call(PACKAGE, { as }))).toEqual(refusal(403, 'Forbidden'));
    expect((await call(`${PACKAGE}?foo=1`, { as })).status).toBe(400);
  },
);

it('tells what the manifests say, and how the package came here', async () => {
  const { status, body } = await call(`${PACKAGE}?full=true&prerelease=true&ignoreUnverified=true&withMetadata=true`);
  expect(status).toBe(200);
  expect(body.item).toMatchObject({
    name: 'apache',
    version: '1.2.0',
    title: 'A package',
    description: 'For tests',
    type: 'integration',
    format_version: '3.0.0',
    owner: { github: 'elastic/test' },
    status: 'installed',
    latestVersion: '1.2.0',
    keepPoliciesUpToDate: false,
    metadata: { has_policies: false },
    policy_templates: [{ name: 'apache', multiple: true, inputs: [{ type: 'logfile' }, { type: 'apache/metrics' }] }],
    data_streams: [
      {
        path: 'access',
        dataset: 'apache.access',
        package: 'apache',
        type: 'logs',
        streams: [{ template_path: 'stream.yml.hbs' }],
      },
      { path: 'status', dataset: 'apache.server_status', elasticsearch: { dynamic_dataset: true } },
    ],
    installationInfo: {
      type: 'epm-packages',
      name: 'apache',
      version: '1.2.0',
      install_status: 'installed',
      install_source: 'upload',
      installed_kibana: [
        { id: 'apache-overview', type: 'dashboard' },
        { id: 'rule-1', type: 'security-rule' },
      ],
    },
  });
  expect((await call(PACKAGE)).body.item).not.toHaveProperty('metadata');
});

it.each([
  ['nope/1.0.0', 404, '[nope] package not installed or found in registry'],
  [`${'x'.repeat(2_000)}/1.0.0`, 404, `[${'x'.repeat(2_000)}] package not installed or found in registry`],
  ['apache/0.1.0', 404, 'Package info for apache-0.1.0 does not exist'],
  ['apache/latest', 400, 'Package version is not a valid semver'],
  ['apache/1.2.0?full=1', 400, '[request query.full]: expected value of type [boolean] but got [string]'],
])('refuses %s', async (path, status, message) => {
  expect(shown(await call(`GET /api/fleet/epm/packages/${path}`))).toEqual(refusal(status, message));
});

it('tells of a large package that is installed anew meanwhile', async () => {
  const noise = randomBytes(500_000).toString('base64');
  const large = zipOf({
    'large-1.0.0/manifest.yml': manifestOf('large', '1.0.0'),
    'large-1.0.0/agent/input/input.yml.hbs': noise,
  });
  const install = async () => {
    await letUpload();
    expect((await upload(call, large)).status).toBe(200);
  };
  await install();
  let reads = 0;
  intercept(async (sent, send) => {
    const isOfParts = sent.name === 'BatchGetCommand' && JSON.stringify(sent.input).includes('"part:');
    if (isOfParts && reads++ === 0) await install();
    return send();
  });
  expect(shown(await call('GET /api/fleet/epm/packages/large/1.0.0'))).toMatchObject({
    status: 200,
    body: { item: { name: 'large' } },
  });
  expect(reads).toBe(2);
});
