/** A resource of a CloudFormation template. */
export type Resource = { Type: string; Properties: Record<string, unknown>; DependsOn?: unknown };
export type Resources = Record<string, Resource>;

/** A function of serverless.yml, as the framework hands it to plugins. */
export type ServerlessFunction = {
  handler: string;
  events: {
    httpApi?: string | { method: string; path: string };
    stream?: { type?: string; arn?: unknown };
    schedule?: unknown;
  }[];
  role?: string;
  disableLogs?: boolean;
  package?: { artifact?: string };
};
