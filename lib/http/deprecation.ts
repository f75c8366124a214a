import type { ErrorStyle } from './styles/style.ts';
import { KIBANA_VERSION } from './version.ts';

/** The header by which Kibana tells that an operation will go away. */
export const deprecation = { warning: `299 Kibana-${KIBANA_VERSION} "This%20endpoint%20is%20deprecated"` };

/** Errors as `style` words them; those of the handler tell the deprecation, too, those of the pipeline do not. */
export function deprecated(style: ErrorStyle, header: { warning: string } = deprecation): ErrorStyle {
  return {
    ...style,
    render: (error) => {
      const answer = style.render(error);
      return { ...answer, headers: { ...answer.headers, ...header } };
    },
  };
}
