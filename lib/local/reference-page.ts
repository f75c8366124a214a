import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ROOT } from '../tooling/build.ts';

/** A page of the local service that no function serves. */
export type Page = { contentType: string; body: Buffer | string };

const UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Kibana, serverless: API reference</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/reference.js"></script>
  </body>
</html>
`;

// The component's own filter knows tags only; this one finds operations by method, path, summary and description. The
// console sends the header that Kibana asks of every client that changes something.
const script = `const textOf = (operation) =>
  [operation.get('method'), operation.get('path'), operation.getIn(['operation', 'summary']), operation.getIn(['operation', 'description'])]
    .join(' ')
    .toLowerCase();
const search = (tags, phrase) =>
  tags
    .map((group, tag) =>
      tag.includes(phrase.toLowerCase())
        ? group
        : group.update('operations', (all) => all.filter((each) => textOf(each).includes(phrase.toLowerCase()))),
    )
    .filter((group) => group.get('operations').size > 0);
SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  plugins: [() => ({ fn: { opsFilter: search } })],
  onComplete: () => {
    document.querySelector('.operation-filter-input').placeholder = 'Search operations';
  },
  persistAuthorization: true,
  requestInterceptor: (request) => ({ ...request, headers: { 'kbn-xsrf': 'true', ...request.headers } }),
});
`;

const pages: Record<string, () => Page> = {
  '/': () => ({ contentType: 'text/html; charset=utf-8', body: html }),
  '/docs': () => ({ contentType: 'text/html; charset=utf-8', body: html }),
  '/docs/reference.js': () => ({ contentType: 'text/javascript; charset=utf-8', body: script }),
  '/docs/openapi.json': () => ({ contentType: 'application/json', body: readFileSync(join(ROOT, 'openapi.json')) }),
  '/docs/swagger-ui.css': () => ({ contentType: 'text/css; charset=utf-8', body: ofUi('swagger-ui.css') }),
  '/docs/swagger-ui-bundle.js': () => ({
    contentType: 'text/javascript; charset=utf-8',
    body: ofUi('swagger-ui-bundle.js'),
  }),
  '/docs/favicon-32x32.png': () => ({ contentType: 'image/png', body: ofUi('favicon-32x32.png') }),
};

function ofUi(file: string): Buffer {
  return readFileSync(join(UI, file));
}

/** The page at a path: the API reference with its console, and what it is made of. Undefined for every other path. */
export function pageAt(path: string): Page | undefined {
  return Object.hasOwn(pages, path) ? pages[path]?.() : undefined;
}
