/** A file (or a field without a name of a file) of a multipart body. */
export type UploadedPart = { field: string; filename: string | undefined; content: Buffer };

/** A request body after parsing, before validation. */
export type ParsedBody =
  | { kind: 'none' }
  | { kind: 'json'; value: unknown }
  | { kind: 'bytes'; bytes: Buffer /** As the client named it. */; contentType: string | undefined }
  | { kind: 'multipart'; parts: UploadedPart[] };
