import * as z from 'zod';
import { ServerError } from '../errors/errors.ts';
import type { Principal } from '../security/principal.ts';
import { hasApiPrivilege } from '../security/privileges.ts';
import { key } from '../stores/keys.ts';
import { read } from '../stores/read.ts';
import { write } from '../stores/write.ts';

/**
 * What of the knowledge base of a space is set up. There is no model here: setting up is noting that it was asked for, in
 * one write, so that it is never seen half done and nobody has to wait.
 *
 *   setup  pk <space>#knowledge-base   sk setup   security_labs
 */
const table = 'Assistant';

const row = z.object({ security_labs: z.boolean() });

function keyOf(space: string) {
  return key(`${space}#knowledge-base`, 'setup');
}

async function readSetup(space: string) {
  const found = await read(table, keyOf(space));
  return found && row.parse(found);
}

export type Setup = { ignoreSecurityLabs: boolean; principal: Principal };

/**
 * Sets up the knowledge base; again is no error.
 *
 * @throws ServerError when Security Labs content, which belongs to everybody, is loaded by somebody who may not
 */
export async function setUpKnowledgeBase(space: string, { ignoreSecurityLabs, principal }: Setup): Promise<void> {
  const was = await readSetup(space);
  const isLoading = !ignoreSecurityLabs && was?.security_labs !== true;
  const mayLoad = hasApiPrivilege(principal, space, 'securitySolution-manageGlobalKnowledgeBaseAIAssistant');
  const security_labs = was?.security_labs === true || (isLoading && mayLoad);
  if (was?.security_labs !== security_labs) await write({ table, put: { ...keyOf(space), security_labs } });
  if (isLoading && !mayLoad) throw new ServerError('User lacks privileges to create global knowledge base entries');
}

/** What the knowledge base of a space has. */
export async function knowledgeBaseStatus(space: string) {
  const setup = await readSetup(space);
  const security_labs_exists = setup?.security_labs === true;
  return {
    elser_exists: setup !== undefined,
    is_setup_in_progress: false,
    is_setup_available: true,
    security_labs_exists,
    // Kibana counts Security Labs content among the users' own.
    user_data_exists: security_labs_exists,
    product_documentation_status: 'uninstalled',
  };
}
