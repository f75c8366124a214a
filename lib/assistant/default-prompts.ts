export type DefaultPrompt = { name: string; content: string; isNewConversationDefault: boolean };

/** The system prompts that a space begins with; the texts are this project's own. */
export const defaultSystemPrompts: readonly DefaultPrompt[] = [
  {
    name: 'Default system prompt',
    content:
      'You assist a security analyst who works with Elastic Security. Answer questions about security, and say so when a question is about something else. Write Markdown. Name the data that an answer rests on, and admit what you do not know.',
    isNewConversationDefault: true,
  },
  {
    name: 'Enhanced system prompt',
    content:
      'You assist an experienced security analyst who works with Elastic Security. Give detailed technical answers with the steps to take next, queries where they help, and references to MITRE ATT&CK where they fit. Write Markdown. Separate what the data shows from what you infer.',
    isNewConversationDefault: false,
  },
];
