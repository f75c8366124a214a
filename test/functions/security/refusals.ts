import { coreText, quoted } from '../../lib/http/serve.ts';

/** Kibana's refusal of a caller who lacks a cluster privilege, in Elasticsearch's words. */
export function unauthorized(action: string, who: string, privileges: string): { status: number; text: string } {
  const reason = `action [cluster:admin/xpack/security/role/${action}] is unauthorized for user [${who}] with effective roles [${who}], this action is granted by the cluster privileges [${privileges}]`;
  return { status: 403, text: coreText(403, 'Forbidden', quoted('security_exception', reason)) };
}

export function badRequest(message: string): { status: number; text: string } {
  return { status: 400, text: coreText(400, 'Bad Request', message) };
}

/** What of an answer a table compares. */
export function outcome({ status, text }: { status: number; text: string }): { status: number; text: string } {
  return { status, text };
}
