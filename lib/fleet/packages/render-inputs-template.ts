import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { inputsTemplate, type TemplateFormat } from './inputs-template.ts';
import { type PackageContent, packageContent } from './package-model.ts';
import { type Limits, runInSandbox, serve } from './sandbox.ts';

const ROLE = 'render-inputs-template';
const LIMITS: Limits = { cpuMs: 2_000, heapMb: 128 };

const order = z.object({ content: packageContent, format: z.enum(['json', 'yaml']) });

/** This file as it runs: the bundle on Lambda, which is CommonJS, a module elsewhere. */
const file = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);

/**
 * The inputs of a package as text, made by its templates, which may compute for two seconds and take 128 MB.
 *
 * @throws NotFound when a template's file is missing; BadRequest when one does not compile, or takes too much
 */
export async function renderInputsTemplate(content: PackageContent, format: TemplateFormat): Promise<string> {
  return z.string().parse(await runInSandbox(file, { role: ROLE, input: { content, format } }, LIMITS));
}

serve(
  ROLE,
  (input) => order.parse(input),
  ({ content, format }) => inputsTemplate(content, format),
);
