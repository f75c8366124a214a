export type Credentials = { username: string; password: string };

const SAMPLES: { path: string; body?: Record<string, unknown> }[] = [
  { path: '/api/lists/index' },
  {
    path: '/api/lists',
    body: {
      id: 'ip_list',
      name: 'Simple list with ips',
      description: 'This list describes bad internet ips',
      type: 'ip',
    },
  },
  ...['127.0.0.1', '127.0.0.2', '192.168.0.17'].map((value) => ({
    path: '/api/lists/items',
    body: { list_id: 'ip_list', value },
  })),
];

/**
 * Creates the list index, a list and a few items through the running API at `baseUrl`. What is there already (409) stays.
 * Throws when the API refuses anything else.
 */
export async function loadSampleData(baseUrl: string, { username, password }: Credentials): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  for (const { path, body } of SAMPLES) {
    const response = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: { authorization, 'kbn-xsrf': 'sample-data', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok && response.status !== 409) throw new Error(`POST ${path} answered ${response.status}: ${answer}`);
  }
}
