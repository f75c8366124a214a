import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './build.ts';
import { areas, type DocumentedRoute, documentedRoutes } from './openapi.ts';

/** Writes the README's table of all operations, and how they compare with Kibana's, from the endpoints' own definitions. */
const FILE = join(ROOT, 'README.md');
const BEGIN = '<!-- operations: npm run openapi -->\n';
const END = '<!-- end of operations -->\n';

/** The table, by area. */
export async function compatibilityTable(): Promise<string> {
  const byArea = Map.groupBy(await documentedRoutes(), ({ area }) => area);
  return [...byArea]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([area, routes]) =>
      [`### ${areas[area] ?? area}\n`, '| operation | what | state |', '|---|---|---|', ...routes.map(row), ''].join(
        '\n',
      ),
    )
    .join('\n');
}

function row({ route, contract: { summary, differs } }: DocumentedRoute): string {
  return `| \`${route}\` | ${summary} | ${differs ?? 'as Kibana'} |`;
}

/** A README with the table in its place. */
export function withTable(readme: string, table: string): string {
  const [before = '', after = ''] = readme.split(BEGIN);
  return `${before}${BEGIN}\n${table}\n${END}${after.split(END)[1] ?? ''}`;
}

if (import.meta.main) await writeFile(FILE, withTable(await readFile(FILE, 'utf8'), await compatibilityTable()));
