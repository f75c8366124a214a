import { basename } from 'node:path/posix';
import { BadRequest } from '../../errors/errors.ts';
import { isObject, type JsonObject, mergeObjects } from '../../json/merge.ts';
import { parseYaml } from '../yaml.ts';
import { type Archive, type ArchiveType, readArchive } from './archive.ts';
import {
  type Asset,
  type DataStream,
  dataStream,
  type PackageContent,
  type PackageInfo,
  packageInfo,
  policyTemplate,
  type stream,
  variable,
} from './package-model.ts';

/** Most that manifests and templates may hold together, each: they are stored. */
const MAX_BYTES = 2 * 1_048_576;

/**
 * Reads a package: one directory `<name>-<version>` with manifests and templates.
 *
 * @throws BadRequest naming what is wrong with it
 */
export function readPackage(bytes: Uint8Array, type: ArchiveType): PackageContent {
  const archive = readArchive(bytes, type, (path) => isManifest(path) || path.endsWith('.hbs'));
  const top = topDirectory(archive.paths);
  const info = readInfo(archive, top);
  const content: PackageContent = {
    info,
    templates: Object.fromEntries(
      [...archive.contents].flatMap(([path, text]) => (path.endsWith('.hbs') ? [[path, text.toString()]] : [])),
    ),
    kibanaAssets: kibanaAssets(archive.paths, top),
    elasticsearchAssets: elasticsearchAssets(archive.paths, top, info),
  };
  for (const part of [content.info, content.templates]) {
    if (Buffer.byteLength(JSON.stringify(part)) > MAX_BYTES) {
      throw new BadRequest(`Manifests or templates of the package are larger than ${MAX_BYTES} bytes`);
    }
  }
  return content;
}

function isManifest(path: string): boolean {
  return path.endsWith('/manifest.yml');
}

function topDirectory(paths: readonly string[]): string {
  const top = paths[0]?.split('/')[0] ?? '';
  const other = paths.find((path) => path.split('/')[0] !== top);
  if (other === undefined) return top;
  throw new BadRequest(
    `Package contains more than one top-level directory; top-level directory found: ${top}; filePath: ${other}`,
  );
}

function readInfo({ paths, contents }: Archive, top: string): PackageInfo {
  const file = contents.get(`${top}/manifest.yml`);
  if (file === undefined) throw new BadRequest(`Manifest file ${top}/manifest.yml not found in paths.`);
  const manifest = parseManifest(file, `Could not parse top-level package manifest at top-level directory ${top}`);
  const required = ['name', 'version', 'description', 'title', 'format_version', 'owner'];
  // Kibana asks whether the keys are there, not what they hold.
  if (required.some((field) => !Object.hasOwn(manifest, field))) {
    throw new BadRequest(
      `Invalid top-level package manifest at top-level directory ${top} (package name: ${String(manifest.name)}): one or more fields missing of ${required.join(', ')}.`,
    );
  }
  const { name, version } = manifest;
  if (`${String(name)}-${String(version)}` !== top) {
    throw new BadRequest(`Name ${String(name)} and version ${String(version)} do not match top-level directory ${top}`);
  }
  const names = directoriesIn(paths, `${top}/data_stream/`);
  const streams = names.map((path) =>
    readDataStream(contents.get(`${top}/data_stream/${path}/manifest.yml`), path, String(name)),
  );
  return checked(packageInfo, `top-level package manifest at top-level directory ${top}`, {
    ...manifest,
    format_version: String(manifest.format_version ?? ''),
    title: manifest.title ?? '',
    description: manifest.description ?? '',
    ...(manifest.policy_templates !== undefined && {
      policy_templates: objectsIn(manifest.policy_templates).map(readPolicyTemplate),
    }),
    ...(manifest.vars !== undefined && { vars: readVariables(manifest.vars, 'manifest.yml') }),
    ...(streams.length > 0 && { data_streams: streams }),
  });
}

function parseManifest(file: Buffer, failure: string): JsonObject {
  let manifest: unknown;
  try {
    manifest = parseYaml(file.toString());
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new BadRequest(`${failure}: ${reason}.`, { cause: error });
  }
  if (!isObject(manifest)) throw new BadRequest(`${failure}: it is not a map.`);
  return manifest;
}

/** The value as its schema has it; fields of an unexpected type are the package's fault. */
function checked<Output>(
  schema: {
    safeParse: (
      value: unknown,
    ) =>
      | { success: true; data: Output }
      | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
  },
  name: string,
  value: unknown,
): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadRequest(`Invalid ${name}: ${issue?.path.map(String).join('.')}: ${issue?.message}`);
}

function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map((each) => (isObject(each) ? each : {})) : [];
}

function readPolicyTemplate(template: JsonObject) {
  const { name, title, description } = template;
  if (!name || !title || !description) {
    throw new BadRequest(
      `Invalid top-level manifest: one of mandatory fields 'name', 'title', 'description' is missing in policy template: ${JSON.stringify(template)}`,
    );
  }
  const location = `config template ${String(name)}`;
  return checked(policyTemplate, location, {
    ...template,
    multiple: template.multiple !== false,
    ...(template.input === undefined && {
      inputs: objectsIn(template.inputs).map((input) => {
        if (!input.type || !input.title) {
          throw new BadRequest(
            `Invalid top-level manifest: one of mandatory fields 'type', 'title' missing in input: ${JSON.stringify(input)}`,
          );
        }
        return { ...input, ...(input.vars !== undefined && { vars: readVariables(input.vars, location) }) };
      }),
    }),
    ...(template.vars !== undefined && { vars: readVariables(template.vars, location) }),
  });
}

function readVariables(vars: unknown, location: string) {
  return objectsIn(vars).map((each) => {
    if (each.name && each.type) return checked(variable, `var definition for ${location}`, each);
    throw new BadRequest(
      `Invalid var definition for ${location}: one of mandatory fields 'name' and 'type' missing in var: ${JSON.stringify(each)}`,
    );
  });
}

function readDataStream(file: Buffer | undefined, path: string, packageName: string): DataStream {
  if (file === undefined) throw new BadRequest(`No manifest.yml file found for data stream '${path}'`);
  const manifest = nested(parseManifest(file, `Could not parse package manifest for data stream '${path}'`));
  if (!manifest.title || !manifest.type) {
    throw new BadRequest(`Invalid manifest for data stream '${path}': one or more fields missing of 'title', 'type'`);
  }
  const { streams, elasticsearch, ...others } = manifest;
  return checked(dataStream, `manifest for data stream '${path}'`, {
    ...others,
    path,
    package: packageName,
    dataset: manifest.dataset ?? `${packageName}.${path}`,
    ...(elasticsearch !== undefined && {
      elasticsearch: isObject(elasticsearch) ? nested(elasticsearch) : elasticsearch,
    }),
    ...(streams !== undefined && { streams: objectsIn(streams).map((each) => readStream(each, path)) }),
  });
}

/** A map whose dotted keys lead into maps: `a.b: 1` is `a: { b: 1 }`. */
function nested(map: JsonObject): JsonObject {
  return Object.entries(map).reduce<JsonObject>((merged, [name, value]) => {
    const [first = name, ...rest] = name.split('.').reverse();
    return mergeObjects(
      merged,
      rest.reduce<JsonObject>((inner, part) => ({ [part]: inner }), { [first]: value }),
    );
  }, {});
}

function readStream(manifest: JsonObject, path: string): Record<keyof typeof stream.shape, unknown> {
  const { input, title, description } = manifest;
  if (!input || !title) {
    throw new BadRequest(
      `Invalid manifest for data stream ${path}: stream is missing one or more fields of: input, title`,
    );
  }
  return {
    ...manifest,
    input,
    title,
    description,
    template_path: manifest.template_path || 'stream.yml.hbs',
    vars: manifest.vars === undefined ? undefined : readVariables(manifest.vars, `data stream ${path}`),
  };
}

function directoriesIn(paths: readonly string[], prefix: string): string[] {
  const inside = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length).split('/'));
  return [...new Set(inside.flatMap(([name = '', ...rest]) => (rest.length > 0 ? [name] : [])))];
}

/** `kibana/<type>/<id>.json` */
function kibanaAssets(paths: readonly string[], top: string): Asset[] {
  return paths.flatMap((path) => {
    const [root, folder, type = '', file = '', ...rest] = path.split('/');
    const isAsset = root === top && folder === 'kibana' && file.endsWith('.json') && rest.length === 0;
    return isAsset ? [{ id: basename(file, '.json'), type: type.replaceAll('_', '-') }] : [];
  });
}

/** What Elasticsearch gets for each data stream: its ingest pipelines, an index template and that one's components. */
function elasticsearchAssets(paths: readonly string[], top: string, info: PackageInfo): Asset[] {
  return (info.data_streams ?? []).flatMap(({ path, type, dataset }) => {
    const name = `${type}-${dataset}`;
    const folder = `${top}/data_stream/${path}/elasticsearch/ingest_pipeline/`;
    const pipelines = paths.flatMap((each) => {
      const pipeline = each.startsWith(folder)
        ? /^([^/]+)\.(?:yml|json)$/.exec(each.slice(folder.length))?.[1]
        : undefined;
      if (pipeline === undefined) return [];
      const id = `${name}-${info.version}`;
      return [{ id: pipeline === 'default' ? id : `${id}-${pipeline}`, type: 'ingest_pipeline' }];
    });
    return [
      ...pipelines,
      { id: name, type: 'index_template' },
      { id: `${name}@package`, type: 'component_template' },
      { id: `${name}@custom`, type: 'component_template' },
    ];
  });
}
