import { ServerError } from '../errors/errors.ts';
import { type SavedObjectFilter, savedObjectFilter } from '../kql/saved-object-filter.ts';
import { KqlSyntaxError } from '../kql/syntax-error.ts';
import { attributeTypes, isListed, isMapped } from './alerting-view.ts';

export type RuleFilter = Pick<SavedObjectFilter, 'matches'> & {
  /** The filter names something that lists do not know: it needs rules in full. */
  needsAll: boolean;
};

/**
 * The filter of a rule list, over attributes of the alerting framework.
 *
 * @throws ServerError for a text that is no KQL (the status is Kibana's choice), BadRequest for fields it cannot name
 */
export function ruleFilter(text: string, now: Date): RuleFilter {
  try {
    const options = { type: 'alert', isMapped, types: attributeTypes, now };
    const { matches, attributes, hasFreeText } = savedObjectFilter(text, options);
    return { matches, needsAll: hasFreeText || !attributes.every(isListed) };
  } catch (error) {
    if (error instanceof KqlSyntaxError) throw new ServerError(error.message, { cause: error });
    throw error;
  }
}
