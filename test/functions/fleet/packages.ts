import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { key } from '../../../lib/stores/keys.ts';
import { write } from '../../../lib/stores/write.ts';
import type { kibana } from '../../support/kibana.ts';

/** Files of a package by path. */
export type Files = Record<string, string | Uint8Array>;

const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? Buffer.from(content) : content);

export function zipOf(files: Files): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, bytesOf(text)]))));
}

export function tarGzOf(files: Files): Buffer {
  return gzipSync(tarOf(Object.entries(files).map(([path, content]) => ({ path, content }))));
}

export type TarEntry = { path: string; content?: string | Uint8Array; kind?: string; linkTo?: string };

/** A ustar archive. */
export function tarOf(entries: TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', kind = '0', linkTo = '' }) => {
    const bytes = bytesOf(content);
    const header = Buffer.alloc(512);
    header.write(path.slice(0, 100), 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(kind, 156);
    header.write(linkTo, 157);
    header.write('ustar\0', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}

/** The manifest that every package needs. */
export function manifestOf(name: string, version: string, more = ''): string {
  return `format_version: 3.0.0\nname: ${name}\ntitle: A package\nversion: ${version}\ndescription: For tests\ntype: integration\nowner:\n  github: elastic/test\n${more}`;
}

/** An integration with two inputs, as real packages have them. */
export function apache(version = '1.2.0'): Files {
  const top = `apache-${version}`;
  return {
    [`${top}/manifest.yml`]: manifestOf(
      'apache',
      version,
      `vars:
  - name: region
    type: text
    title: Region
    default: eu
policy_templates:
  - name: apache
    title: Apache logs and metrics
    description: Collect logs and metrics from Apache instances
    inputs:
      - type: logfile
        title: Collect logs from Apache instances
        description: Collecting Apache access and error logs
      - type: apache/metrics
        title: Collect metrics from Apache instances
        template_path: input.yml.hbs
        vars:
          - name: hosts
            type: text
            title: Hosts
            description: Where Apache listens
            multi: true
            required: true
          - name: user
            type: text
            title: User name
`,
    ),
    [`${top}/docs/README.md`]: '# Apache\n',
    [`${top}/img/logo.svg`]: '<svg/>',
    [`${top}/kibana/dashboard/apache-overview.json`]: '{"id":"apache-overview"}',
    [`${top}/kibana/security_rule/rule-1.json`]: '{}',
    [`${top}/agent/input/input.yml.hbs`]:
      'hosts:\n{{#each hosts}}\n  - {{this}}\n{{/each}}\n{{#if user}}\nuser: {{user}}\n{{/if}}\n',
    [`${top}/data_stream/access/manifest.yml`]: `title: Apache access logs
type: logs
streams:
  - input: logfile
    enabled: false
    title: Apache access logs
    description: Collect Apache access logs
    vars:
      - name: paths
        type: text
        title: Paths
        multi: true
        default:
          - /var/log/apache2/access.log*
      - name: tags
        type: text
        title: Tags
        multi: true
      - name: processors
        type: yaml
        title: Processors
        description: "Change events\\nbefore they are sent"
      - name: ssl.key
        type: text
        title: Key
`,
    [`${top}/data_stream/access/elasticsearch/ingest_pipeline/default.yml`]: 'processors: []\n',
    [`${top}/data_stream/access/elasticsearch/ingest_pipeline/third-party.yml`]: 'processors: []\n',
    [`${top}/data_stream/access/agent/stream/stream.yml.hbs`]: `paths:
{{#each paths as |path i|}}
  - {{path}}
{{/each}}
exclude_files: [".gz$"]
{{#if tags}}
tags:
{{#each tags as |tag i|}}
  - {{tag}}
{{/each}}
{{/if}}
{{#contains "<TAGS>" tags}}
publisher_pipeline.disable_host: true
{{/contains}}
region: {{escape_string region}}
ssl.key: {{ssl.key}}
{{#if processors}}
processors:
{{processors}}
{{/if}}
`,
    [`${top}/data_stream/status/manifest.yml`]: `title: Apache status metrics
type: metrics
dataset: apache.server_status
elasticsearch:
  dynamic_dataset: true
  index_template:
    mappings: {}
streams:
  - input: apache/metrics
    title: Apache status metrics
    description: Collect Apache status metrics
    template_path: metrics.yml.hbs
    vars:
      - name: period
        type: text
        title: Period
        default: 30s
      - name: yaml_text
        type: yaml
        title: More
        default: |
          nested:
            - a
            - b
`,
    [`${top}/data_stream/status/agent/stream/metrics.yml.hbs`]:
      'metricsets: ["status"]\nperiod: {{period}}\nmore: {{yaml_text}}\n{{yaml_text}}\n',
  };
}

/** Uploads a package's archive. */
export function upload(
  call: ReturnType<typeof kibana>['call'],
  body: Buffer,
  type = 'application/zip',
  options: object = {},
) {
  return call('POST /api/fleet/epm/packages', { body, headers: { 'content-type': type }, ...options });
}

/** Lets the next upload follow at once, where clients have to wait ten seconds. */
export async function letUpload(): Promise<void> {
  await write({ table: 'SavedObjects', delete: key('fleet-packages', 'last-upload') });
}
