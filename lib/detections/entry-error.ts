import { ElasticsearchError, HttpError } from '../errors/errors.ts';
import { writeLog } from '../log.ts';

/**
 * What an entry of an answer tells of the failure of one item of many. One that nobody foresaw goes to the log, and the
 * client learns no more than that there was one.
 */
export function entryError(error: unknown): { message: string; status_code: number } {
  if (error instanceof ElasticsearchError)
    return { message: `${error.type}: ${error.reason}`, status_code: error.status };
  if (error instanceof HttpError) return { message: error.message, status_code: error.status };
  writeLog('error', 'entry', { error });
  return { message: 'Internal Server Error', status_code: 500 };
}
