import { givenUser } from '../../support/callers.ts';

/** A core error as it is answered. */
export const refusal = (statusCode: number, error: string, message: string) => ({
  status: statusCode,
  body: { statusCode, error, message },
});
export const badRequest = (message: string) => refusal(400, 'Bad Request', message);
export const forbidden = (message: string) => refusal(403, 'Forbidden', message);
export const notFound = (id: string) => refusal(404, 'Not Found', `Saved object [action/${id}] not found`);

/** Users by what they may do with connectors. */
export async function givenConnectorUsers(): Promise<void> {
  await givenUser('reader', { kibana: ['feature_actions.read'] });
  await givenUser('writer', { kibana: ['feature_actions.all'] });
  await givenUser('elsewhere', { kibana: ['feature_actions.all'], spaces: ['marketing'] });
  await givenUser('nobody', { kibana: ['feature_dashboard.all'] });
}

export const INDEX = { name: 'My index', connector_type_id: '.index', config: { index: 'my-index' } };
export const JIRA = {
  name: 'My Jira',
  connector_type_id: '.jira',
  config: { apiUrl: 'https://jira.example', projectKey: 'CK' },
  secrets: { email: 'elastic@example.com', apiToken: 'jira-token' },
};
export const statusAndBody = ({ status, body }: { status: number; body: unknown }) => ({ status, body });
