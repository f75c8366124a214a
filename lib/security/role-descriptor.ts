import * as z from 'zod';

/** What Elasticsearch keeps of a role, and of what an API key may do. */
const indexPrivileges = z.object({
  names: z.array(z.string()),
  privileges: z.array(z.string()),
  field_security: z.record(z.string(), z.array(z.string())).optional(),
  query: z.string().optional(),
  allow_restricted_indices: z.boolean().default(false),
});

export const roleDescriptor = z.object({
  cluster: z.array(z.string()).default([]),
  indices: z.array(indexPrivileges).default([]),
  applications: z
    .array(z.object({ application: z.string(), privileges: z.array(z.string()), resources: z.array(z.string()) }))
    .default([]),
  run_as: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.unknown()).default({}),
  description: z.string().optional(),
  remote_indices: z.array(indexPrivileges.extend({ clusters: z.array(z.string()) })).optional(),
  remote_cluster: z.array(z.object({ privileges: z.array(z.string()), clusters: z.array(z.string()) })).optional(),
});

export type RoleDescriptor = z.infer<typeof roleDescriptor>;
export type IndexPrivileges = RoleDescriptor['indices'][number];
export type ApplicationPrivileges = RoleDescriptor['applications'][number];

/** The application under which Kibana's privileges stand in a role. */
export const KIBANA_APPLICATION = 'kibana-.kibana';
