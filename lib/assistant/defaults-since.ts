/**
 * When default documents count as created. Kibana writes them at a space's first use and notes that time; here they are
 * constants, which have been there from the beginning.
 */
export const DEFAULTS_SINCE = '2025-05-01T00:00:00.000Z';
