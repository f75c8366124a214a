import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { apache, type Files, letUpload, manifestOf, tarGzOf, tarOf, upload, zipOf } from './packages.ts';
import { checksCallers, refusal, shown } from './settings.ts';

const { call } = kibana();
const ZIP = 'application/zip';
const GZIP = 'application/gzip';

beforeEach(async () => {
  // The tables are made by the first call.
  await call('GET /api/fleet/outputs');
  await letUpload();
});

checksCallers(call, 'POST /api/fleet/epm/packages', {
  named: 'integrations-all,fleet-agent-policies-all',
  granted: ['all'],
  refused: ['read', 'feature_discover.all'],
});

it('names only the privilege that the caller lacks', async () => {
  const as = await givenUser('integrator', { kibana: ['feature_fleet.all'] });
  const { status, body } = await upload(call, zipOf(apache()), ZIP, { as });
  expect(status).toBe(403);
  expect(body.message).toContain('[fleet-agent-policies-all]');
});

describe('installs', () => {
  const items = [
    { id: 'apache-overview', type: 'dashboard' },
    { id: 'rule-1', type: 'security-rule' },
    { id: 'logs-apache.access-1.2.0', type: 'ingest_pipeline' },
    { id: 'logs-apache.access-1.2.0-third-party', type: 'ingest_pipeline' },
    { id: 'logs-apache.access', type: 'index_template' },
    { id: 'logs-apache.access@package', type: 'component_template' },
    { id: 'logs-apache.access@custom', type: 'component_template' },
    { id: 'metrics-apache.server_status', type: 'index_template' },
    { id: 'metrics-apache.server_status@package', type: 'component_template' },
    { id: 'metrics-apache.server_status@custom', type: 'component_template' },
  ];
  it.each([
    ['a zip', ZIP, zipOf],
    ['a tar.gz', GZIP, tarGzOf],
  ])('%s', async (_name, type, pack) => {
    expect(shown(await upload(call, pack(apache()), type))).toEqual({
      status: 200,
      body: { items, _meta: { install_source: 'upload', name: 'apache' } },
    });
    expect((await call('GET /api/fleet/epm/packages/apache/1.2.0')).body.item).toMatchObject({ name: 'apache' });
  });

  it('one version in the place of another', async () => {
    await upload(call, zipOf(apache('1.2.0')));
    await letUpload();
    expect((await upload(call, zipOf(apache('1.3.0')))).status).toBe(200);
    expect((await call('GET /api/fleet/epm/packages/apache/1.2.0')).status).toBe(404);
    expect((await call('GET /api/fleet/epm/packages/apache/1.3.0')).status).toBe(200);
  });

  it('a package whose texts are empty', async () => {
    const manifest = manifestOf('x', '1.0.0').replace('title: A package', "title: ''").replace('For tests', '');
    const answer = await upload(call, zipOf({ 'x-1.0.0/manifest.yml': manifest }));
    expect(answer.status).toBe(200);
    expect((await call('GET /api/fleet/epm/packages/x/1.0.0')).body.item).toMatchObject({ title: '', description: '' });
  });

  it('a package whose data stream has dotted keys', async () => {
    const dotted = [
      'title: t\ntype: logs\nelasticsearch.dynamic_dataset: true',
      'elasticsearch:\n  index_template.mappings.dynamic: false\n  privileges.indices: [read]\nx.__proto__.y: 1\n',
    ].join('\n');
    const files = { 'x-1.0.0/manifest.yml': manifestOf('x', '1.0.0'), 'x-1.0.0/data_stream/ds/manifest.yml': dotted };
    expect((await upload(call, zipOf(files))).status).toBe(200);
    expect((await call('GET /api/fleet/epm/packages/x/1.0.0')).body.item.data_streams[0].elasticsearch).toEqual({
      dynamic_dataset: true,
      index_template: { mappings: { dynamic: false } },
      privileges: { indices: ['read'] },
    });
  });

  it('a tar.gz with long names and directories', async () => {
    const path = `long-1.0.0/${'d'.repeat(120)}/file.txt`;
    const pax = ` path=${path}\n`;
    const record = `${pax.length + 3}${pax}`;
    const tar = tarOf([
      { path: 'long-1.0.0/', kind: '5' },
      { path: 'long-1.0.0/manifest.yml', content: manifestOf('long', '1.0.0') },
      { path: 'PaxHeader', kind: 'x', content: record },
      { path: 'short', content: 'x' },
      { path: '././@LongLink', kind: 'L', content: `${path}2\0` },
      { path: 'short', content: 'x' },
    ]);
    expect(shown(await upload(call, gzipSync(tar), GZIP))).toMatchObject({ status: 200, body: { items: [] } });
  });
});

it('asks to wait ten seconds after an upload that succeeded', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  expect((await upload(call, Buffer.from('junk'))).status).toBe(400);
  expect((await upload(call, zipOf(apache()))).status).toBe(200);
  for (const passed of [0, 9_999]) {
    vi.setSystemTime(Date.now() + passed);
    const answer = await upload(call, zipOf(apache()));
    expect(shown(answer)).toEqual(refusal(429, 'Too many requests. Please wait 10s before uploading again.'));
    expect(answer.headers['retry-after']).toBe('10');
  }
  vi.setSystemTime(Date.now() + 1);
  expect((await upload(call, zipOf(apache()))).status).toBe(200);
});

describe('refuses other types', () => {
  it.each(['application/json', 'text/plain', 'application/octet-stream', 'application/x-tar'])('%s', async (type) => {
    expect(shown(await upload(call, zipOf(apache()), type))).toEqual(refusal(415, 'Unsupported Media Type'));
  });

  it('a type with parameters', async () => {
    const message = `Unsupported media type ${ZIP}; charset=utf-8. Please use 'application/gzip' or 'application/zip'`;
    expect(shown(await upload(call, zipOf(apache()), `${ZIP}; charset=utf-8`))).toEqual(refusal(415, message));
  });

  it('more than Lambda takes', async () => {
    expect((await upload(call, Buffer.alloc(4_500_001))).status).toBe(413);
  });

  it('unknown query keys', async () => {
    const line = 'POST /api/fleet/epm/packages?foo=1';
    const answer = await call(line, { body: zipOf(apache()), headers: { 'content-type': ZIP } });
    expect(shown(answer)).toEqual(refusal(400, '[request query.foo]: definition for this key is missing'));
  });
});

describe('refuses what is no archive, or a hostile one', () => {
  const one = { 'x-1.0.0/manifest.yml': manifestOf('x', '1.0.0') };
  const repeated = Buffer.concat([zipOf({ 'x-1.0.0/a': '1' }), zipOf({ 'x-1.0.0/a': '2' })]);
  const bomb = Buffer.alloc(120 * 1_048_576);
  const NO_ZIP =
    /^Error during extraction of package: Error: end of central directory record signature not found\. Assumed content type was application\/zip, check if this matches the archive type\.$/;
  const tar = (...entries: Parameters<typeof tarOf>[0]) => gzipSync(tarOf(entries));

  it.each<[string, string, Buffer, RegExp]>([
    ['junk as zip', ZIP, Buffer.from('junk'.repeat(100)), NO_ZIP],
    ['nothing', ZIP, Buffer.alloc(0), NO_ZIP],
    ['a tar.gz as zip', ZIP, tarGzOf(one), NO_ZIP],
    ['a zip without files', ZIP, zipOf({}), /^Archive seems empty\. Assumed content type was application\/zip/],
    [
      'a zip as tar.gz',
      GZIP,
      zipOf(one),
      /^Archive seems empty\. Assumed content type was application\/gzip, check if this matches the archive type\.$/,
    ],
    [
      'a gzip of no tar',
      GZIP,
      gzipSync('x'.repeat(2_000)),
      /^Error during extraction of package: Error: invalid tar header\. /,
    ],
    ['an empty tar', GZIP, gzipSync(tarOf([])), /^Archive seems empty\. /],
    ['half a zip', ZIP, zipOf(one).subarray(0, 90), NO_ZIP],
    [
      'a zip whose files are cut off',
      ZIP,
      Buffer.concat([zipOf(one).subarray(0, 60), zipOf({})]),
      /^Error during extraction of package: /,
    ],
    [
      'half a gzip',
      GZIP,
      tarGzOf(one).subarray(0, 60),
      /^Error during extraction of package: Error: unexpected end of file/,
    ],
    [
      'half a tar',
      GZIP,
      gzipSync(tarOf([{ path: 'a', content: 'x'.repeat(2_000) }]).subarray(0, 1_024)),
      /unexpected end of the archive/,
    ],
    ['a zip bomb', ZIP, zipOf({ ...one, 'x-1.0.0/big': bomb }), /more than 104857600 bytes/],
    ['a gzip bomb', GZIP, tarGzOf({ ...one, 'x-1.0.0/big': bomb }), /Error during extraction of package: RangeError/],
    [
      'a path that leads out of a zip',
      ZIP,
      zipOf({ 'x-1.0.0/../../etc/passwd': 'x' }),
      /the path \\?"x-1.0.0\/..\/..\/etc\/passwd\\?" is not allowed/,
    ],
    ['an absolute path', ZIP, zipOf({ '/etc/passwd': 'x' }), /the path "\/etc\/passwd" is not allowed/],
    ['a path of Windows', ZIP, zipOf({ 'C:\\x': 'x' }), /is not allowed/],
    ['a path that leads out of a tar', GZIP, tar({ path: '../x' }), /the path "..\/x" is not allowed/],
    [
      'a symbolic link',
      GZIP,
      tar({ path: 'x-1.0.0/l', kind: '2', linkTo: '/etc/passwd' }),
      /x-1.0.0\/l is not a plain file/,
    ],
    ['a hard link', GZIP, tar({ path: 'x-1.0.0/l', kind: '1', linkTo: 'x' }), /is not a plain file/],
    ['a device', GZIP, tar({ path: 'x-1.0.0/l', kind: '3' }), /is not a plain file/],
    [
      'a path twice in a tar',
      GZIP,
      tar({ path: 'x-1.0.0/a' }, { path: 'x-1.0.0/a' }),
      /x-1.0.0\/a is there more than once/,
    ],
    ['a path twice in a zip', ZIP, repeated, /x-1.0.0\/a is there more than once/],
    [
      'too many files',
      GZIP,
      tar(...Array.from({ length: 20_001 }, (_, index) => ({ path: `x-1.0.0/${index}` }))),
      /more than 20000 files/,
    ],
  ])('%s', async (_name, type, body, message) => {
    const answer = await upload(call, body, type);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'Bad Request' });
    expect(answer.body.message).toMatch(message);
  });
});

describe('refuses packages that lack something', () => {
  const top = 'x-1.0.0';
  const manifest = (more = '') => ({ [`${top}/manifest.yml`]: manifestOf('x', '1.0.0', more) });
  const stream = (text: string): Files => ({ ...manifest(), [`${top}/data_stream/ds/manifest.yml`]: text });

  it.each<[string, Files, string | RegExp]>([
    [
      'two directories',
      { ...manifest(), 'y/file': '' },
      'Package contains more than one top-level directory; top-level directory found: x-1.0.0; filePath: y/file',
    ],
    ['no manifest', { [`${top}/README.md`]: '' }, `Manifest file ${top}/manifest.yml not found in paths.`],
    [
      'a manifest that is no YAML',
      { [`${top}/manifest.yml`]: 'a: [' },
      /^Could not parse top-level package manifest at top-level directory x-1\.0\.0: YAMLParseError: /,
    ],
    [
      'a manifest that is no map',
      { [`${top}/manifest.yml`]: '- a' },
      /^Could not parse top-level package manifest at top-level directory x-1\.0\.0: /,
    ],
    [
      'a field',
      { [`${top}/manifest.yml`]: 'name: x\nversion: 1.0.0\n' },
      'Invalid top-level package manifest at top-level directory x-1.0.0 (package name: x): one or more fields missing of name, version, description, title, format_version, owner.',
    ],
    [
      'the directory of its name',
      { 'y-1.0.0/manifest.yml': manifestOf('x', '1.0.0') },
      'Name x and version 1.0.0 do not match top-level directory y-1.0.0',
    ],
    [
      'a manifest of a data stream',
      { ...manifest(), [`${top}/data_stream/ds/fields/f.yml`]: '' },
      "No manifest.yml file found for data stream 'ds'",
    ],
    [
      'a title of a data stream',
      stream('type: logs'),
      "Invalid manifest for data stream 'ds': one or more fields missing of 'title', 'type'",
    ],
    [
      'a title of a stream',
      stream('title: t\ntype: logs\nstreams:\n  - input: logfile'),
      'Invalid manifest for data stream ds: stream is missing one or more fields of: input, title',
    ],
    [
      'a type of a variable',
      stream('title: t\ntype: logs\nstreams:\n  - input: l\n    title: t\n    vars:\n      - name: v'),
      `Invalid var definition for data stream ds: one of mandatory fields 'name' and 'type' missing in var: {"name":"v"}`,
    ],
    [
      'a description of a policy template',
      manifest('policy_templates:\n  - name: a\n    title: t\n'),
      `Invalid top-level manifest: one of mandatory fields 'name', 'title', 'description' is missing in policy template: {"name":"a","title":"t"}`,
    ],
    [
      'a title of an input',
      manifest('policy_templates:\n  - name: a\n    title: t\n    description: d\n    inputs:\n      - type: l\n'),
      `Invalid top-level manifest: one of mandatory fields 'type', 'title' missing in input: {"type":"l"}`,
    ],
    [
      'a variable that is an object',
      manifest('vars:\n  - name: [a]\n    type: text\n'),
      /^Invalid var definition for manifest\.yml: name: /,
    ],
    [
      'room: manifests beyond 2 MB',
      manifest(`x: ${'y'.repeat(2_200_000)}\n`),
      'Manifests or templates of the package are larger than 2097152 bytes',
    ],
  ])('%s', async (_name, files, message) => {
    const { status, body } = await upload(call, zipOf(files));
    expect(status).toBe(400);
    if (typeof message === 'string') expect(body.message).toBe(message);
    else expect(body.message).toMatch(message);
  });
});
