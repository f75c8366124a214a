import { parseArgs } from 'node:util';

/**
 * `npm run smoke -- --url URL --user NAME` (password in `KIBANA_PASSWORD`): a short real session against a running
 * service, local or deployed. Says what it did; ends with 1 at the first answer that is not the expected one. What it
 * creates it deletes again.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:5601' },
    user: { type: 'string', default: 'elastic' },
  },
});
const credentials = `${values.user}:${process.env.KIBANA_PASSWORD ?? 'changeme'}`;
const id = `smoke-${Date.now()}`;

type Step = { does: string; line: string; expects: number; body?: object };
const steps: Step[] = [
  { does: 'asks for the status', line: 'GET /api/status', expects: 200 },
  { does: 'asks who calls', line: 'GET /_security/_authenticate', expects: 200 },
  { does: 'is refused an unknown path', line: 'GET /api/nothing-here', expects: 404 },
  { does: 'creates the data streams', line: 'POST /api/lists/index', expects: 200 },
  {
    does: 'creates a list',
    line: 'POST /api/lists',
    expects: 200,
    body: { id, name: id, description: 'A smoke test', type: 'ip' },
  },
  { does: 'adds an item', line: 'POST /api/lists/items', expects: 200, body: { list_id: id, value: '10.0.0.1' } },
  { does: 'finds it', line: `GET /api/lists/items?list_id=${id}&value=10.0.0.1`, expects: 200 },
  { does: 'exports the list', line: `POST /api/lists/items/_export?list_id=${id}`, expects: 200 },
  { does: 'deletes the list', line: `DELETE /api/lists?id=${id}`, expects: 200 },
  { does: 'no longer finds it', line: `GET /api/lists?id=${id}`, expects: 404 },
];

for (const step of steps) {
  const status = await statusOf(step);
  console.log(`${status === step.expects ? 'ok  ' : 'FAIL'} ${step.does}: ${step.line} answered ${status}`);
  if (status !== step.expects) process.exit(1);
}

async function statusOf({ line, body }: Step): Promise<number> {
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(new URL(path, values.url), {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'kbn-xsrf': 'smoke',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}
