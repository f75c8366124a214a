/** The version that the service reports as its own: `kbn-version` check, warning headers, `GET /api/status`. */
export const KIBANA_VERSION = '9.1.0';

/** The one version of all public routes. */
export const PUBLIC_API_VERSION = '2023-10-31';
