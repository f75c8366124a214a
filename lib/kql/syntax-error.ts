/**
 * A KQL text that does not parse. Each API renders it its own way: the message has three lines, the expectation, the
 * expression and a pointer to the offset, as Kibana's has.
 */
export class KqlSyntaxError extends Error {
  // These two, in this order, are all that `JSON.stringify` shows of the error: some answers contain that text.
  /** The first line: `Expected <list> but <found> found.` */
  readonly shortMessage: string;
  override readonly name = 'KQLSyntaxError';

  constructor(shortMessage: string, expression: string, offset: number) {
    super(`${shortMessage}\n${expression}\n${'-'.repeat(offset)}^`);
    this.shortMessage = shortMessage;
  }
}
