/** Paths of Elasticsearch that some endpoint serves, with their methods in the order Elasticsearch lists them. */
export const elasticsearchPaths: readonly { path: string; methods: readonly string[] }[] = [
  { path: '/_security/_authenticate', methods: ['GET'] },
  { path: '/_security/user', methods: ['GET'] },
  { path: '/_security/user/{username}', methods: ['GET', 'PUT', 'DELETE', 'POST'] },
  { path: '/_security/user/{username}/_password', methods: ['PUT', 'POST'] },
  { path: '/_security/user/_password', methods: ['PUT', 'POST'] },
  { path: '/_security/api_key', methods: ['PUT', 'POST', 'DELETE'] },
];

/** The methods that a path has; undefined when Elasticsearch does not know it here. */
export function allowedMethods(path: string): readonly string[] | undefined {
  const segments = path.split('/');
  return elasticsearchPaths.find((known) => fits(known.path.split('/'), segments))?.methods;
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]))
  );
}
