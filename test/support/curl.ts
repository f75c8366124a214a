import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

/** As much of curl as the README uses, for machines that have none. Unlike curl, it fails when the answer is an error. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    user: { type: 'string', short: 'u' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    request: { type: 'string', short: 'X', default: 'GET' },
    data: { type: 'string', short: 'd' },
    form: { type: 'string', short: 'F' },
  },
});

async function uploadOf(form: string): Promise<FormData> {
  const [field = '', file = ''] = form.split('=@');
  const upload = new FormData();
  upload.append(field, new Blob([await readFile(file)]), basename(file));
  return upload;
}

const [url = ''] = positionals;
const headers = new Headers(
  values.header.map((header): [string, string] => {
    const [name = '', ...rest] = header.split(': ');
    return [name, rest.join(': ')];
  }),
);
if (values.user !== undefined) headers.set('authorization', `Basic ${Buffer.from(values.user).toString('base64')}`);
const body = values.form === undefined ? values.data : await uploadOf(values.form);
const method = values.form === undefined ? values.request : 'POST';
const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
process.stdout.write(`${await response.text()}\n`);
if (!response.ok) throw new Error(`${method} ${url} answers ${response.status}`);
