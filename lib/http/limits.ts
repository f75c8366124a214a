/** What Lambda and API Gateway allow. The local run keeps to it too, so that nothing works only on a laptop. */
export const limits = {
  /** Bytes of a request body: Lambda takes 6 MB of event, and binary bodies arrive as base64. */
  requestBodyBytes: 4_500_000,
  /** Bytes of a serialized answer. Lambda's limit is 6 MB for the whole response object. */
  answerBytes: 6 * 1_024 * 1_024 - 32 * 1_024,
  /** Milliseconds before the end of its function at which a request that may grow long stops working, to answer in time. */
  answerMs: 3_000,
  /** Bytes of a body under which gzip is not worth it (Kibana's figure). */
  compressFromBytes: 1_024,
} as const;

/** Kibana's default for a request body. */
export const DEFAULT_BODY_BYTES = 1_048_576;
