/** The header by which Kibana tells that an operation will go away. */
export function deprecated(kibanaVersion: string): { warning: string } {
  return { warning: `299 Kibana-${kibanaVersion} "This%20endpoint%20is%20deprecated"` };
}
