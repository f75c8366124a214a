import { HttpError, ServerError } from '../errors/errors.ts';
import { type RotationOptions, type RotationResult, rotateKeys } from '../stores/key-rotation.ts';

/** Rotates the keys of all objects with secrets. Kibana tells the superuser here what went wrong. */
export async function rotateEncryptionKeys(options: RotationOptions): Promise<RotationResult> {
  try {
    return await rotateKeys(options);
  } catch (error) {
    if (error instanceof HttpError || !(error instanceof Error)) throw error;
    throw new ServerError(error.message, { cause: error });
  }
}
