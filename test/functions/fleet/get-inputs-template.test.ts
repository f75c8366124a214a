import { beforeAll, describe, expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { apache, type Files, letUpload, manifestOf, tarGzOf, upload } from './packages.ts';
import { checksCallers, refusal, shown } from './settings.ts';

const { call } = kibana();
const template = (path: string) => call(`GET /api/fleet/epm/templates/${path}`);

async function given(files: Files): Promise<void> {
  expect(shown(await upload(call, tarGzOf(files), 'application/gzip'))).toMatchObject({ status: 200 });
  await letUpload();
}

beforeAll(() => given(apache()));

checksCallers(call, 'GET /api/fleet/epm/templates/apache/1.2.0/inputs', {
  named: 'integrations-read,fleet-setup,fleet-all',
  granted: ['feature_fleet.read', 'feature_fleetv2.minimal_all', 'reserved_fleet-setup', 'read'],
  refused: ['feature_fleetv2.minimal_read', 'feature_fleetv2.settings_all'],
});

describe('refuses', () => {
  const format = (value: string): [string, number, string] => [
    `apache/1.2.0/inputs?format=${value}`,
    400,
    '[request query.format]: types that failed validation:\n- [request query.format.0]: expected value to equal [json]\n- [request query.format.1]: expected value to equal [yml]\n- [request query.format.2]: expected value to equal [yaml]',
  ];
  it.each<[string, number, string]>([
    format('xml'),
    format('JSON'),
    [
      'apache/1.2.0/inputs?prerelease=x',
      400,
      '[request query.prerelease]: expected value of type [boolean] but got [string]',
    ],
    ['apache/1.2.0/inputs?foo=1', 400, '[request query.foo]: definition for this key is missing'],
    ['nope/1.0.0/inputs', 404, '[nope] package not installed or found in registry'],
    ['apache/0.1.0/inputs', 404, 'Package info for apache-0.1.0 does not exist'],
  ])('%s', async (path, status, message) => {
    expect(shown(await template(path))).toEqual(refusal(status, message));
  });
});

it('gives JSON with all inputs, streams and defaults', async () => {
  const { status, body, headers } = await template('apache/1.2.0/inputs?ignoreUnverified=true');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(body).toEqual({
    inputs: [
      {
        id: 'apache-logfile',
        type: 'logfile',
        streams: [
          {
            id: 'logfile-apache.access',
            data_stream: { dataset: 'apache.access', type: 'logs' },
            paths: ['/var/log/apache2/access.log*'],
            exclude_files: ['.gz$'],
            region: 'eu',
            'ssl.key': null,
          },
        ],
      },
      {
        id: 'apache-apache/metrics',
        type: 'apache/metrics',
        hosts: null,
        streams: [
          {
            id: 'apache/metrics-apache.server_status',
            data_stream: { dataset: 'apache.server_status', type: 'metrics', elasticsearch: { dynamic_dataset: true } },
            metricsets: ['status'],
            period: '30s',
            more: { nested: ['a', 'b'] },
            nested: ['a', 'b'],
          },
        ],
      },
    ],
  });
  expect((await template('apache/1.2.0/inputs?format=json')).body).toEqual(body);
});

it.each(['yml', 'yaml'])('gives %s with comments, placeholders taken out', async (format) => {
  const { status, text, headers } = await template(`apache/1.2.0/inputs?format=${format}`);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/yaml;charset=utf-8');
  expect(text).toBe(`inputs:
  # Collect logs from Apache instances: Collecting Apache access and error logs
  - id: apache-logfile
    type: logfile
    streams:
      # Apache access logs: Collect Apache access logs
      - id: logfile-apache.access
        data_stream:
          dataset: apache.access
          type: logs
        paths:
          - /var/log/apache2/access.log*
        exclude_files:
          - .gz$
        publisher_pipeline.disable_host: true
        region: eu
        # tags:
        #  - <TAGS> # Tags
        # ssl.key: <SSL.KEY> # Key
  # Collect metrics from Apache instances
  - id: apache-apache/metrics
    type: apache/metrics
    streams:
      # Apache status metrics: Collect Apache status metrics
      - id: apache/metrics-apache.server_status
        data_stream:
          dataset: apache.server_status
          type: metrics
          elasticsearch:
            dynamic_dataset: true
        metricsets:
          - status
        period: 30s
        more:
          nested:
            - a
            - b
        nested:
          - a
          - b
    # hosts:
    #  - <HOSTS> # Hosts: Where Apache listens
    # user: <USER> # User name
`);
});

it('gives the one input of a package that is an input', async () => {
  await given({
    'log-2.3.0/manifest.yml': manifestOf(
      'log',
      '2.3.0',
      'policy_templates:\n  - name: logs\n    title: Custom log file\n    description: Collect your own logs.\n    type: logs\n    input: logfile\n    template_path: input.yml.hbs\n    vars:\n      - name: paths\n        type: text\n        title: Log file path\n        multi: true\n',
    ).replace('type: integration', 'type: input'),
    'log-2.3.0/agent/input/input.yml.hbs':
      'paths:\n{{#each paths}}\n  - {{this}}\n{{/each}}\ndata_stream:\n  dataset: {{data_stream.dataset}}\nid: {{escape_string data_stream.dataset}}\n',
  });
  const { body } = await template('log/2.3.0/inputs');
  expect(body).toEqual({
    inputs: [
      {
        id: 'logs-logfile',
        type: 'logfile',
        streams: [{ id: 'logs', data_stream: { dataset: 'logs' }, paths: null }],
      },
    ],
  });
  const { text } = await template('log/2.3.0/inputs?format=yml');
  expect(text).toBe(`inputs:
  # Custom log file: Collect your own logs.
  - id: logs-logfile
    type: logfile
    streams:
      # Custom log file: Custom log file
      - id: logs
        data_stream:
          dataset: logs
        # paths:
        #  - <PATHS> # Log file path
`);
});

describe('a stranger’s templates', () => {
  const hostile = (stream: string, vars = ''): Files => ({
    'evil-1.0.0/manifest.yml': manifestOf(
      'evil',
      '1.0.0',
      'policy_templates:\n  - name: t\n    title: t\n    description: d\n    inputs:\n      - type: l\n        title: t\n',
    ),
    'evil-1.0.0/data_stream/ds/manifest.yml': `title: t\ntype: logs\nstreams:\n  - input: l\n    title: t\n${vars}`,
    'evil-1.0.0/data_stream/ds/agent/stream/stream.yml.hbs': stream,
  });
  const list = `    vars:\n      - name: l\n        type: text\n        multi: true\n        default: [${Array(100).fill('x').join(', ')}]\n`;
  const nest = (depth: number): string => (depth === 0 ? 'x' : `{{#each ../l}}${nest(depth - 1)}{{/each}}`);

  it.each<[string, Files, RegExp]>([
    ['that do not compile', hostile('{{#if}}'), /^Error while compiling agent template: Parse error/],
    [
      'with unknown helpers',
      hostile('{{exec "ls"}}'),
      /^Error while compiling agent template: Missing helper: "exec"$/,
    ],
    ['with helpers of the engine itself', hostile('{{helperMissing "x"}}'), /^Error while compiling agent template: /],
    ...['constructor', '__defineGetter__', '__lookupGetter__', 'toString', 'l.concat', 'this.constructor'].map(
      (name): [string, Files, RegExp] => [
        `with the helper ${name}`,
        hostile(`{{${name} "x"}}`, list),
        /^Error while compiling agent template: Missing helper: /,
      ],
    ),
    ['with partials', hostile('a: {{> x}}'), /The partial x could not be found/],
    ['that print no YAML', hostile('a: [}'), /^Flow sequence/],
    ['that print no map', hostile('- a'), /does not print a YAML map/],
    [
      'with a variable named __proto__',
      hostile('a: 1', '    vars:\n      - name: a.__proto__.b\n        type: text\n'),
      /Invalid key a\.__proto__\.b/,
    ],
    [
      'that never end',
      hostile(`a: "{{#each l}}${nest(5)}{{/each}}"`, list),
      /takes (longer than 2000 ms|more than 128 MB)|Invalid string length/,
    ],
    [
      'nested too deeply',
      hostile(`${'{{#if a}}'.repeat(20_000)}${'{{/if}}'.repeat(20_000)}`),
      /Maximum call stack|takes longer|takes more/,
    ],
    [
      'with YAML that explodes',
      hostile(
        `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]\n`,
      ),
      /Excessive alias count/,
    ],
  ])('%s are refused', async (_name, files, message) => {
    await given(files);
    const { status, body } = await template('evil/1.0.0/inputs');
    expect(status).toBe(400);
    expect(body.message).toMatch(message);
  });

  it('reach no prototype, no environment, no function', async () => {
    await given(
      hostile(
        'a: "{{constructor.name}}{{__proto__.x}}{{toString}}{{lookup this "constructor"}}{{#with (lookup this "constructor")}}{{name}}{{/with}}{{l.constructor}}{{l.concat}}{{@root.constructor.name}}{{#with "s" as |s|}}{{s.sub}}{{lookup s "constructor"}}{{s.constructor.constructor}}{{/with}}{{#each this}}{{lookup this "constructor"}}{{/each}}"\n',
        list,
      ),
    );
    const { status, body } = await template('evil/1.0.0/inputs');
    expect(status).toBe(200);
    expect(body.inputs[0].streams[0].a).toBe('');
  });

  it('that are missing are told by name', async () => {
    const { 'evil-1.0.0/data_stream/ds/agent/stream/stream.yml.hbs': _, ...files } = hostile('');
    await given(files);
    const message = 'Unable to load stream template stream.yml.hbs for dataset evil.ds';
    expect(shown(await template('evil/1.0.0/inputs'))).toEqual(refusal(404, message));
    await given({
      'evil-1.0.0/manifest.yml': manifestOf(
        'evil',
        '1.0.0',
        'policy_templates:\n  - name: t\n    title: t\n    description: d\n    inputs:\n      - type: l\n        title: t\n        template_path: i.yml.hbs\n',
      ),
    });
    const input = 'Unable to load input template at /agent/input/i.yml.hbs';
    expect(shown(await template('evil/1.0.0/inputs'))).toEqual(refusal(404, input));
  });
});

it('works for many at once', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => template('apache/1.2.0/inputs')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});
