export const ITEMS = '/api/endpoint_list/items';

export const item = {
  name: 'A trusted tool',
  description: 'It is ours',
  type: 'simple',
  entries: [{ type: 'match', field: 'process.name', value: 'tool.exe', operator: 'included' }],
};
